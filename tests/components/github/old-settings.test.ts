import assert from "node:assert/strict";
import { findOldVariables, type GitHubRepository } from "../../../components";
import { attempt, restApi } from "../../harness";

const repository: GitHubRepository = {
  owner: "octo-org",
  name: "octo-app",
  id: 4242,
  ownerId: 77,
  defaultBranch: "main",
};

type Answer = (endpoint: string) => object;

const find = (answer: Answer, scope: "environment" | "repository" = "environment") =>
  attempt(
    async () => {
      const found = await findOldVariables([repository], { stack: "eu/dev", scope });
      return [...found].map(([id, variables]) => [id, [...variables]]);
    },
    { calls: { "github:index/getRestApi:getRestApi": ({ endpoint }) => answer(String(endpoint)) } },
  );

describe("findOldVariables", () => {
  for (const [scope, folder] of [
    ["environment", "environments/eu%2Fdev"],
    ["repository", "actions"],
  ] as const) {
    it(`reads all pages of one ${scope}`, async () => {
      const all = Array.from({ length: 61 }, (_, i) => ({ name: `N${i}`, value: String(i) }));
      const asked: string[] = [];
      const { outputs, error } = await find((endpoint) => {
        asked.push(endpoint);
        const first = (asked.length - 1) * 30;
        return restApi({ total_count: 61, variables: all.slice(first, first + 30) });
      }, scope);
      assert.equal(error, undefined);
      assert.deepEqual(outputs, [[4242, all.map(({ name, value }) => [name, value])]]);
      assert.deepEqual(
        asked,
        [1, 2, 3].map(
          (page) => `repos/octo-org/octo-app/${folder}/variables?per_page=30&page=${page}`,
        ),
      );
    });
  }

  it("finds none where there is no environment yet", async () => {
    const { outputs } = await find(() => restApi({ message: "Not Found" }, { code: 404 }));
    assert.deepEqual(outputs, [[4242, []]]);
  });

  it("stops where GitHub does not say: the update would delete what it does not know", async () => {
    const { error, resources } = await find(() => {
      const details = "403 Resource not accessible by personal access token";
      throw Object.assign(new Error(details), { details });
    });
    assert.match(String(error?.message), /GITHUB_TOKEN: "GET repos\/octo-org.*403 Resource not/);
    assert.match(String(error?.message), /access to Environments and Variables/);
    assert.deepEqual(resources, []);
  });
});
