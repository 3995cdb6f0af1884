import assert from "node:assert/strict";
import { header } from "../../../../components/github/workflow/header";
import type { ConfigurationError, FindRepositoriesArgs } from "../../../../components/index";
import { type GitHub, gitHub, newRepository, restApi } from "../../../harness";
import { find } from "./find";

type Problems = ConfigurationError["problems"];

async function look(
  answers: GitHub,
  args: Partial<FindRepositoriesArgs> = {},
): Promise<{ problems: Problems; found: unknown }> {
  const all = { ...newRepository, ...answers };
  const { error, outputs, resources } = await find(["o/r"], gitHub(all), {}, {}, args);
  assert.deepEqual(resources, []);
  if (error && !("problems" in error)) {
    throw error;
  }
  const { "o/r": repository } = (outputs ?? {}) as Record<string, { found: unknown }>;
  return {
    problems: (error as ConfigurationError | undefined)?.problems ?? [],
    found: repository?.found,
  };
}

/** The path and the value of each problem. */
const brief = (problems: Problems) => problems.map(({ path, value }) => `${path}: ${value}`);

const file = (author: { project: string; stack: string } | string) => ({
  content: Buffer.from(
    typeof author === "string" ? author : `#${header(author).replace("\n", "\n#")}\nname: x\n`,
  )
    .toString("base64")
    .replace(/.{60}/g, "$&\n"),
});
const path = ".github/workflows/deploy-api-dev.yml";
const ours = file({ project: "slipway", stack: "dev" });
const own = {
  [`/contents/${path}`]: ours,
  "/contents/.github/slipway/release-dev.sh": ours,
};
const refusal = (reason: string) =>
  new Error(`GET https://api.github.com/repos/o/r/x: 403 ${reason} []`);
const inaccessible = refusal("Resource not accessible by personal access token");
const open = { environment: false, policies: {}, closedBranches: {}, variables: {} };

describe("the requests of findRepositories", () => {
  const count = async (services: number, branch: string, answers: GitHub = {}) => {
    const asked: unknown[] = [];
    const names = Array.from({ length: services }, (_, i) => ({ name: `s${i}` }));
    const answer = gitHub({ ...newRepository, ...answers });
    const args = { repository: "o/r", services: names, trigger: { type: "push", branch } } as const;
    const counted = (inputs: Record<string, unknown>) => {
      asked.push(inputs.endpoint);
      return answer(inputs);
    };
    const { error } = await find([], counted, {}, {}, args);
    assert.equal(error, undefined);
    return asked.length;
  };

  it("are as many as README says", async () => {
    const made = {
      "/environments/dev": {
        deployment_branch_policy: { protected_branches: false, custom_branch_policies: true },
      },
      "/environments/dev/deployment-branch-policies": { total_count: 0, branch_policies: [] },
    };
    assert.deepEqual(
      [await count(1, "main"), await count(2, "main"), await count(1, "release")],
      [9, 10, 13],
    );
    assert.equal(await count(1, "main", made), 10);
  });
});

