import assert from "node:assert/strict";
import { header } from "../../../../components/github/workflow/header";
import {
  type ConfigurationError,
  type FindProgramRepositoryArgs,
  findProgramRepository,
} from "../../../../components/index";
import { attempt, type GitHub, gitHub, newRepository } from "../../../harness";

const stacks = [{ name: "dev", update: { role: "arn:aws:iam::123456789012:role/update" } }];

async function find(answers: GitHub = {}, args: Partial<FindProgramRepositoryArgs> = {}) {
  const asked: string[] = [];
  const answer = gitHub({ ...newRepository, ...answers });
  const { error, outputs } = await attempt(
    () =>
      findProgramRepository(
        {
          repository: "o/r",
          backend: { type: "pulumi-cloud", organization: "o" },
          stacks,
          ...args,
        },
        undefined,
        { pause: 0 },
      ),
    {
      calls: {
        "github:index/getRestApi:getRestApi": (inputs) => {
          asked.push(String(inputs.endpoint));
          return answer(inputs);
        },
      },
    },
  );
  const { problems = [] } = (error ?? {}) as Partial<ConfigurationError>;
  return {
    problems,
    asked,
    repository: outputs as { found: { updateEnvironments?: string[] } } | undefined,
  };
}

const file = (text: string) => ({ content: Buffer.from(text).toString("base64") });
const path = ".github/workflows/preview-slipway.yml";
const brief = ({ problems }: Awaited<ReturnType<typeof find>>) =>
  problems.map(({ path: at, value, fix }) => `${at}: ${value}: ${fix}`);

describe("findProgramRepository", () => {
  it("reads the repository, its branch, both files, the secrets and the environments of updates", async () => {
    const { asked, repository, problems } = await find();
    assert.deepEqual(problems, []);
    assert.deepEqual(asked.map((endpoint) => endpoint.replace("repos/o/r", "")).sort(), [
      "",
      "/actions/oidc/customization/sub",
      "/actions/secrets/public-key",
      "/branches/main",
      "/contents/.github/workflows/preview-slipway.yml?ref=main",
      "/contents/.github/workflows/update-slipway.yml?ref=main",
      "/environments/update-slipway-dev",
      "/rules/branches/main?per_page=100",
    ]);
    assert.deepEqual(repository?.found, {
      ...{ environment: false, policies: {}, variables: {}, closedBranches: {} },
      updateEnvironments: [],
    });
  });

  it("accepts its own files, and refuses those of others", async () => {
    const own = file(`#${header({ project: "slipway", stack: "dev" }).replace("\n", "\n#")}\n`);
    assert.deepEqual(brief(await find({ [`/contents/${path}`]: own })), []);
    const others = file(`#${header({ project: "slipway", stack: "prod" }).replace("\n", "\n#")}\n`);
    assert.deepEqual(brief(await find({ [`/contents/${path}`]: others })), [
      `o/r, branch main: ${path}: keep previews in one of the two stacks: it can name all stacks of the project`,
    ]);
    const mine = { [`/contents/${path}`]: file("name: mine\n") };
    assert.deepEqual(brief(await find(mine)), [
      `o/r, branch main: ${path}: move the file, or let Slipway replace it: previews.workflow: overwrite`,
    ]);
    assert.deepEqual(brief(await find(mine, { workflow: "overwrite" })), []);
  });

  it("refuses a branch that does not exist", async () => {
    const { problems } = await find({ "/branches/*": undefined }, { baseBranch: "infra" });
    assert.deepEqual(
      problems.map(({ path: at, value }) => `${at}: ${value}`),
      ["previews.baseBranch: infra"],
    );
  });

  it("finds environments that exist, unless the stack imports its objects", async () => {
    const made = { "/environments/update-slipway-dev": {} };
    const found = async (args?: Partial<FindProgramRepositoryArgs>) =>
      (await find(made, args)).repository?.found.updateEnvironments;
    assert.deepEqual(await found(), ["update-slipway-dev"]);
    assert.deepEqual(await found({ keepNames: true }), []);
    assert.deepEqual(await found({ settings: "repository" }), []);
  });
});
