import assert from "node:assert/strict";
import { tagOf } from "../../components/shared/image";
import { push } from "../../sandbox/github";
import { git } from "../../sandbox/github/git";
import { dev } from "./configs";
import { type Config, engine, TestStack } from "./harness";
import { releasedImage, runningImage } from "./inventory";
import { runWorkflow } from "./ownership";

const repository = "octo-org/promoted";

/** Each stack has its own account, so this is also the case of two accounts. */
describe("a stack that promotes another one's images", function () {
  this.timeout(300_000);
  let source: TestStack;
  let target: TestStack;
  let path: string;

  before(async function () {
    await engine.call(this);
    target = await TestStack.create("target", promoting());
    // The credentials of the other account cannot decrypt with a key of this one.
    source = await TestStack.create("source", dev(repository), "passphrase");
    path = `${target.sandbox.githubRoot}/${repository}.git`;
    const { account } = await target.sandbox.credentials("target");
    await source.edit("api", {
      imageRepository: { forceDelete: true, pullAccounts: [account] },
      test: { run: "test ! -e broken" },
    });
  });
  after(async () => {
    await target.destroy();
    await source.destroy();
  });

  it("is refused while the other one has no such service", async () => {
    assert.match(
      await refusal(),
      /github\.promote\.from: "source"\n +allowed: a stack with the service api: source has none\n.*pulumi up --stack source first/s,
    );
  });

  it("is refused if the other one does not exist", async () => {
    await target.configure(promoting("sources"));
    assert.match(
      await refusal(),
      /a stack that this backend has: unknown stack "organization\/slipway\/sources"/,
    );
    await target.configure(promoting());
  });

  it("deploys what the other one has verified, with the same digest", async () => {
    await source.up();
    await target.up();
    const { sha, workflows } = await source.release();
    assert.ok(workflows[0]?.ok, workflows[0]?.log);
    const result = await tag("v1.0.0", sha);
    assert.ok(result.ok, result.log);
    assert.match(result.log, /Copied \S+\/api-\w+:[0-9a-f]{40} \(sha256:/);
    const image = await releasedImage(target);
    assert.equal(tagOf(image), "v1.0.0");
    assert.equal(image.split("@")[1], (await releasedImage(source)).split("@")[1]);
    assert.equal(await runningImage(target), image);
    await target.assertUnchanged();
  });

  it("deploys nothing from a commit that fails the tests of the other one", async () => {
    const before = await releasedImage(source);
    const { githubRoot } = source.sandbox;
    const broken = await push(githubRoot, repository, "main", { broken: "1" }, "Break it");
    const event = { name: "push", ref: "main", sha: broken } as const;
    const { ok, log } = await runWorkflow(source, repository, event);
    assert.equal(ok, false);
    assert.doesNotMatch(log, /Assume the deploy role/);
    assert.equal(await releasedImage(source), before);
    await push(githubRoot, repository, "main", { broken: null }, "Repair it");
    const tagged = await tag("v0.9.0", broken);
    assert.match(tagged.failure ?? "", /source has no such image/);
  });

  it("deploys an earlier image by hand", async () => {
    const sha = tagOf(await releasedImage(source)) ?? "";
    const result = await runWorkflow(target, repository, {
      name: "workflow_dispatch",
      ref: "refs/tags/v1.0.0",
      workflow: "deploy-api-target.yml",
      inputs: { "image-tag": sha },
    });
    assert.ok(result.ok, result.log);
    assert.equal(tagOf(await releasedImage(target)), sha);
  });

  it("deploys no commit that the other one has not built", async () => {
    const before = await runningImage(target);
    // The push alone: its workflow does not run.
    const { githubRoot } = target.sandbox;
    const sha = await push(githubRoot, repository, "main", { "new.txt": "1" }, "New");
    const { ok, failure } = await tag("v1.1.0", sha);
    assert.equal(ok, false);
    assert.match(failure ?? "", /source has no such image: .* has no image of the commit/);
    assert.equal(await runningImage(target), before);
  });

  it("deploys no commit whose release to the other one failed", async () => {
    const before = await runningImage(target);
    const { sha, workflows } = await source.release("api", {
      onCommit: ({ imageTag }) => {
        void source.control("image", { image: imageTag, behaviour: "exits" });
      },
    });
    assert.equal(workflows[0]?.ok, false);
    const { ok, failure } = await tag("v1.2.0", sha);
    assert.equal(ok, false);
    assert.match(failure ?? "", /source has not verified the image: .* no release of it to source/);
    assert.equal(await runningImage(target), before);
  });

  it("says what the registry answers if the other account does not allow the pull", async () => {
    await source.edit("api", { imageRepository: { forceDelete: true } });
    await source.up();
    const { sha } = await source.release();
    const { ok, failure } = await tag("v1.3.0", sha);
    assert.equal(ok, false);
    assert.match(
      failure ?? "",
      /The registry of source did not answer: .*no resource-based policy allows the ecr:DescribeImages action/s,
    );
  });

  async function refusal(): Promise<string> {
    const { code, stdout } = await target.run(["preview"]);
    assert.notEqual(code, 0, stdout);
    return stdout;
  }

  async function tag(name: string, sha: string) {
    await git(path, ["tag", name, sha]);
    return runWorkflow(target, repository, { name: "push", ref: `refs/tags/${name}`, sha });
  }
});

function promoting(from = "source"): Config {
  const trigger = { type: "tag", pattern: "v*" };
  return { ...dev(repository), "slipway:github": { repository, trigger, promote: { from } } };
}