describe("what findRepositories finds of branches", () => {
  it("one that does not exist", async () => {
    const { problems } = await look({}, { trigger: { type: "push", branch: "release" } });
    assert.deepEqual(problems, []);
    const missing = { "/branches/*": undefined, "/branches/main": { protected: false } };
    const { problems: found } = await look(missing, { trigger: { type: "push", branch: "a/b" } });
    assert.deepEqual(found, [
      {
        path: "github.trigger.branch",
        value: "a/b",
        allowed: "an existing branch: o/r has no branch with this name",
        fix: "correct the name, or create the branch: git push origin HEAD:a/b",
      },
    ]);
  });

  const enabled = { enabled: true };
  const reviews = { required_approving_review_count: 1 };
  const exempt = { bypass_pull_request_allowances: { users: [{ login: "me" }], teams: [] } };
  const protections: [title: string, protection: object, reason?: string][] = [
    ["reviews that administrators may bypass", { required_pull_request_reviews: reviews }],
    [
      "reviews for everybody",
      { enforce_admins: enabled, required_pull_request_reviews: reviews },
      "branch protection, also for administrators: pull requests",
    ],
    [
      "reviews from which some are exempt",
      { enforce_admins: enabled, required_pull_request_reviews: { ...reviews, ...exempt } },
    ],
    [
      "checks, signatures and a lock",
      {
        enforce_admins: enabled,
        required_status_checks: { contexts: [] },
        required_signatures: enabled,
        lock_branch: enabled,
      },
      "branch protection, also for administrators: a lock, status checks, signed commits",
    ],
    ["a linear history", { enforce_admins: enabled, required_linear_history: enabled }],
  ];
  for (const [title, protection, reason] of protections) {
    const answers = { "/branches/*": { protected: true }, "/branches/main/protection": protection };
    it(`${title}: ${reason ? "closed" : "open"}`, async () => {
      const { problems } = await look(answers);
      assert.deepEqual(brief(problems), reason ? [`o/r, branch main: ${reason}`] : []);
    });
    it(`${title}, and the file is there: accepted, because only an update that writes the file fails`, async () => {
      const { problems, found } = await look({ ...answers, ...own });
      assert.deepEqual(problems, []);
      assert.deepEqual(found, { ...open, closedBranches: reason ? { main: reason } : {} });
    });
  }

  const rules = [
    { type: "deletion", ruleset_id: 1 },
    { type: "pull_request", ruleset_id: 2 },
    { type: "required_signatures", ruleset_id: 2 },
  ];
  for (const [bypass, closed] of [
    ["never", true],
    ["pull_requests_only", true],
    ["always", false],
    ["exempt", false],
  ] as const) {
    it(`a ruleset that the token's owner may bypass ${bypass}: ${closed ? "closed" : "open"}`, async () => {
      const { problems } = await look({
        "/rules/branches/main": rules,
        "/rulesets/2": { name: "reviewed", current_user_can_bypass: bypass },
      });
      const reason = "the ruleset reviewed: pull_request, required_signatures";
      assert.deepEqual(brief(problems), closed ? [`o/r, branch main: ${reason}`] : []);
    });
  }

  it("no rules, if the plan has none", async () => {
    const upgrade = refusal("Upgrade to GitHub Pro or make this repository public to enable this.");
    const answers = { "/rules/branches/main": upgrade };
    assert.deepEqual((await look(answers, { settings: "repository" })).problems, []);
  });

  it("no environments, if the plan has none, also for a delivery by pull request", async () => {
    const upgrade = refusal("Upgrade to GitHub Pro or make this repository public to enable this.");
    const answers = { "/rules/branches/main": upgrade };
    for (const type of ["commit", "pull_request"] as const) {
      const { problems } = await look(answers, { delivery: { type } });
      assert.deepEqual(brief(problems), ["github.settings: environment"]);
      assert.match(problems[0]?.fix ?? "", /^set settings: repository/);
    }
  });
});

describe("what findRepositories finds of the environment", () => {
  const environment = (policy: object | null) => ({
    "/environments/dev": { deployment_branch_policy: policy },
    "/environments/dev/secrets/public-key": { key: "k" },
  });
  const custom = environment({ protected_branches: false, custom_branch_policies: true });
  const policies = (...names: string[]) => ({
    "/environments/dev/deployment-branch-policies": {
      branch_policies: names.map((name, i) => {
        const [, tag] = /^tag (.*)$/.exec(name) ?? [];
        return { id: i + 1, name: tag ?? name, type: tag ? "tag" : "branch" };
      }),
    },
  });

  it("one that exists: the engine knows whose it is", async () => {
    const { problems, found } = await look({ ...custom, ...policies("main", "release/*") });
    assert.deepEqual(problems, []);
    assert.deepEqual(found, { ...open, environment: true, policies: { main: 1, "release/*": 2 } });
    assert.deepEqual((await look({ ...custom, ...policies("other") })).found, {
      ...{ ...open, policies: { other: 1 } },
      environment: true,
    });
  });

  const table: [title: string, answers: GitHub, refs?: string][] = [
    ["the trigger's branch alone", { ...custom, ...policies("main") }],
    ["another branch too", { ...custom, ...policies("main", "hotfix/*") }, "main, hotfix/*"],
    ["tags too", { ...custom, ...policies("main", "tag v*") }, "main, tag v*"],
    ["another branch", { ...custom, ...policies("release") }, "release"],
    ["no branch", { ...custom, ...policies() }, "no branch"],
    ["every branch", environment(null), "every branch"],
    [
      "protected branches",
      environment({ protected_branches: true, custom_branch_policies: false }),
      "every protected branch",
    ],
  ];
  for (const [title, answers, refs] of table) {
    it(`adopts one that lets in ${title}: ${refs ? "no" : "yes"}`, async () => {
      const { problems } = await look(answers, { environment: "adopt" });
      const expected = `github.environment: adopt: the environment dev of o/r allows ${refs}`;
      assert.deepEqual(brief(problems), refs ? [expected] : []);
    });
  }

  it("adopts none that does not exist", async () => {
    const { problems } = await look({}, { environment: "adopt" });
    assert.deepEqual(problems, [
      {
        path: "github.environment",
        value: "adopt",
        allowed: "an existing environment: o/r has no environment dev",
        fix: "remove github.environment, and Slipway creates the environment",
      },
    ]);
  });

  it("nothing, if the repository has the settings", async () => {
    const { problems, found } = await look(custom, { settings: "repository" });
    assert.deepEqual([problems, found], [[], open]);
  });
});

