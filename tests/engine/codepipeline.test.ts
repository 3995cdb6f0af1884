import assert from "node:assert/strict";
import { confirmConnections } from "../../sandbox/codepipeline";
import { stackFolder } from "../../sandbox/pipelines";
import { Emulator } from "./emulator";
import { type Config, engine, TestStack } from "./harness";
import { releasedImage, runningImage, runningService } from "./inventory";

const repository = "octo-org/pipeline";
const common = {
  "aws:region": "eu-central-1",
  "slipway:network": { availabilityZones: 2, natGateways: "single" },
  "slipway:services": [
    {
      ...{ name: "api", port: 8000, environment: { GREETING: "hello" } },
      ...{ test: { run: "echo tested" }, migration: { command: ["migrate"] } },
      imageRepository: { forceDelete: true },
    },
  ],
};
const onGitHub: Config = {
  ...common,
  "slipway:github": { repository, trigger: { type: "push", branch: "main" } },
};
const inPipeline: Config = {
  ...common,
  "slipway:release": {
    pipeline: "codepipeline",
    source: { type: "github", repository },
    forceDestroy: true,
  },
};

describe("releases with CodePipeline", function () {
  this.timeout(300_000);
  let stack: TestStack;
  let digest: string;

  before(async function () {
    await engine.call(this);
    stack = await TestStack.create("pipeline", inPipeline);
  });

  it("warns about the connection until a person confirms it, and no push is released until then", async () => {
    const { code, stdout } = await stack.runAttached(["up", "--yes", "--skip-preview"]);
    assert.equal(code, 0, stdout);
    assert.match(stdout, /The connection arn:\S+ is PENDING/);
    const { workflows } = await stack.release();
    assert.deepEqual(
      workflows.map(({ ok }) => ok),
      [false],
    );
    assert.match(workflows[0]?.failure ?? "", /not available|PENDING|pending/i);
    await confirmConnections(stackFolder(stack.sandbox, stack.name));
  });

  it("releases the first image: the newest settings first, because the ECS action copies what runs", async () => {
    const { sha, workflows } = await stack.release();
    const log = workflows[0]?.log ?? "";
    assert.deepEqual(
      workflows.map(({ ok }) => ok),
      [true],
      log,
    );
    assert.match(log, /tested/);
    assert.match(log, /The migration has ended with exit code 0/);
    assert.match(log, /First it gets them/);
    const running = await runningImage(stack);
    assert.equal(await releasedImage(stack), running);
    const { imageDetails } = await images();
    digest = running.split("@")[1] ?? "";
    const found = imageDetails.find(({ imageDigest }) => imageDigest === digest);
    assert.ok(found?.imageTags?.includes(sha), "the commit's image runs");
    await stack.assertUnchanged();
  });

  it("releases the next one with one deployment", async () => {
    const { workflows } = await stack.release();
    const log = workflows[0]?.log ?? "";
    assert.ok(workflows[0]?.ok, log);
    assert.doesNotMatch(log, /First it gets them/);
    assert.notEqual(await releasedImage(stack), digest);
    assert.equal(await releasedImage(stack), await runningImage(stack));
    await stack.assertUnchanged();
  });

  it("keeps pointer and service when a release fails, and tells why", async () => {
    const before = await releasedImage(stack);
    const emulator = new Emulator(stack);
    const { workflows } = await stack.release("api", {
      onCommit: async ({ imageTag }) => {
        await emulator.image(imageTag, "wrong");
      },
    });
    const log = workflows[0]?.log ?? "";
    assert.equal(workflows[0]?.ok, false, log);
    assert.match(log, /WHY THE DEPLOYMENT FAILED|Why the deployment failed/i);
    assert.equal(await releasedImage(stack), before);
    assert.equal(await runningImage(stack), before);
  });

  it("goes to GitHub's workflow and back without a change of the service", async () => {
    await stack.up();
    const before = await runningService(stack);
    await stack.configure(onGitHub);
    const kinds = (await stack.preview()).map(({ op, resource }) => `${op} ${resource}`);
    assert.deepEqual(
      kinds.filter((step) => /aws:(?:ecs|lb|ecr|ssm|ec2|vpc)/.test(step)),
      [],
    );
    await stack.up();
    const { workflows } = await stack.release();
    assert.ok(workflows[0]?.ok, workflows[0]?.log);
    await stack.configure(inPipeline);
    await stack.up();
    const after = await runningService(stack);
    assert.equal(after.serviceName, before.serviceName);
    assert.equal(await releasedImage(stack), await runningImage(stack));
    await stack.assertUnchanged();
  });

  it("leaves nothing behind", async () => {
    await stack.destroy();
  });

  function images() {
    return stack
      .outputs<{ services: { api: { imageRepository: string } } }>()
      .then(({ services }) =>
        stack.aws<{ imageDetails: { imageDigest: string; imageTags?: string[] }[] }>(
          ...["ecr", "describe-images", "--repository-name"],
          services.api.imageRepository.split("/")[1] ?? "",
        ),
      );
  }
});
