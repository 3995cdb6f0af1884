import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { stringify } from "yaml";
import { mustRun } from "../../sandbox/base/processes";
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
} from "../../sandbox/github";
import { createComment, listComments } from "../../sandbox/github/comments";
import { readFileAt } from "../../sandbox/github/commits";
import { git } from "../../sandbox/github/git";
import { setValue, updateSettings } from "../../sandbox/github/settings";
import { CHECKOUT, GITHUB_TOKEN } from "../../sandbox/sandbox";
import { devWithNetwork } from "./configs";
import { type Config, engine, TestStack } from "./harness";

const program = "octo-org/infrastructure";
const fork = "mallory/infrastructure";
const file = "Pulumi.dev.yaml";
const previews = {
  repository: program,
  backend: { type: "s3", url: "s3://octo-pulumi-state", kmsKey: "alias/dev" },
  stacks: [
    {
      name: "dev",
      update: { role: { policies: ["arn:aws:iam::aws:policy/AdministratorAccess"] } },
    },
  ],
};
const withMemory = (memory: number): Config => ({
  ...devWithNetwork("octo-org/previewed", { memory }),
  "slipway:previews": previews,
});

describe("previews in pull requests", function () {
  this.timeout(300_000);
  let stack: TestStack;
  let root: string;

  before(async function () {
    await engine.call(this);
    // The program of the repository has the files of dev and prod, and `kmsKey` of the previews is this stack's key.
    stack = await TestStack.create("dev", withMemory(512));
    root = stack.sandbox.githubRoot;
    await createRepository(root, program, { seed: join(CHECKOUT, "examples/api") });
    await push(root, program, "main", await sources(), "Add the program");
    await stack.up();
    await updateSettings(root, program, (settings) => {
      setValue(settings, "secret", "SLIPWAY_PREVIEW_TOKEN", GITHUB_TOKEN);
      const environment = settings.environments["update-slipway-dev"];
      assert.ok(environment, "the update made no environment");
      setValue(environment, "secret", "SLIPWAY_UPDATE_TOKEN", GITHUB_TOKEN);
    });
  });

  it("a second update shows no change", () => stack.assertUnchanged());

  it("a pull request gets one comment, and the next push updates it", async () => {
    await branch("topic", 1024);
    const one = await openPullRequest(root, program, { head: "topic", base: "main" });
    await createComment(
      root,
      program,
      one.number,
      "<!-- slipway preview slipway --> mine",
      "octocat",
    );
    assert.deepEqual(await play({ name: "pull_request", action: "opened", pullRequest: one }), [
      "Preview slipway success",
    ]);
    const [first] = await comments(one);
    assert.match(
      first ?? "",
      /^<!-- slipway preview slipway -->\n\n### Preview of `dev`: 1 to replace, /,
    );
    assert.match(first ?? "", /- memory: "512"\n\+ memory: "1024"/);
    assert.match(first ?? "", /\*\*Cost\*\*: USD 64\.01 a month, USD 0\.49 more than before/);

    await branch("topic", 2048);
    const two = await updatePullRequest(root, program, one);
    await play({ name: "pull_request", action: "synchronize", pullRequest: two });
    const after = await comments(one);
    assert.equal(after.length, 1, after.join("\n"));
    assert.match(after[0] ?? "", /- memory: "512"\n\+ memory: "2048"/);
    assert.equal((await listComments(root, program, one.number))[0]?.body.endsWith("mine"), true);
  });

  it("a failed preview fails, and its comment shows why", async () => {
    await branch("broken", 100);
    const one = await openPullRequest(root, program, { head: "broken", base: "main" });
    assert.deepEqual(await play({ name: "pull_request", action: "opened", pullRequest: one }), [
      "Preview slipway failure",
    ]);
    assert.match(
      (await comments(one)).join(),
      /`dev`: failed\n[\s\S]*allowed: 512, 1024, 2048 MiB/,
    );
  });

  it("a fork's pull request starts no job, and shows no failed one", async () => {
    await forkRepository(root, program, fork);
    await push(
      root,
      fork,
      "main",
      { [file]: stringify({ config: withMemory(1024) }) },
      "Improve it",
    );
    const one = await openPullRequest(root, program, { head: "main", base: "main", fork });
    assert.deepEqual(await play({ name: "pull_request", action: "opened", pullRequest: one }), [
      "Preview slipway skipped",
    ]);
    assert.deepEqual(await comments(one), []);
  });

  it("a merge updates the stack", async () => {
    await branch("merge", 1024);
    const one = await openPullRequest(root, program, { head: "merge", base: "main" });
    const { mergeCommit, base } = await mergePullRequest(root, program, one);
    const event = { name: "push", ref: "main", sha: mergeCommit ?? "", before: base.sha } as const;
    assert.deepEqual(await play(event), ["Update slipway success"]);
    await stack.configure(withMemory(1024));
    await stack.assertUnchanged();
  });

  /** The repository's files, as git lists them in the checkout. */
  async function sources(): Promise<Record<string, string>> {
    const kept = [
      "index.ts",
      "config",
      "components",
      "tools",
      "package.json",
      "package-lock.json",
      "tsconfig.json",
      "Pulumi.yaml",
      "Pulumi.prod.yaml",
    ];
    const { stdout } = await mustRun(
      "git",
      ["ls-files", "--cached", "--others", "--exclude-standard", ...kept],
      { cwd: CHECKOUT },
    );
    const read = async (path: string) =>
      [path, await readFile(join(CHECKOUT, path), "utf8")] as const;
    const files = await Promise.all(stdout.trim().split("\n").map(read));
    return { ...Object.fromEntries(files), [file]: stringify({ config: withMemory(512) }) };
  }

  /** A branch of main on which the stack file has another memory. */
  async function branch(name: string, memory: number): Promise<void> {
    const path = `${root}/${program}.git`;
    if (!(await readFileAt(path, name, file))) await git(path, ["branch", name, "main"]);
    await push(root, program, name, { [file]: stringify({ config: withMemory(memory) }) }, "Edit");
  }

  async function comments({ number }: PullRequest): Promise<string[]> {
    const all = await listComments(root, program, number);
    return all.filter(({ user }) => user.login === "github-actions[bot]").map(({ body }) => body);
  }

  async function play(event: WorkflowEvent): Promise<string[]> {
    const { sandbox } = stack;
    const results = await runWorkflows({
      ...{ root, fullName: program, event, actPath: sandbox.tools.act },
      ...{ awsEndpoint: sandbox.endpoint, env: await stack.env() },
    });
    return results.map(({ name, conclusion, failure, log }) => {
      if (process.env.SHOW) console.log(log, failure);
      return `${name} ${conclusion}`;
    });
  }
});