describe("what findRepositories finds of the workflow file", () => {
  const table: [title: string, content: object, whose?: string][] = [
    ["this stack's", file({ project: "slipway", stack: "dev" })],
    [
      "this stack's, of an earlier version",
      file("# Written by Slipway with every `pulumi up` of the stack dev.\nname: x\n"),
    ],
    [
      "another project's",
      file({ project: "shop.web", stack: "dev" }),
      "the stack dev of the project shop.web",
    ],
    ["somebody's", file("name: Deploy\n"), "somebody"],
    ["an empty one", file(""), "somebody"],
  ];
  for (const [title, content, whose] of table) {
    const answers = { [`/contents/${path}`]: content };
    it(`${title}: ${whose ? "stops the update, unless workflow is overwrite" : "is overwritten"}`, async () => {
      const { problems } = await look(answers);
      const allowed = `a file that this stack wrote: this one was written by ${whose}`;
      assert.deepEqual(
        problems.map((problem) => [problem.path, problem.value, problem.allowed]),
        whose ? [["o/r, branch main", path, allowed]] : [],
      );
      assert.deepEqual((await look(answers, { workflow: "overwrite" })).problems, []);
    });
  }
});

describe("what findRepositories finds for a delivery by pull request", () => {
  const delivery = { type: "pull_request" } as const;
  const closed = {
    "/branches/*": { protected: true },
    "/branches/main/protection": {
      enforce_admins: { enabled: true },
      required_pull_request_reviews: {},
    },
  };
  const pull = (name: string, at: string, merged = true) => ({
    created_at: `${at}T10:00:00Z`,
    merged_at: merged ? `${at}T11:00:00Z` : null,
    head: { ref: name },
  });
  const since = (at: string) => ({
    "/environments/dev/variables": {
      total_count: 1,
      variables: [{ name: "SLIPWAY_API", value: "{}", created_at: `${at}T09:00:00Z` }],
    },
  });
  const head = "slipway/deploy-api-dev-0a1b2c3d";
  const files = async (answers: GitHub, args: Partial<FindRepositoriesArgs> = {}) => {
    const { problems, found } = await look(
      { ...closed, ...own, ...answers },
      { delivery, ...args },
    );
    assert.deepEqual(problems, []);
    return (found as { files: Record<string, Record<string, { proposal?: unknown }>> }).files.main;
  };

  it("a branch to which nobody may commit: it needs no commit", async () => {
    const { problems, found } = await look(closed, { delivery });
    assert.deepEqual(problems, []);
    const none = { content: undefined, proposal: undefined };
    const script = ".github/slipway/release-dev.sh";
    assert.deepEqual(found, {
      ...open,
      files: { main: { [path]: none, [script]: { content: undefined } } },
    });
  });

  it("somebody else's file: it stops the update", async () => {
    const { problems } = await look({ [`/contents/${path}`]: file("name: mine\n") }, { delivery });
    assert.deepEqual(brief(problems), [`o/r, branch main: ${path}`]);
  });

  const table: [title: string, answers: GitHub, proposal?: object][] = [
    [
      "the newest one of the stack, merged",
      { ...since("2026-01-01"), "/pulls": [pull("topic", "2026-03-01"), pull(head, "2026-02-01")] },
      { head, isNewest: true, branchExists: true },
    ],
    [
      "a merged one whose branch is deleted",
      {
        ...since("2026-01-01"),
        "/pulls": [pull(head, "2026-02-01")],
        "/branches/slipway%2Fdeploy-api-dev-0a1b2c3d": undefined,
      },
      { head, isNewest: true, branchExists: false },
    ],
    [
      "one that is not merged, and an earlier one that is",
      {
        ...since("2026-01-01"),
        "/pulls": [pull(`${head}1`, "2026-03-01", false), pull(head, "2026-02-01")],
      },
      { head, isNewest: false, branchExists: false },
    ],
    [
      "a merged one, although somebody deleted the file since",
      {
        ...since("2026-01-01"),
        "/pulls": [pull(head, "2026-02-01")],
        [`/contents/${path}`]: undefined,
      },
      { head, isNewest: true, branchExists: true },
    ],
    [
      "one of an earlier stack of this name",
      { ...since("2026-02-02"), "/pulls": [pull(head, "2026-02-01")] },
    ],
    [
      "one of another stack",
      { ...since("2026-01-01"), "/pulls": [pull("slipway/deploy-api-prod-1", "2026-02-01")] },
    ],
    ["nothing, because the stack is new", {}],
  ];
  for (const [title, answers, proposal] of table) {
    it(`among pull requests: ${title}`, async () => {
      for (const oldSettings of ["keep", "remove"] as const) {
        assert.deepEqual((await files(answers, { oldSettings }))?.[path]?.proposal, proposal);
      }
    });
  }

  it("no permission to see pull requests", async () => {
    const answers = { ...own, ...since("2026-01-01"), "/pulls": inaccessible };
    assert.deepEqual(brief((await look(answers, { delivery })).problems), [
      "GITHUB_TOKEN: a token without the permission Pull requests for o/r",
    ]);
  });
});

