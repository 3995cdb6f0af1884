import assert from "node:assert/strict";
import { chmod, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  createRepository,
  forkRepository,
  mergePullRequest,
  openPullRequest,
  type PullRequest,
  push,
  runWorkflows,
  updatePullRequest,
  type WorkflowEvent,
} from "../../../sandbox/github";
import { resolveRef } from "../../../sandbox/github/commits";
import { git } from "../../../sandbox/github/git";
import { emptyEnvironment, setValue, updateSettings } from "../../../sandbox/github/settings";

const SEED = join(__dirname, "../../../examples/api");
const REPOSITORY = "acme/api";
const FORK = "mallory/api";

/** What act was given: its arguments, the event's payload, the secrets, and the variables of the steps. */
interface Call {
  readonly arguments: readonly string[];
  readonly payload: Payload;
  readonly secrets: Record<string, string>;
  readonly variables: Record<string, string>;
}

// biome-ignore lint/suspicious/noExplicitAny: the tests compare single fields of GitHub's payloads
type Payload = any;

/** Replaces act: writes what it gets to a file, and fails if the event's workflow is called Failing. */
const ACT = `#!/usr/bin/env node
const { appendFileSync, readFileSync } = require("node:fs");
const { basename, dirname } = require("node:path");
const args = process.argv.slice(2);
const file = (option) => JSON.parse(readFileSync(args[args.indexOf(option) + 1], "utf8"));
const call = { arguments: args, payload: file("--eventpath"), secrets: file("--secret-file"), variables: file("--env-file") };
appendFileSync(dirname(__filename) + "/calls", JSON.stringify(call) + "\\n");
process.exit(basename(args[args.indexOf("--workflows") + 1]) === "failing.yml" ? 1 : 0);
`;

const job = (settings = "") => `{ runs-on: x, ${settings} steps: [{ run: "true" }] }`;
const workflow = (on: string, settings = "", name = "") =>
  `${name && `name: ${name}\n`}on: ${on}\njobs: { one: ${job(settings)} }\n`;

