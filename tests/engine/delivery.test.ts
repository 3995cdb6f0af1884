import assert from "node:assert/strict";
import { push } from "../../sandbox/github";
import { newestCommit, readFileAt } from "../../sandbox/github/commits";
import { git } from "../../sandbox/github/git";
import {
  readSettings,
  type StoredPullRequest,
  updateSettings,
} from "../../sandbox/github/settings";
import { mergePullRequests, openPullRequests } from "../../sandbox/merge";
import { dev } from "./configs";
import { type Config, engine, TestStack } from "./harness";
import { releasedImage, runningImage } from "./inventory";

const repository = "octo-org/protected";
const file = ".github/workflows/deploy-api-delivery.yml";
const author = { name: "Platform Team", email: "platform@example.com" };
const types = {
  branch: "github:index/branch:Branch api-main",
  file: "github:index/repositoryFile:RepositoryFile api-main",
  script:
    "github:index/repositoryFile:RepositoryFile api-main-.github/slipway/release-delivery.sh-proposed",
  proposed: "github:index/repositoryFile:RepositoryFile api-main-proposed",
  pullRequest: "github:index/repositoryPullRequest:RepositoryPullRequest api-main",
};

describe("the delivery of the workflow file", function () {
  this.timeout(300_000);
  let stack: TestStack;
  let path: string;

  before(async function () {
    await engine.call(this);
    stack = await TestStack.create("delivery", delivered({ type: "commit" }));
    path = `${stack.sandbox.githubRoot}/${repository}.git`;
    await protect(true);
    // Every release here also has a customised subject.
    await updateSettings(stack.sandbox.githubRoot, repository, (settings) => {
      settings.subjectTemplate = { keys: ["repository_id", "context", "job_workflow_ref"] };
    });
  });

  it("by commit is refused for a protected branch, before anything is created", async () => {
    const { code, stdout, stderr } = await stack.run(["preview"]);
    assert.notEqual(code, 0);
    assert.match(`${stdout}${stderr}`, /github\.delivery: \{ type: pull_request \}/);
  });

  it("by pull request opens one, with author and message, and then shows no change", async () => {
    await stack.configure(delivered({ type: "pull_request", author, message: "ci: deploy" }));
    await stack.up();
    const [one, ...others] = await open();
    assert.deepEqual(others, []);
    assert.match(one?.head.branch ?? "", /^slipway\/deploy-api-delivery-[0-9a-f]{8}$/);
    assert.equal(one?.title, "ci: deploy with Slipway");
    const commit = await newestCommit(path, String(one?.head.sha));
    assert.deepEqual([commit?.message, commit?.author], ["ci: deploy with Slipway", author]);
    assert.equal(await readFileAt(path, "refs/heads/main", file), undefined);
    await stack.assertUnchanged();
  });

  it("shows no change after the merge, and after the deletion of the branch", async () => {
    const one = await merge();
    await stack.assertUnchanged();
    await git(path, ["update-ref", "-d", `refs/heads/${one.head.branch}`]);
    await stack.assertUnchanged();
    await stack.up();
    assert.deepEqual(await open(), []);
  });

  it("by pull request deploys from the merged file, with the names of the variable", async () => {
    assert.match(
      String(await readFileAt(path, "refs/heads/main", file)),
      /ECS_CLUSTER: \$\{\{ fromJSON\(vars\.SLIPWAY_API\)\.cluster \}\}/,
    );
    const { sha, workflows } = await stack.release();
    assert.deepEqual(
      workflows.map(({ ok, failure }) => failure ?? ok),
      [true],
    );
    assert.match(await releasedImage(stack), new RegExp(`:${sha}@sha256:`));
    assert.equal(await runningImage(stack), await releasedImage(stack));
    await stack.assertUnchanged();
  });

  it("by pull request proposes the file again after an edit by hand", async () => {
    const text = String(await readFileAt(path, "refs/heads/main", file));
    await edit(`${text}# mine\n`);
    const changes = (await stack.preview()).map(({ op, resource }) => `${op} ${resource}`);
    assert.deepEqual(changes.filter((change) => /^(create|replace) /.test(change)).sort(), [
      `create ${types.branch}`,
      `create ${types.script}`,
      `create ${types.proposed}`,
      `replace ${types.pullRequest}`,
    ]);
    await stack.up();
    const one = await merge();
    assert.equal(await readFileAt(path, "refs/heads/main", file), text);
    await stack.assertUnchanged();
    assert.ok(await branchExists(one.head.branch), "the branch was deleted");
  });

  it("by pull request proposes the file again each time that somebody deletes it", async () => {
    for (let time = 0; time < 2; time++) {
      await push(stack.sandbox.githubRoot, repository, "main", { [file]: null }, "Revert it");
      await stack.up();
      const [one, ...others] = await open();
      assert.deepEqual(others, []);
      await git(path, ["update-ref", "-d", `refs/heads/${(await merge()).head.branch}`]);
      assert.ok(one && (await readFileAt(path, "refs/heads/main", file)), "the file is missing");
    }
    await stack.assertUnchanged();
  });

  it("by pull request replaces an open one if the configuration changes", async () => {
    await stack.edit("api", { build: { target: "runtime" } });
    await stack.up();
    const [first] = await open();
    await stack.edit("api", { build: {} });
    await stack.edit("api", { build: { args: { VERSION: "2" } } });
    await stack.up();
    const [second, ...others] = await open();
    assert.deepEqual(others, []);
    assert.notEqual(second?.head.branch, first?.head.branch);
    assert.equal(await branchExists(first?.head.branch), false);
    // Back to the merged file: no pull request proposes another one.
    await stack.edit("api", { build: {} });
    await stack.up();
    assert.deepEqual(await open(), []);
    await stack.assertUnchanged();
  });

  it("by commit takes over, and shows an edit by hand as a change", async () => {
    await protect(false);
    await stack.configure(delivered({ type: "commit", author }));
    await stack.up();
    const text = String(await readFileAt(path, "refs/heads/main", file));
    assert.doesNotMatch(text, /fromJSON/);
    assert.deepEqual((await newestCommit(path, "refs/heads/main"))?.author, author);
    await stack.assertUnchanged();
    await edit(`${text}# mine\n`);
    assert.deepEqual(await stack.preview(), [
      { op: "update", resource: types.file, properties: ["content"] },
    ]);
    await stack.up();
    assert.equal(await readFileAt(path, "refs/heads/main", file), text);
  });

  it("by pull request leaves the committed file where it is, and so does a destroy", async () => {
    const text = await readFileAt(path, "refs/heads/main", file);
    await protect(true);
    await stack.configure(delivered({ type: "pull_request", branchPrefix: "ops/ci" }));
    await stack.up();
    await stack.assertUnchanged();
    const [one] = await open();
    assert.match(one?.head.branch ?? "", /^ops\/ci\//);
    await stack.destroy();
    assert.equal(await readFileAt(path, "refs/heads/main", file), text);
    assert.deepEqual(await open(), []);
    assert.equal(await branchExists(one?.head.branch), false);
    const settings = await readSettings(stack.sandbox.githubRoot, repository);
    assert.deepEqual([settings?.environments, settings?.variables], [{}, {}]);
  });

  function open(): Promise<readonly StoredPullRequest[]> {
    return openPullRequests(stack.sandbox, repository);
  }

  async function merge(): Promise<StoredPullRequest> {
    const [one] = await open();
    assert.ok(one, "no pull request is open");
    const services = [{ name: "api", repository, context: "." }];
    assert.equal(await mergePullRequests(stack.sandbox, stack.name, services), 0);
    return one;
  }

  function edit(content: string): Promise<string> {
    return push(stack.sandbox.githubRoot, repository, "main", { [file]: content }, "By hand");
  }

  async function branchExists(name = ""): Promise<boolean> {
    return (await git(path, ["for-each-ref", `refs/heads/${name}`])) !== "";
  }

  function protect(on: boolean): Promise<void> {
    return updateSettings(stack.sandbox.githubRoot, repository, (settings) => {
      settings.branchProtection = on
        ? {
            main: {
              enforce_admins: { enabled: true },
              required_pull_request_reviews: { required_approving_review_count: 1 },
            },
          }
        : {};
    });
  }
});

function delivered(delivery: Config): Config {
  const trigger = { type: "push", branch: "main" };
  return { ...dev(repository), "slipway:github": { repository, trigger, delivery } };
}