describe("what findRepositories finds of reviewers", () => {
  const reviewers = { users: [7, 8], teams: [2, 3] };
  const of = async (missing: readonly string[], args: Partial<FindRepositoriesArgs> = {}) => {
    const asked: string[] = [];
    const answer = (inputs: Record<string, unknown>) => {
      asked.push(String(inputs.endpoint));
      return missing.includes(String(inputs.endpoint))
        ? restApi({ message: "Not Found" }, { code: 404 })
        : gitHub()(inputs);
    };
    const all = { environment: { reviewers }, ...args };
    const { error } = await find(["o/r"], answer, {}, {}, all);
    return { asked, problems: brief((error as ConfigurationError | undefined)?.problems ?? []) };
  };

  it("a user and a team that do not exist", async () => {
    assert.deepEqual((await of(["user/8"])).problems, [
      "github.environment.reviewers.users: 8",
      "github.environment.reviewers.teams: 3",
    ]);
  });

  it("no teams, if GitHub lists none", async () => {
    assert.deepEqual((await of(["repos/o/r/teams?per_page=100"])).problems, []);
  });

  it("nothing, if the stack does not write the environment", async () => {
    for (const args of [{ environment: "adopt" }, { settings: "repository" }] as const) {
      const { asked } = await of([], args);
      assert.deepEqual(
        asked.filter((one) => /^user|teams/.test(one)),
        [],
      );
    }
  });
});

