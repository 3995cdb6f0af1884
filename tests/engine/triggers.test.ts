import assert from "node:assert/strict";
import { tagOf } from "../../components/shared/image";
import {
  forkRepository,
  mergePullRequest,
  openPullRequest,
  type PullRequest,
  push,
  runWorkflows,
  type WorkflowEvent,
  type WorkflowResult,
} from "../../sandbox/github";
import { resolveRef } from "../../sandbox/github/commits";
import { git } from "../../sandbox/github/git";
import { dev } from "./configs";
import { type Config, engine, TestStack } from "./harness";
import { releasedImage, runningImage } from "./inventory";

const repository = "octo-org/triggers";
const fork = "mallory/triggers";
const schedule = "0 6 * * 1-5";
const checkout = "actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1";

/** The team's own tests: they fail if there is a file `broken`. */
const tests = `name: Tests
on: { push: { branches: [main], tags: [main] }, pull_request: {} }
jobs:
  test:
    runs-on: ubuntu-24.04
    steps:
      - uses: ${checkout}
      - run: test ! -e broken
`;

const caller = `on: workflow_dispatch
permissions: {}
jobs:
  deploy:
    permissions: { contents: read, id-token: write }
    uses: ./.github/workflows/deploy-api-triggers.yml
    with: { image-tag: v1.2.0 }
    secrets: inherit
`;

