import assert from "node:assert/strict";
import { tagOf } from "../../components/shared/image";
import { confirmConnections } from "../../sandbox/codepipeline";
import { releaseWithPipeline, stackFolder } from "../../sandbox/pipelines";
import { Emulator } from "./emulator";
import { ACCOUNT_NETWORK, type Config, engine, sandbox, TestStack } from "./harness";
import { releasedImage, runningImage, runningService, runningTaskDefinition } from "./inventory";

const repository = "octo-org/pipeline";
const shifted = "octo-org/shifted";
const common = {
  "aws:region": "eu-central-1",
  "slipway:network": ACCOUNT_NETWORK,
  "slipway:services": [
    {
      ...{ name: "api", port: 8000, environment: { GREETING: "hello" } },
      ...{ test: { run: "echo tested" }, migration: { command: ["migrate"] } },
      imageRepository: { forceDelete: true },
    },
    {
      ...{ name: "shifted", port: 8000, repository: shifted },
      strategy: { type: "code-deploy" },
      rule: { pathPatterns: ["/shifted/*"] },
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
/** In the same account and region, so that the success of one pipeline starts the other one. */
const promoting: Config = {
  ...inPipeline,
  "slipway:services": [{ name: "api", port: 8000, imageRepository: { forceDelete: true } }],
  "slipway:release": {
    ...(inPipeline["slipway:release"] as Config),
    ...{ promote: { from: "pipeline" }, approval: true },
  },
};

describe("releases with CodePipeline", function () {
  this.timeout(300_000);
  let stack: TestStack;
  let promoted: TestStack;
  let digest: string;
  let firstTag: string;

  before(async function () {
    await engine.call(this);
    stack = await TestStack.create("pipeline", inPipeline);
    await (await sandbox()).useAccount("pipeline-prod", "pipeline");
    promoted = await TestStack.create("pipeline-prod", promoting);
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

  it("releases the first image after it deploys the newest settings, because the ECS action copies the running revision", async () => {
    const { sha, workflows } = await stack.release();
    const log = workflows[0]?.log ?? "";
    assert.deepEqual(
      workflows.map(({ ok }) => ok),
      [true],
      log,
    );
    firstTag = sha;
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

  it("releases the next image with one deployment, and its success starts the pipeline that promotes it", async () => {
    await promoted.up();
    await confirmConnections(stackFolder(promoted.sandbox, promoted.name));
    const { sha, workflows } = await stack.release();
    const [log, prodLog] = workflows.map((run) => run.log);
    assert.deepEqual(
      workflows.map(({ ok }) => ok),
      [true, true],
      prodLog ?? log,
    );
    assert.doesNotMatch(log ?? "", /First it gets them/);
    const image = await releasedImage(stack);
    assert.notEqual(image.split("@")[1], digest);
    assert.equal(image, await runningImage(stack));
    assert.match(prodLog ?? "", new RegExp(`Copied \\S+:${sha} `));
    const copy = await releasedImage(promoted);
    assert.equal(copy.split("@")[1], image.split("@")[1]);
    assert.notEqual(copy, image);
    assert.equal(await runningImage(promoted), copy);
  });

  it("releases with CodeDeploy the files that Prepare has written: revision and pointer have tag and digest", async () => {
    const { sha, workflows } = await stack.release("shifted");
    const log = workflows[0]?.log ?? "";
    assert.ok(workflows[0]?.ok, log);
    assert.match(log, /CodeDeploy deployment d-\w+ succeeded/);
    const image = await releasedImage(stack, "shifted");
    assert.equal(tagOf(image), sha);
    assert.match(image, /@sha256:/);
    assert.equal(await runningImage(stack, "shifted"), image);
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

  it("keeps pointer and service when CodeDeploy rolls back", async () => {
    const before = await releasedImage(stack, "shifted");
    const { workflows } = await stack.release("shifted", {
      onCommit: async ({ imageTag }) => {
        await new Emulator(stack).image(imageTag, "exits");
      },
    });
    const { ok, log = "" } = workflows[0] ?? {};
    assert.equal(ok, false, log);
    assert.match(log, /Why the deployment failed/i);
    assert.equal(await releasedImage(stack, "shifted"), before);
    assert.equal(await runningImage(stack, "shifted"), before);
  });

  it("keeps CI's image in an edit after the rollback, and the edit in the next release", async () => {
    const image = await releasedImage(stack);
    await stack.edit("api", { memory: 1024 });
    await stack.up();
    const edited = await runningTaskDefinition(stack);
    assert.equal(edited.memory, "1024");
    assert.equal(await runningImage(stack), image);
    const { pipeline } = await apiOutputs();
    const [run] = await releaseWithPipeline(stack.sandbox, stack.name, pipeline, firstTag, {
      configFile: `${stack.sandbox.folder}/Pulumi.${stack.name}.yaml`,
    });
    const log = run?.log ?? "";
    assert.ok(run?.ok, log);
    assert.doesNotMatch(log, /First it gets them|^\[Build\] pushed/m);
    assert.match(log, /The image was tested when it was built/);
    assert.match(log, /The migration does not run again/);
    assert.equal((await runningTaskDefinition(stack)).memory, "1024");
    assert.equal((await releasedImage(stack)).split("@")[1], digest);
    assert.equal(await runningImage(stack), await releasedImage(stack));
  });

  it("goes to GitHub's workflow and back without a change of the service", async () => {
    const before = await runningService(stack);
    const edited = stack.config["slipway:services"];
    await stack.configure({ ...onGitHub, "slipway:services": edited });
    const kinds = (await stack.preview()).map(({ op, resource }) => `${op} ${resource}`);
    assert.deepEqual(
      kinds.filter((step) => /aws:(?:ecs|lb|ecr|ssm|ec2|vpc)/.test(step)),
      [],
    );
    await stack.up();
    const { workflows } = await stack.release();
    assert.ok(workflows[0]?.ok, workflows[0]?.log);
    await stack.configure({ ...inPipeline, "slipway:services": edited });
    await stack.up();
    const after = await runningService(stack);
    assert.equal(after.serviceName, before.serviceName);
    assert.equal(await releasedImage(stack), await runningImage(stack));
    await stack.assertUnchanged();
  });

  it("leaves nothing behind, neither artifacts nor images", async () => {
    const { imageRepository } = await apiOutputs();
    await stack.destroy();
    // The promoting stack has its own bucket in the account.
    const buckets = ["s3api", "list-buckets", "--query", "Buckets[].Name || `[]`"];
    const names = await stack.aws<string[]>(...buckets);
    assert.ok(!names.some((name) => name.startsWith("pipeline-artifacts-")), names.join());
    const repositories = [
      "ecr",
      "describe-repositories",
      "--query",
      "repositories[].repositoryUri",
    ];
    const left = await stack.aws<string[]>(...repositories);
    assert.ok(!left.includes(imageRepository), left.join());
  });

  async function apiOutputs() {
    const { services } = await stack.outputs<{ services: { api: Record<string, string> } }>();
    const { imageRepository = "", pipeline = "" } = services.api;
    return { imageRepository, pipeline };
  }

  async function images() {
    const { imageRepository } = await apiOutputs();
    return stack.aws<{ imageDetails: { imageDigest: string; imageTags?: string[] }[] }>(
      ...["ecr", "describe-images", "--repository-name"],
      imageRepository.split("/")[1] ?? "",
    );
  }
});
