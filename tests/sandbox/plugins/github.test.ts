import assert from "node:assert/strict";
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createRepository, push, renameRepository, writeTokens } from "../../../sandbox/github";
import { newestCommit } from "../../../sandbox/github/commits";
import { writeFaults } from "../../../sandbox/github/faults";
import { git } from "../../../sandbox/github/git";
import { writeOrganization } from "../../../sandbox/github/organizations";
import type { Ruleset } from "../../../sandbox/github/protection";
import {
  emptyEnvironment,
  readSettings,
  repositoryPath,
  setValue,
  updateSettings,
} from "../../../sandbox/github/settings";
import { branch, pullRequest } from "../../../sandbox/plugins/github/branch";
import {
  deploymentPolicy,
  repositoryEnvironment,
} from "../../../sandbox/plugins/github/environments";
import { GitHubProvider } from "../../../sandbox/plugins/github/provider";
import { repositoryFile } from "../../../sandbox/plugins/github/repository-file";
import {
  actionsEnvironmentSecret,
  actionsEnvironmentVariable,
} from "../../../sandbox/plugins/github/values";
import type { Properties } from "../../../sandbox/plugins/kit/provider";

const SEED = join(__dirname, "../../../examples/api");
const types = {
  environment: repositoryEnvironment.type,
  policy: deploymentPolicy.type,
  secret: actionsEnvironmentSecret.type,
  variable: actionsEnvironmentVariable.type,
  file: repositoryFile.type,
  branch: branch.type,
  pullRequest: pullRequest.type,
};

