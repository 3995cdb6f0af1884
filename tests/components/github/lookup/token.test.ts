import assert from "node:assert/strict";
import { checkRepositoryName } from "../../../../components/github/lookup";
import { type ConfigurationError, githubProvider } from "../../../../components/index";
import {
  gitHub,
  newRepository,
  only,
  repositoryAnswer,
  restApi,
  run,
  setConfig,
  type World,
} from "../../../harness";
import { failed, find } from "./find";

type Answer = (inputs: Record<string, unknown>) => object;

describe("findRepositories", () => {
  it("asks once about a repository, and reads its ids", async () => {
    const asked: unknown[] = [];
    const { outputs } = await find(["octo-org/octo-app", "octo-org/octo-app"], (inputs) => {
      asked.push(inputs.endpoint);
      return gitHub()(inputs);
    });
    assert.equal(asked.filter((endpoint) => endpoint === "repos/octo-org/octo-app").length, 1);
    assert.deepEqual(outputs, {
      "octo-org/octo-app": {
        owner: "octo-org",
        name: "octo-app",
        id: 4242,
        ownerId: 77,
        defaultBranch: "main",
        found: { environment: false, policies: {}, closedBranches: {}, variables: {} },
      },
    });
  });

  it("accepts a fine-grained token, which has no scopes", async () => {
    const repository = restApi(repositoryAnswer(), { scopes: "" });
    const { error } = await find(["o/r"], gitHub({ ...newRepository, "": repository }));
    assert.equal(error, undefined);
  });

  const missing = {
    path: "GITHUB_TOKEN",
    value: undefined,
    allowed: "a GitHub token that may administer the repository and write workflow files",
    fix: "export GITHUB_TOKEN; a classic token needs the scopes repo and workflow, a fine-grained one read and write access to Actions, Administration, Contents, Environments, Secrets, Variables and Workflows",
  };
  const refused = {
    path: "GITHUB_TOKEN",
    value: "(hidden)",
    allowed: "a token that GitHub accepts: GitHub answered 401",
    fix: "the token has expired or was revoked: create a new one and export GITHUB_TOKEN. If the stack configuration has github:token: pulumi config rm github:token, then pulumi up --run-program",
  };
  const scopes = (found: string, missingScopes: string) => ({
    path: "GITHUB_TOKEN",
    value: `a token with the scopes ${found}`,
    allowed:
      "a token with the scopes repo and workflow: without workflow, GitHub answers 404 when the workflow file is written",
    fix: `add ${missingScopes}: gh auth refresh --scopes repo,workflow, or edit the token on GitHub`,
  });
  const unknown = (name: string, code: number) => ({
    path: "repository",
    value: name,
    allowed: `an existing repository that the token can read: GitHub answered ${code}`,
    fix: `correct the name, create it (gh repo create ${name}), or use a token of someone who has access`,
  });
  const noToken: World = { token: null };
  const throws = () => failed("GET https://api.github.com/repos/o/r: 401 Bad credentials []");

  const table: [title: string, answer: Answer, world: World, problem: object][] = [
    ["no token at all", () => restApi({}, { code: 404, scopes: "" }), noToken, missing],
    [
      "no token, and a public repository",
      () => restApi(repositoryAnswer({ permissions: undefined }), { scopes: "" }),
      noToken,
      missing,
    ],
    ["no token, answered with 401", () => restApi({}, { code: 401 }), noToken, missing],
    ["no token, and a plugin that fails", throws, noToken, missing],
    ["a token that has expired", () => restApi({}, { code: 401, scopes: "" }), {}, refused],
    ["a token that has expired, and a plugin that fails", throws, {}, refused],
    [
      "a token without the scope workflow",
      () => restApi(repositoryAnswer(), { scopes: "repo, gist" }),
      {},
      scopes("repo, gist", "workflow"),
    ],
    [
      "a token without both scopes",
      () => restApi(repositoryAnswer(), { scopes: "gist" }),
      {},
      scopes("gist", "repo and workflow"),
    ],
    ["a repository that does not exist", () => restApi({}, { code: 404 }), {}, unknown("o/r", 404)],
    [
      "someone who is not an admin",
      () => restApi(repositoryAnswer({ permissions: { admin: false } })),
      {},
      {
        path: "GITHUB_TOKEN",
        value: "a token of someone who is not an admin of o/r",
        allowed: "the admin role: environments, secrets and variables need it",
        fix: "use a token of an admin, or ask an admin for the role",
      },
    ],
  ];
  for (const [title, answer, world, problem] of table) {
    it(`refuses ${title}`, async () => {
      const { error, resources } = await find(["o/r"], answer, world);
      assert.deepEqual((error as ConfigurationError | undefined)?.problems, [problem]);
      assert.deepEqual(resources, []);
    });
  }

  it("reports the problems of all repositories at once, and those of the token once", async () => {
    const { error } = await find(["o/one", "o/two"], () => restApi({}, { code: 404 }));
    assert.deepEqual((error as ConfigurationError | undefined)?.problems, [
      unknown("o/one", 404),
      unknown("o/two", 404),
    ]);
    const { error: expired } = await find(["o/one", "o/two"], () => restApi({}, { code: 401 }));
    assert.deepEqual((expired as ConfigurationError | undefined)?.problems, [refused]);
  });

  it("takes the token of the configuration", async () => {
    const expired: Answer = () => restApi({}, { code: 401 });
    const { error } = await find(["o/r"], expired, noToken, { "github:token": "x" });
    assert.deepEqual((error as ConfigurationError | undefined)?.problems, [refused]);
  });
});

describe("githubProvider", () => {
  const type = "pulumi:providers:github";
  const provider = async (config: Record<string, string>) => {
    const { resources } = await run(() => {
      setConfig(config);
      githubProvider("octo-org");
    });
    return only(resources, type, "octo-org").inputs;
  };

  it("keeps the environment's token out of the state", async () => {
    assert.deepEqual(await provider({}), {
      owner: "octo-org",
      baseUrl: "https://api.github.com/",
      // 409 is what GitHub answers where two stacks write one branch at the same time.
      retryableErrors: "[409,500,502,503,504]",
    });
  });

  it("takes the token of the configuration", async () => {
    assert.equal((await provider({ "github:token": "x" })).token, "x");
  });

  it("refuses another server than github.com", async () => {
    const config = { "github:baseUrl": "https://git.example.com/api/v3/" };
    await assert.rejects(provider(config), /allowed: https:\/\/api\.github\.com\//);
  });
});

describe("checkRepositoryName", () => {
  const allowed = "owner/name, as in the address of the repository on GitHub";
  for (const [name, fix] of [
    ["octo-org/octo.app_1", undefined],
    ["octo-app", "for example octo-org/octo-app"],
    ["https://github.com/octo-org/octo-app", "write octo-org/octo-app"],
    ["git@github.com:octo-org/octo-app.git", "write octo-org/octo-app"],
    ["octo-org/octo-app.git", "write octo-org/octo-app"],
    ["octo-org/*", "for example octo-org/octo-app"],
    ["", "for example octo-org/octo-app"],
  ] as const) {
    it(`${fix ? "refuses" : "accepts"} "${name}"`, async () => {
      const problems = fix ? [{ path: "repository", value: name, allowed, fix }] : [];
      assert.deepEqual(checkRepositoryName(name, "repository"), problems);
    });
  }
});