describe("what findRepositories finds of the subject of OIDC tokens", () => {
  const template = "/actions/oidc/customization/sub";
  const organization = (keys?: readonly string[]) => (inputs: Record<string, unknown>) =>
    String(inputs.endpoint).startsWith("orgs/")
      ? restApi(keys ? { include_claim_keys: keys } : {}, { code: keys ? 200 : 404 })
      : undefined;
  const subjectOf = async (
    own: object,
    common?: readonly string[],
    args: Partial<FindRepositoriesArgs> = {},
  ) => {
    const answer = gitHub({ ...newRepository, [template]: own });
    const of = organization(common);
    const { error, outputs } = await find(
      ["o/r"],
      (inputs) => of(inputs) ?? answer(inputs),
      {},
      {},
      args,
    );
    const { "o/r": repository } = (outputs ?? {}) as Record<string, { subjectKeys?: unknown }>;
    return error ? brief((error as ConfigurationError).problems) : repository?.subjectKeys;
  };

  it("GitHub's own template", async () => {
    assert.equal(await subjectOf({ use_default: true, use_immutable_subject: true }), undefined);
    assert.equal(await subjectOf({ use_default: true }, ["actor"]), undefined);
  });

  it("a template whose values are known", async () => {
    const keys = ["repo", "context", "job_workflow_ref"];
    assert.deepEqual(await subjectOf({ use_default: false, include_claim_keys: keys }), keys);
    assert.deepEqual(await subjectOf({ use_default: false }, keys), keys);
  });

  it("more branches than IAM's trust policy can hold", async () => {
    const trigger = (count: number) =>
      Array.from({ length: count }, (_, i) => ({ type: "push", branch: `team-${i}` }) as const);
    const { problems } = await look({}, { trigger: trigger(20) });
    assert.deepEqual(brief(problems), ["github.trigger: 20 branches and tags"]);
    assert.match(problems[0]?.allowed ?? "", /would have \d{4} characters, and IAM accepts 2048$/);
    assert.deepEqual((await look({}, { trigger: trigger(5) })).problems, []);
  });

  it("a template whose values are not known", async () => {
    const refused = ["o/r, subject of its OIDC tokens: repo, actor"];
    const keys = ["repo", "actor"];
    assert.deepEqual(await subjectOf({ use_default: false, include_claim_keys: keys }), refused);
    assert.deepEqual(await subjectOf({ use_default: false }, keys), refused);
  });

  it("a template with the environment, if jobs have none", async () => {
    const own = { use_default: false, include_claim_keys: ["repo", "environment"] };
    assert.deepEqual(await subjectOf(own), ["repo", "environment"]);
    assert.deepEqual(await subjectOf(own, undefined, { settings: "repository" }), [
      "o/r, subject of its OIDC tokens: repo, environment",
    ]);
  });

  it("the organisation's template, which the token may not read", async () => {
    assert.deepEqual(await subjectOf({ use_default: false }), [
      "GITHUB_TOKEN: a token that cannot read the OIDC template of o",
    ]);
  });
});

describe("what findRepositories finds of a fine-grained token", () => {
  const table: [permission: string, answers: GitHub, args?: Partial<FindRepositoriesArgs>][] = [
    ["Contents", { "/branches/*": inaccessible }],
    [
      "Administration",
      { "/branches/*": { protected: true }, "/branches/main/protection": inaccessible },
    ],
    ["Actions", { "/environments/dev": inaccessible }],
    ["Environments", { "/environments/dev/secrets/public-key": inaccessible }],
    ["Secrets", { "/actions/secrets/public-key": inaccessible }, { settings: "repository" }],
  ];
  for (const [permission, answers, args] of table) {
    it(`no permission ${permission}`, async () => {
      const { problems } = await look(answers, args);
      const expected = `GITHUB_TOKEN: a token without the permission ${permission} for o/r`;
      assert.deepEqual(brief(problems), [expected]);
    });
  }

  it("all problems of every repository at once", async () => {
    const answers = (inputs: Record<string, unknown>) =>
      gitHub({
        ...newRepository,
        ...(String(inputs.endpoint).includes("/one")
          ? { "/branches/*": undefined, "/environments/dev": inaccessible }
          : { [`/contents/${path}`]: file("name: mine\n") }),
      })(inputs);
    const { error } = await find(["o/one", "o/two"], answers);
    const { problems } = error as ConfigurationError;
    assert.deepEqual(brief(problems), [
      "GITHUB_TOKEN: a token without the permission Actions for o/one",
      "github.trigger.branch: main",
      `o/two, branch main: ${path}`,
    ]);
  });
});

describe("another server than github.com", () => {
  for (const [baseUrl, refused] of [
    ["https://git.example.com/api/v3/", true],
    ["https://api.octo.ghe.com/", true],
    ["https://api.github.com/", false],
  ] as const) {
    it(`${baseUrl} is ${refused ? "refused before anything is asked" : "taken"}`, async () => {
      let asked = 0;
      const count = (inputs: Record<string, unknown>) => {
        asked += 1;
        return gitHub()(inputs);
      };
      const { error } = await find(["o/r"], count, {}, { "github:baseUrl": baseUrl });
      const problems = (error as ConfigurationError | undefined)?.problems ?? [];
      assert.deepEqual(brief(problems), refused ? [`github:baseUrl: ${baseUrl}`] : []);
      assert.equal(asked > 0, !refused);
    });
  }
});