describe("events", function () {
  // The first run bundles the replacements for actions.
  this.timeout(30_000);
  let folder: string;
  let root: string;
  let path: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "slipway-events-"));
    root = join(folder, "github");
    await writeFile(join(folder, "act"), ACT);
    await chmod(join(folder, "act"), 0o755);
    ({ path } = await createRepository(root, REPOSITORY, { seed: SEED, branches: ["release"] }));
    await updateSettings(root, REPOSITORY, (settings) => {
      setValue(settings, "secret", "TOKEN", "hidden");
    });
  });

  /** Writes workflows to a branch. */
  const write = (files: Record<string, string>, branch = "main") =>
    push(
      ...([root, REPOSITORY, branch] as const),
      Object.fromEntries(
        Object.entries(files).map(([file, text]) => [`.github/workflows/${file}`, text]),
      ),
      "Write workflows",
    );

  /** The conclusion of each run, by its file's name, and what act was given. */
  async function play(event: WorkflowEvent) {
    const results = await runWorkflows({
      ...{ root, fullName: REPOSITORY, event, awsEndpoint: "http://127.0.0.1:1" },
      ...{ actPath: join(folder, "act"), env: { PATH: process.env.PATH } },
    });
    const calls = await readFile(join(folder, "calls"), "utf8").catch(() => "");
    await rm(join(folder, "calls"), { force: true });
    return {
      results,
      runs: results.map(({ file, conclusion }) => `${file.split("/").at(-1)} ${conclusion}`),
      calls: calls
        .split("\n")
        .filter((line) => line !== "")
        .map((line) => JSON.parse(line) as Call),
    };
  }

  async function only(event: WorkflowEvent): Promise<Call> {
    const { calls, results } = await play(event);
    assert.equal(calls.length, 1, JSON.stringify(results));
    return calls[0] as Call;
  }

  const contextOf = ({ variables }: Call) =>
    Object.fromEntries(
      ["REF", "REF_NAME", "REF_TYPE", "BASE_REF", "HEAD_REF"].map((name) => [
        name,
        variables[`GITHUB_${name}`],
      ]),
    );

  /** A pull request from `topic`, which adds topic.txt, into a branch. */
  async function topic(base: string, fork?: string): Promise<PullRequest> {
    const head = "topic";
    const repository = fork ?? REPOSITORY;
    await git(join(root, `${repository}.git`), ["branch", head, base]);
    await push(root, repository, head, { "topic.txt": "new\n" }, "Add topic.txt");
    return openPullRequest(root, REPOSITORY, { head, base, ...(fork && { fork }) });
  }

  describe("pull_request", () => {
    const closed = "{ pull_request: { types: [closed], branches: [release] } }";

    it("of a merged one has the base branch as its ref, and the merge commit", async () => {
      await write({ "a.yml": workflow(closed) }, "release");
      const merged = await mergePullRequest(root, REPOSITORY, await topic("release"));
      const call = await only({ name: "pull_request", action: "closed", pullRequest: merged });
      assert.deepEqual(contextOf(call), {
        REF: "refs/heads/release",
        REF_NAME: "release",
        REF_TYPE: "branch",
        BASE_REF: "release",
        HEAD_REF: "topic",
      });
      const tip = await resolveRef(path, "refs/heads/release");
      assert.equal(call.variables.SHA_REF, tip);
      const { action, number, pull_request: fields } = call.payload;
      assert.deepEqual([action, number, fields.number], ["closed", 1, 1]);
      assert.deepEqual(
        [fields.merged, fields.state, fields.merge_commit_sha],
        [true, "closed", tip],
      );
      assert.deepEqual(
        [fields.head.ref, fields.head.repo.full_name, fields.base.ref, fields.base.repo.full_name],
        ["topic", REPOSITORY, "release", REPOSITORY],
      );
      assert.equal(call.payload.repository.default_branch, "main");
    });

    it("of one that is not merged has its merge ref, and the trial merge", async () => {
      await write({ "a.yml": workflow(closed) }, "release");
      const pullRequest = await topic("release");
      const call = await only({ name: "pull_request", action: "closed", pullRequest });
      assert.equal(contextOf(call).REF, "refs/pull/1/merge");
      assert.equal(contextOf(call).REF_NAME, "1/merge");
      assert.equal(contextOf(call).REF_TYPE, "branch");
      assert.equal(call.variables.SHA_REF, await resolveRef(path, "refs/pull/1/merge"));
      assert.notEqual(call.variables.SHA_REF, await resolveRef(path, "refs/heads/release"));
      assert.equal(call.payload.pull_request.merged, false);
    });

    const apart = (need: string, condition: string) =>
      `on: pull_request
jobs:
  read: ${job("permissions: { contents: read, id-token: write },")}
  comment: ${job(`needs: ${need}, if: "${condition}", permissions: { pull-requests: write },`)}
`;

    it("gives each job its own token if their permissions differ", async () => {
      await write({ "a.yml": apart("read", "true") }, "release");
      const event = { name: "pull_request", action: "opened" } as const;
      const { calls } = await play({ ...event, pullRequest: await topic("release") });
      assert.deepEqual(
        calls.map(({ variables }) => [
          variables.SLIPWAY_CONTENTS,
          variables.SLIPWAY_PULL_REQUESTS,
          "ACTIONS_ID_TOKEN_REQUEST_URL" in variables,
        ]),
        [
          ["read", "none", true],
          ["read", "write", false],
        ],
      );
      assert.equal(calls[0]?.variables.SLIPWAY_ARTIFACTS, calls[1]?.variables.SLIPWAY_ARTIFACTS);
    });

    it("does not run a job after one that failed, unless its condition asks for that", async () => {
      const event = { name: "pull_request", action: "opened" } as const;
      const pullRequest = await topic("release");
      for (const [condition, expected] of [
        ["true", 1],
        ["!cancelled()", 2],
      ] as const) {
        await write({ "failing.yml": apart("read", condition) }, "release");
        const next = await updatePullRequest(root, REPOSITORY, pullRequest);
        const { calls, runs } = await play({ ...event, pullRequest: next });
        assert.deepEqual([runs, calls.length], [["failing.yml failure"], expected]);
      }
    });

    it("skips a run of jobs whose conditions all refuse a fork", async () => {
      const own = "github.event.pull_request.head.repo.full_name == github.repository";
      const text = apart("read", `!cancelled() && ${own}`).replace(
        "read: { runs-on: x,",
        `read: { runs-on: x, if: "${own}",`,
      );
      await write({ "a.yml": text }, "release");
      await forkRepository(root, REPOSITORY, FORK);
      const event = { name: "pull_request", action: "opened" } as const;
      const { runs, calls } = await play({ ...event, pullRequest: await topic("release", FORK) });
      assert.deepEqual([runs, calls], [["a.yml skipped"], []]);
    });

    it("takes the workflow of the merge commit", async () => {
      const pullRequest = await topic("release");
      await write({ "late.yml": workflow("pull_request") }, "release");
      const event = { name: "pull_request", action: "opened" } as const;
      assert.deepEqual((await play({ ...event, pullRequest })).runs, []);
      const merged = await mergePullRequest(root, REPOSITORY, pullRequest);
      assert.deepEqual((await play({ ...event, pullRequest: merged })).runs, ["late.yml success"]);
    });

    it("starts the workflows with its type, its base branch and one of its changed files", async () => {
      await write(
        {
          "any.yml": workflow("pull_request"),
          "closed.yml": workflow("{ pull_request: { types: [closed] } }"),
          "base.yml": workflow("{ pull_request: { branches: [main] } }"),
          "ignored.yml": workflow("{ pull_request: { branches-ignore: [release] } }"),
          "path.yml": workflow("{ pull_request: { paths: [topic.txt] } }"),
          "other-path.yml": workflow("{ pull_request: { paths: [later.txt] } }"),
        },
        "release",
      );
      const pullRequest = await topic("release");
      // A later change on the base branch is no change of the pull request.
      await push(root, REPOSITORY, "release", { "later.txt": "new\n" }, "Later");
      const played = async (action: "opened" | "closed" | "synchronize", merged = pullRequest) =>
        (await play({ name: "pull_request", action, pullRequest: merged })).runs;
      assert.deepEqual(await played("opened"), ["any.yml success", "path.yml success"]);
      assert.deepEqual(await played("synchronize"), ["any.yml success", "path.yml success"]);
      const merged = await mergePullRequest(root, REPOSITORY, pullRequest);
      assert.deepEqual(await played("closed", merged), ["closed.yml success"]);
    });

    it("starts nothing if the branches conflict, or the head commit asks for it", async () => {
      await write({ "a.yml": workflow("pull_request") }, "release");
      const pullRequest = await topic("release");
      const event = { name: "pull_request", action: "opened" } as const;
      assert.deepEqual((await play({ ...event, pullRequest })).runs, ["a.yml success"]);
      await push(root, REPOSITORY, "topic", { "x.txt": "x\n" }, "Nothing [skip ci]");
      const open = () => openPullRequest(root, REPOSITORY, { head: "topic", base: "release" });
      assert.deepEqual((await play({ ...event, pullRequest: await open() })).runs, []);
      await push(root, REPOSITORY, "topic", { "y.txt": "mine\n" }, "Mine");
      await push(root, REPOSITORY, "release", { "y.txt": "theirs\n" }, "Theirs");
      const conflicting = await open();
      assert.equal(conflicting.mergeCommit, undefined);
      assert.deepEqual((await play({ ...event, pullRequest: conflicting })).runs, []);
      await assert.rejects(mergePullRequest(root, REPOSITORY, conflicting), /not mergeable/);
    });

    it("of a fork gets no secrets and no token, also when it is merged", async () => {
      const permissions = "permissions: { id-token: write },";
      await write({ "a.yml": workflow("{ pull_request: { types: [closed] } }", permissions) });
      const same = await openPullRequest(root, REPOSITORY, { head: "release", base: "main" });
      const own = await only({ name: "pull_request", action: "closed", pullRequest: same });
      assert.deepEqual(own.secrets, { TOKEN: "hidden" });
      assert.ok(own.variables.ACTIONS_ID_TOKEN_REQUEST_URL, "no token for a branch of its own");

      await forkRepository(root, REPOSITORY, FORK);
      const pullRequest = await topic("main", FORK);
      for (const one of [pullRequest, await mergePullRequest(root, REPOSITORY, pullRequest)]) {
        const call = await only({ name: "pull_request", action: "closed", pullRequest: one });
        assert.deepEqual(call.secrets, {});
        assert.equal(call.variables.ACTIONS_ID_TOKEN_REQUEST_URL, undefined);
        assert.equal(call.variables.ACTIONS_ID_TOKEN_REQUEST_TOKEN, undefined);
        const { head, base } = call.payload.pull_request;
        assert.deepEqual([head.repo.full_name, head.repo.fork], [FORK, true]);
        assert.notEqual(head.repo.id, base.repo.id);
      }
    });
  });

  describe("push", () => {
    it("of a tag has the tag as its ref, and starts what filters by tags", async () => {
      await write({
        "release.yml": workflow("{ push: { tags: ['v*'] } }"),
        "branch.yml": workflow("{ push: { branches: [main] } }"),
      });
      await git(path, ["tag", "v1.2", "main"]);
      await git(path, ["tag", "x1", "main"]);
      await git(path, ["tag", "v1/x", "main"]);
      const call = await only({ name: "push", ref: "refs/tags/v1.2" });
      assert.deepEqual(contextOf(call), {
        REF: "refs/tags/v1.2",
        REF_NAME: "v1.2",
        REF_TYPE: "tag",
        BASE_REF: "",
        HEAD_REF: "",
      });
      assert.equal(call.payload.ref, "refs/tags/v1.2");
      assert.deepEqual((await play({ name: "push", ref: "refs/tags/x1" })).runs, []);
      assert.deepEqual((await play({ name: "push", ref: "refs/tags/v1/x" })).runs, []);
    });

    it("of a tag starts nothing if the tagged commit's message skips workflows", async () => {
      await write({ "release.yml": workflow("{ push: { tags: ['v*'] } }") });
      await push(root, REPOSITORY, "main", { "x.txt": "x\n" }, "By a tool [skip ci]");
      await git(path, ["tag", "v1", "main"]);
      assert.deepEqual((await play({ name: "push", ref: "refs/tags/v1" })).runs, []);
    });
  });

  describe("schedule", () => {
    it("starts the default branch's workflows with this schedule", async () => {
      const main = await write({
        "a.yml": workflow("{ schedule: [{ cron: '0 6 * * 1-5' }, { cron: '0 9 * * *' }] }"),
      });
      await write({ "b.yml": workflow("{ schedule: [{ cron: '0 6 * * 1-5' }] }") }, "release");
      const call = await only({ name: "schedule", cron: "0 6 * * 1-5" });
      assert.equal(contextOf(call).REF, "refs/heads/main");
      assert.equal(call.variables.SHA_REF, main);
      assert.equal(call.payload.schedule, "0 6 * * 1-5");
      assert.deepEqual((await play({ name: "schedule", cron: "0 7 * * *" })).runs, []);
    });
  });

  describe("workflow_run", () => {
    const after = "{ workflow_run: { workflows: [Tests], types: [completed], branches: [main] } }";

    it("follows a run of that name on that branch, with the default branch's file", async () => {
      await write({ "after.yml": workflow(after) });
      await write({ "after.yml": workflow("push"), "x.yml": workflow(after) }, "release");
      const main = await resolveRef(path, "refs/heads/main");
      const tests = workflow("push", "", "Tests");
      const tip = await write({ "tests.yml": tests });
      const { runs, calls } = await play({ name: "push", ref: "main" });
      assert.deepEqual(runs, ["tests.yml success", "after.yml success"]);
      const call = calls[1] as Call;
      assert.equal(call.arguments[0], "workflow_run");
      assert.equal(contextOf(call).REF, "refs/heads/main");
      const { action, workflow_run: run } = call.payload;
      assert.deepEqual(
        [action, run.name, run.path, run.event, run.conclusion, run.status],
        ["completed", "Tests", ".github/workflows/tests.yml", "push", "success", "completed"],
      );
      assert.deepEqual(
        [run.head_branch, run.head_sha, run.head_repository.full_name],
        ["main", tip, REPOSITORY],
      );
      assert.notEqual(main, tip);
      await write({ "tests.yml": tests }, "release");
      const other = await play({ name: "push", ref: "release" });
      assert.deepEqual(other.runs, ["after.yml success", "tests.yml success"]);
    });

    it("follows also a failed run, a skipped one, and one of a tag of the branch's name", async () => {
      await write({
        "after.yml": workflow(after.replace("Tests", "Tests, Skipped")),
        "failing.yml": workflow("push", "", "Tests"),
        "skipped.yml": workflow("push", "if: github.ref == 'x',", "Skipped"),
      });
      const { runs, calls } = await play({ name: "push", ref: "main" });
      assert.deepEqual(runs, [
        ...["failing.yml failure", "skipped.yml skipped"],
        ...["after.yml success", "after.yml success"],
      ]);
      assert.deepEqual(
        calls
          .slice(1)
          .map((call) => call.payload.workflow_run.conclusion)
          .sort(),
        ["failure", "skipped"],
      );
      await git(path, ["tag", "main", "main"]);
      const tagged = await play({ name: "push", ref: "refs/tags/main" });
      assert.deepEqual(tagged.runs.slice(2), ["after.yml success", "after.yml success"]);
      assert.equal(tagged.calls[1]?.payload.workflow_run.head_branch, "main");
    });

    it("follows a fork's pull request, and has secrets though that had none", async () => {
      await write({
        "after.yml": workflow(after),
        "tests.yml": workflow("pull_request", "", "Tests"),
      });
      await forkRepository(root, REPOSITORY, FORK);
      await push(root, FORK, "main", { "topic.txt": "new\n" }, "Add topic.txt");
      const options = { head: "main", base: "main", fork: FORK };
      const pullRequest = await openPullRequest(root, REPOSITORY, options);
      const { runs, calls } = await play({ name: "pull_request", action: "opened", pullRequest });
      assert.deepEqual(runs, ["tests.yml success", "after.yml success"]);
      const run = calls[1]?.payload.workflow_run;
      assert.deepEqual(
        [run.event, run.head_branch, run.head_repository.full_name],
        [...["pull_request", "main", FORK]],
      );
      assert.equal(run.head_sha, pullRequest.head.sha);
      assert.deepEqual(
        calls.map(({ secrets }) => secrets),
        [{}, { TOKEN: "hidden" }],
      );
    });

    it("is not played for other workflows, and not for more than three levels", async () => {
      const chain = (name: string) => `{ workflow_run: { workflows: [${name}] } }`;
      await write({
        "a.yml": workflow("push", "", "A"),
        "b.yml": workflow(chain("A"), "", "B"),
        "c.yml": workflow(chain("B"), "", "C"),
        "d.yml": workflow(chain("C"), "", "D"),
        "e.yml": workflow(chain("D"), "", "E"),
        "z.yml": workflow(chain("Z"), "", "Y"),
      });
      const { runs } = await play({ name: "push", ref: "main" });
      assert.deepEqual(runs, ["a.yml success", "b.yml success", "c.yml success", "d.yml success"]);
    });
  });

  describe("workflow_call", () => {
    const declared =
      "{ workflow_call: { inputs: { tag: { type: string } }, secrets: { TOKEN: { required: true } } } }";
    const called = workflow(declared, "environment: prod, permissions: { id-token: write },");
    const caller = (settings: string) =>
      `on: push\njobs: { call: { uses: ./.github/workflows/called.yml, ${settings} } }\n`;
    const allowed = "permissions: { id-token: write },";

    it("runs the called workflow's job, with its environment, for the caller's event", async () => {
      await updateSettings(root, REPOSITORY, ({ environments }) => {
        environments.prod = emptyEnvironment();
        setValue(environments.prod, "secret", "ROLE", "arn");
      });
      await write({ "called.yml": called, "caller.yml": caller(`${allowed} secrets: inherit`) });
      const call = await only({ name: "push", ref: "main" });
      assert.equal(call.arguments[0], "push");
      assert.ok(call.arguments.includes(".github/workflows/caller.yml"), `${call.arguments}`);
      assert.ok(call.arguments.includes("x=-self-hosted"), `${call.arguments}`);
      assert.deepEqual(call.secrets, { TOKEN: "hidden", ROLE: "arn" });
      assert.ok(call.variables.ACTIONS_ID_TOKEN_REQUEST_URL, "no token for a called workflow");
    });

    it("is judged by the environment of the called workflow's job", async () => {
      await updateSettings(root, REPOSITORY, ({ environments }) => {
        environments.prod = {
          ...emptyEnvironment(),
          deploymentBranchPolicy: { protectedBranches: false, customBranchPolicies: true },
          branchPolicies: ["release"],
        };
      });
      await write({ "called.yml": called, "caller.yml": caller(`${allowed} secrets: inherit`) });
      const { results } = await play({ name: "push", ref: "main" });
      assert.match(results[0]?.failure ?? "", /^Branch "main" is not allowed to deploy to prod/);
    });

    for (const [title, settings, refusal] of [
      ["a required secret", allowed, /Secret TOKEN is required, but not provided while calling/],
      [
        "a permission",
        "secrets: inherit",
        /requesting 'id-token: write', but is only allowed 'id-token: none'/,
      ],
      [
        "a known input",
        `${allowed} secrets: inherit, with: { image: x }`,
        /Invalid input, image is not defined/,
      ],
      [
        "the secret's own name",
        `${allowed} secrets: { TOKEN: "\${{ secrets.OTHER }}" }`,
        /must be passed on as \$\{\{ secrets.TOKEN/,
      ],
    ] as const) {
      it(`is refused without ${title}`, async () => {
        await write({ "called.yml": called, "caller.yml": caller(settings) });
        const { results, calls } = await play({ name: "push", ref: "main" });
        assert.deepEqual(calls, []);
        assert.match(results[0]?.failure ?? "", refusal);
      });
    }

    it("needs a workflow that exists and can be called", async () => {
      await write({ "caller.yml": caller("secrets: inherit") });
      const missing = await play({ name: "push", ref: "main" });
      assert.match(missing.results[0]?.failure ?? "", /Unable to find reusable workflow/);
      await write({ "called.yml": workflow("workflow_dispatch") });
      const closed = await play({ name: "push", ref: "main" });
      assert.match(closed.results[0]?.failure ?? "", /workflow_call key is not defined/);
    });
  });

  describe("a job's condition", () => {
    const run = async (jobs: string) => {
      await write({ "a.yml": `on: push\njobs: ${jobs}\n` });
      return (await play({ name: "push", ref: "main" })).runs;
    };
    const protectedJob = (condition: string) =>
      `{ one: ${job(`if: "${condition}", environment: prod,`)} }`;

    it("is judged before the environment", async () => {
      await updateSettings(root, REPOSITORY, ({ environments }) => {
        environments.prod = {
          ...emptyEnvironment(),
          deploymentBranchPolicy: { protectedBranches: false, customBranchPolicies: true },
        };
      });
      assert.deepEqual(await run(protectedJob("github.event_name == 'schedule'")), [
        "a.yml skipped",
      ]);
      assert.deepEqual(await run(protectedJob(`\${{ github.ref_type == 'tag' }}`)), [
        "a.yml skipped",
      ]);
      assert.deepEqual(await run(protectedJob("github.ref_name == 'main'")), ["a.yml failure"]);
      assert.deepEqual(await run(protectedJob("always() && !github.event.workflow_run")), [
        "a.yml failure",
      ]);
    });

    it("skips also the jobs that need a skipped one, unless they ask for its result", async () => {
      const first = job("if: failure(),");
      assert.deepEqual(await run(`{ b: ${job("needs: a,")}, a: ${first} }`), ["a.yml skipped"]);
      assert.deepEqual(await run(`{ a: ${first}, b: ${job('needs: a, if: "always()",')} }`), [
        "a.yml success",
      ]);
    });
  });
});