describe("the GitHub plugin", () => {
  let root: string;
  let provider: GitHubProvider;
  const saved = { ...process.env };

  before(async () => {
    root = await mkdtemp(join(tmpdir(), "slipway-github-"));
    await createRepository(root, "acme/api", { seed: SEED });
    await createRepository(root, "acme/hidden", { seed: SEED, private: true });
    await writeTokens(root, { good: ["repo", "workflow"], weak: ["repo"] });
    process.env.SLIPWAY_GITHUB_ROOT = root;
    provider = await configured("good");
  });
  after(async () => {
    process.env = saved;
  });

  async function newBranch(name: string): Promise<void> {
    await git(repositoryPath(root, "acme/api"), ["branch", name, "main"]);
  }

  /** An empty token means no token: GITHUB_TOKEN must not be used instead. */
  async function configured(token: string, more: Properties = {}): Promise<GitHubProvider> {
    delete process.env.GITHUB_TOKEN;
    const made = new GitHubProvider("0.0.0", [
      ...[repositoryEnvironment, deploymentPolicy, repositoryFile, branch, pullRequest],
      ...[actionsEnvironmentSecret, actionsEnvironmentVariable],
    ]);
    await made.configure({ owner: "acme", token, ...more });
    return made;
  }

  const named = (type: string) => ({ urn: `urn:pulumi:dev::test::${type}::it`, type, name: "it" });

  /** Creates a resource like the engine. */
  async function create(type: string, given: Properties, by = provider) {
    const resource = named(type);
    const randomSeed = new Uint8Array();
    const checked = await by.check({ ...resource, oldInputs: {}, inputs: given, randomSeed });
    assert.deepEqual(checked.failures ?? [], []);
    const { inputs } = checked;
    const { id, outputs } = await by.create({ ...resource, inputs, preview: false });
    return { ...resource, id, oldInputs: inputs, oldOutputs: outputs };
  }

  type Existing = Awaited<ReturnType<typeof create>>;

  async function changes(existing: Existing, given: Properties) {
    const refreshed = await provider.read(existing);
    const { inputs } = await provider.check({
      ...existing,
      oldInputs: refreshed.inputs,
      inputs: given,
      randomSeed: new Uint8Array(),
    });
    const result = await provider.diff({
      ...existing,
      oldInputs: refreshed.inputs,
      oldOutputs: refreshed.outputs,
      inputs,
      ignoreChanges: [],
    });
    return result.changes.map(({ path, replace }) => (replace ? `${path} replaces` : path));
  }

  const environment = {
    repository: "api",
    environment: "dev",
    deploymentBranchPolicy: { protectedBranches: false, customBranchPolicies: true },
  };

  it("creates an environment, and reads it back without a change", async () => {
    const made = await create(types.environment, environment);
    assert.equal(made.id, "api:dev");
    assert.deepEqual(await changes(made, environment), []);
    assert.deepEqual(await changes(made, { ...environment, waitTimer: 5 }), ["waitTimer"]);
    const renamed = { ...environment, environment: "test" };
    assert.deepEqual(await changes(made, renamed), ["environment replaces"]);
  });

  it("shows settings that somebody else changed in an environment", async () => {
    const made = await create(types.environment, environment);
    await updateSettings(root, "acme/api", ({ environments }) => {
      if (environments.dev) environments.dev.waitTimer = 9;
    });
    assert.deepEqual(await changes(made, environment), ["waitTimer"]);
  });

  it("writes the whole environment, with the default for a missing value", async () => {
    const reviewers = [{ users: [7], teams: [8] }];
    const given = { ...environment, environment: "guarded" };
    const made = await create(types.environment, { ...given, waitTimer: 5, reviewers });
    const read = async () => (await readSettings(root, "acme/api"))?.environments.guarded;
    assert.deepEqual((await read())?.reviewers, reviewers);
    const inputs = given;
    await provider.update({ ...made, inputs, preview: false, ignoreChanges: [] });
    const { waitTimer, reviewers: left } = (await read()) ?? {};
    assert.deepEqual([waitTimer, left], [0, []]);
    await provider.delete(made);
  });

  it("changes a policy's pattern in place, and its kind by replacement", async () => {
    const place = { repository: "api", environment: "dev" };
    const made = await create(types.policy, { ...place, branchPattern: "main" });
    assert.deepEqual((await readSettings(root, "acme/api"))?.environments.dev?.branchPolicies, [
      "main",
    ]);
    assert.deepEqual(await changes(made, { ...place, branchPattern: "rel/*" }), ["branchPattern"]);
    assert.deepEqual(await changes(made, { ...place, tagPattern: "v*" }), [
      "branchPattern replaces",
      "tagPattern replaces",
    ]);
    await provider.delete(made);
    assert.equal((await provider.read(made)).id, undefined);
  });

  it("does not notice that somebody else set a secret", async () => {
    const secret = { repository: "api", environment: "dev", secretName: "ROLE", value: "a" };
    const made = await create(types.secret, secret);
    assert.deepEqual(await changes(made, secret), []);
    assert.deepEqual(await changes(made, { ...secret, value: "b" }), ["value"]);
    await new Promise((resolve) => setTimeout(resolve, 5));
    await updateSettings(root, "acme/api", ({ environments }) => {
      if (environments.dev) setValue(environments.dev, "secret", "ROLE", "c");
    });
    assert.deepEqual(await changes(made, secret), []);
    assert.deepEqual(await changes(made, { ...secret, value: "b" }), ["value"]);
  });

  it("reads a variable's value, and refuses a second one with the same name", async () => {
    const variable = { repository: "api", environment: "dev", variableName: "REGION", value: "a" };
    const made = await create(types.variable, variable);
    assert.deepEqual(await changes(made, variable), []);
    await updateSettings(root, "acme/api", ({ environments }) => {
      if (environments.dev) setValue(environments.dev, "variable", "REGION", "b");
    });
    assert.deepEqual(await changes(made, variable), ["value"]);
    await assert.rejects(create(types.variable, variable), /409 Already exists/);
    const nowhere = { ...variable, environment: "nowhere" };
    await assert.rejects(create(types.variable, nowhere), /404 Not Found/);
  });

  const file = {
    repository: "api",
    file: ".github/workflows/deploy.yml",
    content: "on: push\n",
    commitMessage: "Write it [skip ci]",
    commitAuthor: "Slipway",
    commitEmail: "slipway@example.com",
  };

  it("commits a file, and reads message and author back from its newest commit", async () => {
    const made = await create(types.file, file);
    assert.equal(made.id, "api:.github/workflows/deploy.yml:");
    const newest = await newestCommit(join(root, "acme/api.git"), "main");
    assert.equal(newest?.message, file.commitMessage);
    assert.deepEqual(newest?.author, { name: "Slipway", email: "slipway@example.com" });
    assert.deepEqual(await changes(made, file), []);
    await push(root, "acme/api", "main", { "other.txt": "x" }, "Another file");
    assert.deepEqual(await changes(made, file), []);
    await push(root, "acme/api", "main", { [file.file]: "on: [push]\n" }, "By hand");
    assert.deepEqual((await changes(made, file)).sort(), [
      "commitAuthor",
      "commitEmail",
      "commitMessage",
      "content",
    ]);
    await assert.rejects(create(types.file, file), /refusing to overwrite existing file/);
    await create(types.file, { ...file, overwriteOnCreate: true });
  });

  it("updates in place in a renamed repository, and replaces in another one", async () => {
    await createRepository(root, "acme/before", { seed: SEED });
    await createRepository(root, "acme/other", { seed: SEED });
    const place = { repository: "before", environment: "dev" };
    const variable = { ...place, variableName: "REGION", value: "a" };
    const inputs = {
      [types.environment]: { ...environment, repository: "before" },
      [types.policy]: { ...place, branchPattern: "main" },
      [types.secret]: { ...place, secretName: "ROLE", value: "a" },
      [types.variable]: variable,
      [types.file]: { ...file, repository: "before" },
    };
    const all: { made: Existing; given: Properties }[] = [];
    for (const [type, given] of Object.entries(inputs)) {
      all.push({ made: await create(type, given), given });
    }
    await renameRepository(root, "acme/before", "acme/after");
    const rest = { endpoint: "repos/Acme/BEFORE" };
    const { body } = await provider.invoke("github:index/getRestApi:getRestApi", rest);
    assert.equal(JSON.parse(String(body)).full_name, "acme/after");
    const updated: { made: Existing; given: Properties }[] = [];
    for (const { made, given } of all) {
      assert.deepEqual(await changes(made, given), [], `${made.type} by its former name`);
      const renamed = { ...given, repository: "after" };
      assert.deepEqual(await changes(made, renamed), ["repository"], made.type);
      const { type } = made;
      assert.deepEqual(
        await changes(made, { ...given, repository: "other" }),
        ["repository replaces"],
        type,
      );
      const inputs = { ...made.oldInputs, repository: "after" };
      const outputs = await provider.update({ ...made, inputs, preview: false, ignoreChanges: [] });
      assert.equal(outputs.repository, "after");
      updated.push({ made: { ...made, oldInputs: inputs, oldOutputs: outputs }, given: renamed });
    }
    // A repository that takes the former name does not change: the state has the new name.
    await createRepository(root, "acme/before", { seed: SEED });
    for (const { made, given } of updated) {
      assert.deepEqual(await changes(made, given), [], made.type);
    }
    assert.deepEqual((await readSettings(root, "acme/before"))?.environments, {});
  });

  it("opens a pull request for a branch with a change, and closes it with its branch", async () => {
    const branchOf = (name: string) => ({ repository: "api", branch: name });
    const proposal = { baseRepository: "api", baseRef: "main", headRef: "ops/x", title: "Deploy" };
    await assert.rejects(create(types.pullRequest, proposal), /422 .*Field:head Code:invalid/);
    const head = await create(types.branch, { ...branchOf("ops/x"), sourceBranch: "main" });
    assert.deepEqual(await changes(head, { ...branchOf("ops/x"), sourceBranch: "main" }), []);
    await assert.rejects(create(types.pullRequest, proposal), /No commits between main and ops\/x/);
    const added = { repository: "api", branch: "ops/x", file: "x.md", content: "x" };
    const proposed = await create(types.file, added);
    const made = await create(types.pullRequest, proposal);
    assert.equal(made.oldOutputs.state, "open");
    await assert.rejects(create(types.pullRequest, proposal), /A pull request already exists/);
    assert.deepEqual(await changes(made, proposal), []);
    assert.deepEqual(await changes(made, { ...proposal, headRef: "ops/y" }), ["headRef replaces"]);
    assert.deepEqual(await changes(made, { ...proposal, title: "Other" }), ["title"]);
    await provider.delete(head);
    assert.equal((await provider.read(head)).id, undefined);
    assert.equal((await provider.read(proposed)).id, undefined);
    assert.equal((await provider.read(made)).outputs.state, "closed");
    assert.deepEqual(await changes(made, proposal), []);
    await provider.delete(made);
  });

  it("answers 409 if two stacks write to one branch at the same time, and succeeds on a retry", async () => {
    const write = (config: Properties, folder: string) => {
      const writers = ["a", "b"].map(async (stack) => {
        const by = await configured("good", { retryDelayMs: "20", maxRetries: "20", ...config });
        for (const name of ["1", "2", "3", "4", "5"]) {
          const { repository, content } = file;
          await create(types.file, { repository, file: `${folder}/${stack}${name}`, content }, by);
        }
      });
      return Promise.all(writers);
    };
    await assert.rejects(write({}, "lost"), /409 main is at \w+ but expected \w+/);
    await write({ retryableErrors: "[409]" }, "kept");
    const kept = await git(join(root, "acme/api.git"), ["ls-tree", "--name-only", "main", "kept/"]);
    assert.equal(kept.split("\n").length, 10);
  });

  it("answers 404 for a workflow file without the scope, and for a missing branch", async () => {
    const weak = await configured("weak");
    const other = { ...file, file: ".github/workflows/other.yml" };
    await assert.rejects(create(types.file, other, weak), /404 Not Found/);
    await create(types.file, { ...file, file: "docs/other.yml" }, weak);
    await assert.rejects(create(types.file, { ...other, branch: "none" }), /Branch not found/);
  });

  it("answers 401 without a token for changes, and with a wrong token for everything", async () => {
    const nobody = await configured("");
    await assert.rejects(
      create(types.environment, environment, nobody),
      /401 Requires authentication/,
    );
    const wrong = await configured("wrong");
    const rest = { endpoint: "repos/acme/api" };
    await assert.rejects(
      wrong.invoke("github:index/getRestApi:getRestApi", rest),
      /401 Bad credentials/,
    );
  });

  it("describes repositories to those who may see them", async () => {
    const ask = async (token: string, repository: string) => {
      const endpoint = `repos/acme/${repository}`;
      const by = await configured(token);
      const { code, headers, body } = await by.invoke("github:index/getRestApi:getRestApi", {
        endpoint,
      });
      const scopes = JSON.parse(String(headers))["X-Oauth-Scopes"];
      return { code, scopes, permissions: JSON.parse(String(body)).permissions?.admin };
    };
    const admin = { code: 200, scopes: ["repo, workflow"], permissions: true };
    assert.deepEqual(await ask("good", "api"), admin);
    assert.deepEqual(await ask("good", "hidden"), admin);
    const stranger = { scopes: undefined, permissions: undefined };
    assert.deepEqual(await ask("", "api"), { code: 200, ...stranger });
    assert.deepEqual(await ask("", "hidden"), { code: 404, ...stranger });
    assert.equal((await ask("good", "none")).code, 404);
  });

  it("lists variables by name, at most thirty per page, to those who may change them", async () => {
    const names = Array.from({ length: 31 }, (_, i) => `V${String(i).padStart(2, "0")}`);
    await updateSettings(root, "acme/hidden", (settings) => {
      for (const name of [...names].reverse()) setValue(settings, "variable", name, "x");
    });
    const ask = async (endpoint: string, token = "good") => {
      const by = await configured(token);
      const answer = await by.invoke("github:index/getRestApi:getRestApi", { endpoint });
      const body = JSON.parse(String(answer.body)) as {
        total_count?: number;
        variables?: { name: string; value: string }[];
      };
      return [answer.code, body.total_count, body.variables?.map(({ name }) => name)];
    };
    const all = "repos/acme/hidden/actions/variables";
    assert.deepEqual(await ask(`${all}?per_page=100&page=1`), [200, 31, names.slice(0, 30)]);
    assert.deepEqual(await ask(`${all}?per_page=30&page=2`), [200, 31, ["V30"]]);
    const nowhere = "repos/acme/hidden/environments/none/variables?per_page=30&page=1";
    assert.deepEqual(await ask(nowhere), [404, undefined, undefined]);
    await assert.rejects(ask("repos/acme/api/actions/variables", ""), /401/);
  });

  const get = async (token: string, endpoint: string) => {
    const by = await configured(token);
    const answer = await by.invoke("github:index/getRestApi:getRestApi", { endpoint });
    return { code: answer.code, body: JSON.parse(String(answer.body)) };
  };
  const reviewed: Ruleset = {
    id: 2,
    name: "reviewed",
    enforcement: "active",
    branches: ["guarded/*"],
    rules: ["deletion", "pull_request"],
    current_user_can_bypass: "never",
  };

  it("answers requests about branches, rules, environments, keys and files", async () => {
    await updateSettings(root, "acme/api", (settings) => {
      settings.branchProtection = { main: { enforce_admins: { enabled: true } } };
      settings.rulesets = [reviewed, { ...reviewed, id: 3, enforcement: "evaluate" }];
      settings.environments["a/b"] = {
        ...emptyEnvironment(),
        deploymentBranchPolicy: { protectedBranches: false, customBranchPolicies: true },
        policyIds: { "branch:main": 1, "tag:v*": 2 },
      };
    });
    const of = async (path: string) => (await get("good", `repos/acme/api/${path}`)).body;
    const { commit, ...main } = await of("branches/main");
    assert.match(commit.sha, /^[0-9a-f]{40}$/);
    assert.deepEqual(main, { name: "main", protected: true });
    assert.deepEqual(await of("branches/main/protection"), { enforce_admins: { enabled: true } });
    assert.deepEqual(await of("rules/branches/main"), []);
    const rules = await of("rules/branches/guarded%2Fx");
    assert.deepEqual(
      rules.map(({ type, ruleset_id }: { type: string; ruleset_id: number }) => [type, ruleset_id]),
      [
        ["deletion", 2],
        ["pull_request", 2],
      ],
    );
    assert.equal((await of("rulesets/2")).current_user_can_bypass, "never");
    assert.deepEqual((await of("environments/a%2Fb")).deployment_branch_policy, {
      protected_branches: false,
      custom_branch_policies: true,
    });
    assert.deepEqual(await of("environments/a%2Fb/deployment-branch-policies?per_page=100"), {
      total_count: 2,
      branch_policies: [
        { id: 1, name: "main", type: "branch" },
        { id: 2, name: "v*", type: "tag" },
      ],
    });
    assert.ok(
      (await of("environments/a%2Fb/secrets/public-key")).key,
      "the environment has no public key",
    );
    assert.ok((await of("actions/secrets/public-key")).key, "the repository has no public key");
    const { content } = await of("contents/Dockerfile?ref=main");
    assert.match(Buffer.from(content, "base64").toString(), /^(#.*\n)*FROM /m);
  });

  it("answers with the template of the OIDC subject, the organization's to its members only", async () => {
    const own = "repos/acme/api/actions/oidc/customization/sub";
    assert.deepEqual((await get("good", own)).body, { use_default: true });
    await updateSettings(root, "acme/api", (settings) => {
      settings.subjectTemplate = { keys: ["repo", "ref"] };
    });
    assert.deepEqual((await get("good", own)).body, {
      use_default: false,
      include_claim_keys: ["repo", "ref"],
    });
    await writeOrganization(root, "acme", { subjectKeys: ["repository_id"] });
    await writeTokens(root, { good: ["repo", "workflow"], member: ["repo", "read:org"] });
    const common = "orgs/acme/actions/oidc/customization/sub";
    assert.equal((await get("good", common)).code, 404);
    assert.deepEqual((await get("member", common)).body, { include_claim_keys: ["repository_id"] });
  });

  it("lists pull requests, the newest first, and the teams that a test sets", async () => {
    const query = "state=all&sort=created&direction=desc&per_page=100";
    const pulls = await get("good", `repos/acme/api/pulls?base=main&${query}`);
    assert.deepEqual(
      pulls.body.map(({ head, state, merged_at }: Record<string, unknown>) => [
        (head as { ref: string }).ref,
        state,
        merged_at,
      ]),
      [["ops/x", "closed", null]],
    );
    assert.deepEqual((await get("good", `repos/acme/api/pulls?base=other&${query}`)).body, []);
    await assert.rejects(get("good", "repos/acme/api/pulls"), /are listed with sort=created/);
    assert.equal((await get("good", "repos/acme/api/teams?per_page=100")).code, 404);
    await updateSettings(root, "acme/api", (settings) => {
      settings.teams = [5];
    });
    const { body } = await get("good", "repos/acme/api/teams?per_page=100");
    assert.deepEqual(body, [{ id: 5, slug: "team-5" }]);
    assert.deepEqual((await get("good", "user/7")).body, { id: 7, login: "user-7" });
  });

  it("answers 404 for a missing object", async () => {
    for (const path of [
      ...["branches/none", "branches/other/protection", "environments/none", "rulesets/9"],
      ...["environments/none/secrets/public-key", "contents/none?ref=main"],
    ]) {
      const { code, body } = await get("good", `repos/acme/api/${path}`);
      assert.deepEqual([path, code, body.message], [path, 404, "Not Found"]);
    }
  });

  it("allows a fine-grained token what its permissions allow, and does not show them", async () => {
    const permissions = {
      Administration: "read",
      Contents: "write",
      Environments: "write",
    } as const;
    await writeTokens(root, { good: ["repo", "workflow"], weak: ["repo"], fine: { permissions } });
    const refused = /403 Resource not accessible by personal access token/;
    assert.equal((await get("fine", "repos/acme/hidden")).body.permissions.admin, true);
    assert.equal((await get("fine", "repos/acme/hidden/branches/main")).code, 200);
    await assert.rejects(get("fine", "repos/acme/hidden/environments/dev"), refused);
    await assert.rejects(get("fine", "repos/acme/api/actions/secrets/public-key"), refused);
    const by = await configured("fine");
    await assert.rejects(create(types.environment, environment, by), refused);
    const readme = { repository: "api", branch: "guarded/y", content: "x" };
    await updateSettings(root, "acme/api", (settings) => {
      settings.rulesets = [];
    });
    await newBranch("guarded/y");
    await create(types.file, { ...readme, file: "docs.md" }, by);
    const workflow = { ...readme, file: ".github/workflows/x.yml" };
    await assert.rejects(create(types.file, workflow, by), refused);
  });

  it("refuses a commit that protection or a ruleset forbids", async () => {
    const place = { repository: "api", content: "x", file: "guarded.md" };
    await newBranch("guarded/z");
    await updateSettings(root, "acme/api", (settings) => {
      settings.rulesets = [reviewed];
      settings.branchProtection = {
        main: {
          enforce_admins: { enabled: false },
          required_pull_request_reviews: { required_approving_review_count: 1 },
        },
      };
    });
    const through = /409 .*Changes must be made through a pull request/;
    await assert.rejects(create(types.file, { ...place, branch: "guarded/z" }), through);
    await create(types.file, { ...place, branch: "main" });
    await updateSettings(root, "acme/api", ({ branchProtection, rulesets = [] }) => {
      Object.assign(branchProtection?.main ?? {}, { enforce_admins: { enabled: true } });
      Object.assign(rulesets[0] ?? {}, { current_user_can_bypass: "always" });
    });
    await assert.rejects(create(types.file, { ...place, file: "b.md", branch: "main" }), through);
    await create(types.file, { ...place, branch: "guarded/z" });
  });

  it("fails with the fault that a test sets", async () => {
    await writeFaults(root, [{ endpoint: "branches", status: 502, seconds: 0.05 }]);
    await assert.rejects(get("good", "repos/acme/api/branches/main"), /: 502 /);
    assert.equal((await get("good", "repos/acme/api")).code, 200);
    await writeFaults(root, []);
  });

  it("refuses unknown requests", async () => {
    const { failures } = await provider.check({
      ...named(types.variable),
      oldInputs: {},
      inputs: { repository: "api", environment: "dev", variableName: "GITHUB_X", valeu: "a" },
      randomSeed: new Uint8Array(),
    });
    assert.deepEqual(
      failures?.map(({ property }) => property),
      ["valeu"],
    );
    await assert.rejects(create("github:index/team:Team", {}), /no resource type github:index/);
    const config = await provider.checkConfig({}, { owner: "acme", baseUrl: "https://ghe/" });
    assert.deepEqual(
      config.failures?.map(({ property }) => property),
      ["baseUrl"],
    );
  });
});