describe("the triggers", function () {
  this.timeout(300_000);
  let stack: TestStack;
  let path: string;

  before(async function () {
    await engine.call(this);
    stack = await TestStack.create("triggers", withSettings("environment"));
    await stack.up();
    path = `${stack.sandbox.githubRoot}/${repository}.git`;
    await git(path, ["branch", "other", "main"]);
  });

  it("after another workflow: deploys the commit that passed", async () => {
    const sha = await write("main", {
      ".github/workflows/tests.yml": tests,
      ".github/workflows/caller.yml": caller,
    });
    assert.deepEqual(await play({ name: "push", ref: "main" }), [
      "Tests success",
      "deploy success",
    ]);
    await assertDeployed(sha);
  });

  it("after another workflow: deploys nothing if it failed", async () => {
    const before = await runningImage(stack);
    await write("main", { broken: "" });
    assert.deepEqual(await play({ name: "push", ref: "main" }), [
      "Tests failure",
      "deploy skipped",
    ]);
    await write("main", { broken: null });
    assert.equal(await runningImage(stack), before);
  });

  it("after another workflow: deploys nothing that it tested for a fork", async () => {
    const { githubRoot: root } = stack.sandbox;
    await forkRepository(root, repository, fork);
    await push(root, fork, "main", { "server.mjs": "evil" }, "Improve it");
    const options = { head: "main", base: "main", fork };
    const pullRequest = await openPullRequest(root, repository, options);
    assert.deepEqual(await play({ name: "pull_request", action: "opened", pullRequest }), [
      ...["Tests success", "deploy skipped"],
    ]);
  });

  it("after another workflow: deploys no commit of a tag that has the branch's name", async () => {
    const before = await runningImage(stack);
    await git(path, ["tag", "main", await write("other", { "server.mjs": "evil" })]);
    await write("other", { ".github/workflows/tests.yml": tests });
    await git(path, ["tag", "--force", "main", "refs/heads/other"]);
    const [, deploy] = await results({ name: "push", ref: "refs/tags/main" });
    await git(path, ["tag", "--delete", "main"]);
    assert.match(deploy?.failure ?? "", /^Check out the tested commit: Not a commit/);
    assert.equal(await runningImage(stack), before);
  });

  it("a pull request: deploys the merge commit, and nothing before", async () => {
    const topic = await pullRequest();
    assert.deepEqual(await closed(topic), ["deploy skipped"]);
    const merged = await merge(topic);
    assert.deepEqual(await closed(merged), ["deploy success"]);
    assert.equal(merged.mergeCommit, await resolveRef(path, "refs/heads/release"));
    await assertDeployed(merged.mergeCommit);
  });

  it("a pull request: deploys nothing from a fork, and shows no failed job", async () => {
    const { githubRoot: root } = stack.sandbox;
    await push(root, fork, "release", { "fork.txt": "" }, "Improve it");
    const options = { head: "release", base: "release", fork };
    assert.deepEqual(await closed(await merge(await openPullRequest(root, repository, options))), [
      "deploy skipped",
    ]);
  });

  it("a tag: deploys an image with the tag's name, and nothing for another tag", async () => {
    for (const tag of ["v1.2.0", "x1", "v1/x"]) await git(path, ["tag", tag, "refs/heads/main"]);
    assert.deepEqual(await play({ name: "push", ref: "refs/tags/v1.2.0" }), ["deploy success"]);
    await assertDeployed("v1.2.0");
    assert.deepEqual(await play({ name: "push", ref: "refs/tags/x1" }), []);
    const update = await git(path, ["log", "main", "--grep=with Slipway$", "-1", "--format=%H"]);
    assert.match(update, /^[0-9a-f]{40}$/);
    await git(path, ["tag", "v1.3.0", update]);
    assert.deepEqual(await play({ name: "push", ref: "refs/tags/v1.3.0" }), ["deploy success"]);
    await assertDeployed("v1.3.0");
    assert.deepEqual(await play({ name: "push", ref: "refs/tags/v1/x" }), []);
  });

  it("a schedule: deploys the default branch's newest commit", async () => {
    assert.deepEqual(await play({ name: "schedule", cron: "0 7 * * *" }), []);
    assert.deepEqual(await play({ name: "schedule", cron: schedule }), ["deploy success"]);
    await assertDeployed(await resolveRef(path, "refs/heads/main"));
  });

  it("a call: deploys the image that the caller names, from the trusted branch only", async () => {
    const call = { name: "workflow_dispatch", workflow: "caller.yml" } as const;
    assert.deepEqual(await play({ ...call, ref: "main" }), [
      ".github/workflows/caller.yml success",
    ]);
    await assertDeployed("v1.2.0");
    await write("other", { ".github/workflows/caller.yml": caller });
    await assertRefused({ ...call, ref: "other" }, /^Branch "other" is not allowed to deploy/);
  });

  it("a run by hand: deploys a branch's commit, from the trusted branches and tags only", async () => {
    const byHand = { name: "workflow_dispatch", workflow: "deploy-api-triggers.yml" } as const;
    assert.deepEqual(await play({ ...byHand, ref: "release" }), ["deploy success"]);
    await assertDeployed(await resolveRef(path, "refs/heads/release"));
    await assertRefused({ ...byHand, ref: "other" }, /^Branch "other" is not allowed to deploy/);
    await assertRefused({ ...byHand, ref: "refs/tags/x1" }, /^Tag "x1" is not allowed to deploy/);
  });

  it("without an environment: a merged pull request deploys, and AWS refuses other branches", async () => {
    await stack.configure(withSettings("repository"));
    await stack.up();
    const merged = await merge(await pullRequest());
    assert.deepEqual(await closed(merged), ["deploy success"]);
    await assertDeployed(merged.mergeCommit);
    await git(path, ["branch", "--force", "other", "refs/heads/main"]);
    await assertRefused(
      { name: "workflow_dispatch", workflow: "deploy-api-triggers.yml", ref: "other" },
      /^Assume the deploy role: .*Not authorized to perform sts:AssumeRoleWithWebIdentity/,
    );
  });

  function write(branch: string, changes: Record<string, string | null>): Promise<string> {
    return push(stack.sandbox.githubRoot, repository, branch, changes, "Change it");
  }

  /** A new pull request into the branch release. */
  async function pullRequest(): Promise<PullRequest> {
    const { githubRoot: root } = stack.sandbox;
    await git(path, ["branch", "--force", "topic", "refs/heads/release"]);
    const number = await git(path, ["rev-list", "--count", "refs/heads/topic"]);
    await write("topic", { "topic.txt": number });
    return openPullRequest(root, repository, { head: "topic", base: "release" });
  }

  function merge(one: PullRequest): Promise<PullRequest> {
    return mergePullRequest(stack.sandbox.githubRoot, repository, one);
  }

  function closed(one: PullRequest): Promise<string[]> {
    return play({ name: "pull_request", action: "closed", pullRequest: one });
  }

  async function results(event: WorkflowEvent): Promise<WorkflowResult[]> {
    const { sandbox } = stack;
    return runWorkflows({
      ...{ root: sandbox.githubRoot, fullName: repository, event },
      ...{ actPath: sandbox.tools.act, awsEndpoint: sandbox.endpoint },
      env: await stack.env(),
    });
  }

  /** Each workflow that ran, with its conclusion. */
  async function play(event: WorkflowEvent): Promise<string[]> {
    return (await results(event)).map(({ name, conclusion, failure }) => {
      const expected = name === "Tests" || conclusion !== "failure";
      assert.ok(expected, failure);
      return `${name.replace(/^Deploy api to triggers$/, "deploy")} ${conclusion}`;
    });
  }

  async function assertRefused(event: WorkflowEvent, refusal: RegExp): Promise<void> {
    const before = await runningImage(stack);
    const [result] = await results(event);
    assert.match(result?.failure ?? "", refusal);
    assert.equal(await runningImage(stack), before);
  }

  async function assertDeployed(tag: string | undefined): Promise<void> {
    const image = await releasedImage(stack);
    assert.equal(tagOf(image), tag);
    assert.equal(await runningImage(stack), image);
  }
});

/** A stack with all triggers at once. */
function withSettings(settings: "environment" | "repository"): Config {
  const trigger = [
    { type: "pull_request", branch: "release" },
    { type: "tag", pattern: "v*" },
    { type: "workflow_run", workflow: "Tests", branch: "main" },
    { type: "workflow_call", branch: "main" },
    { type: "schedule", cron: schedule },
  ];
  return { ...dev(repository), "slipway:github": { repository, trigger, settings } };
}
