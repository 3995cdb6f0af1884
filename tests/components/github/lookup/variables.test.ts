import assert from "node:assert/strict";
import type { FindRepositoriesArgs, GitHubRepository } from "../../../../components/index";
import { gitHub, newRepository, restApi } from "../../../harness";
import { find } from "./find";

type Answer = (endpoint: string) => object;

/** The variables that are found, and the requests for them. */
async function look(answer: Answer, args: Partial<FindRepositoriesArgs> = {}) {
  const asked: string[] = [];
  const answered = (inputs: Record<string, unknown>) => {
    const endpoint = String(inputs.endpoint);
    if (!endpoint.includes("/variables?")) {
      return gitHub(newRepository)(inputs);
    }
    asked.push(endpoint);
    return answer(endpoint);
  };
  const { outputs, error } = await find(["o/r"], answered, {}, {}, { stack: "eu/dev", ...args });
  const found = (outputs as Record<string, GitHubRepository> | undefined)?.["o/r"]?.found;
  return {
    asked,
    error: String(error?.message ?? ""),
    variables: Object.entries(found?.variables ?? {}),
  };
}

describe("what findRepositories finds of variables", () => {
  for (const [settings, folder] of [
    ["environment", "environments/eu%2Fdev"],
    ["repository", "actions"],
  ] as const) {
    it(`all pages of one ${settings}`, async () => {
      const all = Array.from({ length: 61 }, (_, i) => ({ name: `N${i}`, value: String(i) }));
      const { asked, variables } = await look(
        (endpoint) => {
          const first = (Number(new URLSearchParams(endpoint.split("?")[1]).get("page")) - 1) * 30;
          return restApi({ total_count: 61, variables: all.slice(first, first + 30) });
        },
        { settings },
      );
      assert.deepEqual(
        variables,
        all.map(({ name, value }) => [name, value]),
      );
      assert.deepEqual(
        asked,
        [1, 2, 3].map((page) => `repos/o/r/${folder}/variables?per_page=30&page=${page}`),
      );
    });
  }

  it("none if there is no environment yet", async () => {
    const { error, variables } = await look(() => restApi({ message: "Not Found" }, { code: 404 }));
    assert.deepEqual([error, variables], ["", []]);
  });

  it("none if they are to be removed, without a request", async () => {
    const { asked } = await look(() => restApi({}), { oldSettings: "remove" });
    assert.deepEqual(asked, []);
  });

  it("an error if GitHub refuses the list: the update would delete variables that it does not know", async () => {
    const { error } = await look(() => {
      const details =
        "GET https://api.github.com/repos/o/r: 403 Resource not accessible by personal access token []";
      throw Object.assign(new Error(details), { details });
    });
    assert.match(error, /a token without the permission Environments for o\/r/);
  });
});
