import assert from "node:assert/strict";
import { ECS } from "@aws-sdk/client-ecs";
import { tagOf } from "../../components/shared/image";
import { dev } from "./configs";
import { engine, TestStack } from "./harness";
import { releasedImage, runningImage, runningService, runningTaskDefinition } from "./inventory";
import { assertReleased, previewedTaskDefinition, releaseRecord } from "./ownership";

const taskDefinition = "aws:ecs/taskDefinition:TaskDefinition api";
const service = "aws:ecs/service:Service api";

describe("CI owns the image when releases fail, and when an update runs at the same time", function () {
  this.timeout(300_000);
  let stack: TestStack;
  let good: string;
  let region: string;

  before(async function () {
    await engine.call(this);
    stack = await TestStack.create("failures", dev("octo-org/failures"));
    await stack.up();
    const { sha, workflows } = await stack.release();
    assert.equal(workflows[0]?.ok, true, workflows[0]?.log);
    await assertReleased(stack, sha);
    good = await runningImage(stack);
    region = String(stack.config["aws:region"]);
  });
  after(() => stack?.destroy());

  /**
   * Runs a release whose tasks behave like this. ECS rolls it back before the deploy action starts to wait, so that the
   * action does not notice; with `watched`, while the action waits.
   */
  async function failedRelease(behaviour: string, watched = false) {
    const orders: Promise<unknown>[] = [];
    const { serviceName } = await runningService(stack);
    if (watched) {
      await pace(serviceName, "manual");
    }
    const { sha, workflows } = await stack.release("api", {
      onCommit: ({ imageTag }) => {
        orders.push(stack.control("image", { image: imageTag, behaviour }));
      },
      onLine: (line) => {
        if (watched && line.includes("Deployment of")) {
          orders.push(goOn(serviceName));
        }
      },
    });
    await Promise.all(orders);
    const [workflow] = workflows;
    assert.equal(workflow?.ok, false, workflow?.log);
    return { sha, failure: String(workflow?.failure) };
  }

  const pace = (name: string, how: "instant" | "manual") =>
    stack.control("pace", { service: name, pace: how });

  /** Runs paused deployments to their end. */
  async function goOn(name: string): Promise<void> {
    await pace(name, "instant");
    await stack.control("advance", { service: name });
  }

  /** Only the revision of the failed release remains: pointer, record and service do not have its image. */
  async function assertStill(image: string): Promise<void> {
    assert.equal(await releasedImage(stack), image);
    assert.equal(await releaseRecord(stack), image);
    assert.equal(await runningImage(stack), image);
  }

  async function assertNothingToDo(): Promise<void> {
    const { changes, arn } = await previewedTaskDefinition(stack);
    assert.deepEqual(changes, []);
    assert.equal(arn, (await runningTaskDefinition(stack)).taskDefinitionArn);
  }

  /** The newest revision is the bad one: the preview replaces its image, and updates the service. */
  async function assertBadImageGoesOut(
    sha: string,
    image: string,
    ...also: string[]
  ): Promise<void> {
    const shown = await previewedTaskDefinition(stack);
    assert.deepEqual(
      [...shown.changes].sort(),
      [`replace ${taskDefinition}`, `update ${service}`, ...also].sort(),
    );
    assert.equal(tagOf(shown.previousImage ?? ""), sha);
    assert.equal(shown.image, image);
  }

  it("fails a release whose tasks exit, gives the reasons and links the logs", async () => {
    const { sha, failure } = await failedRelease("exits");
    const [group = ""] = await stack.aws<string[]>(
      ...["logs", "describe-log-groups", "--log-group-name-prefix", "api-"],
      ...["--query", "logGroups[].logGroupName"],
    );
    assert.match(
      failure,
      /^Verify that the deployed revision runs: The deployment was rolled back: /,
    );
    assert.match(
      failure,
      /^Report why the deployment failed: Why the deployment failed: Essential container in task exited; api exit code 1/m,
    );
    assert.ok(
      failure.includes(
        `Logs: https://${region}.console.aws.amazon.com/cloudwatch/home?region=${region}#logsV2:log-groups/log-group/${group.replaceAll("/", "$252F")}`,
      ),
      failure,
    );
    await assertStill(good);
    await assertBadImageGoesOut(sha, good);
    await stack.up();
    await assertStill(good);
    await assertNothingToDo();
  });

  it("keeps a bad image out of an edit that follows", async () => {
    const { sha, failure } = await failedRelease("unhealthy", true);
    assert.match(failure, /^Deploy: Deployment \S+ was rolled back by ECS$/m);
    assert.match(failure, /Task failed ELB health checks/);
    await assertStill(good);
    await stack.edit("api", { memory: 1024 });
    // CI may register only the configured size.
    await assertBadImageGoesOut(sha, good, "update aws:iam/rolePolicy:RolePolicy api-register");
    await stack.up();
    await assertStill(good);
    assert.equal((await runningTaskDefinition(stack)).memory, "1024");
    await assertNothingToDo();
  });

  it("fails a release that was rolled back after the action had waited", async () => {
    const env = await stack.env();
    const { taskDefinition: before } = await runningService(stack);
    const { cluster, services } = await stack.outputs<{
      cluster: string;
      services: { api: { service: string } };
    }>();
    // As in ECS: the service is rolled back after the wait and before the verify step starts.
    let back: Promise<unknown> | undefined;
    const ecs = new ECS({
      endpoint: stack.sandbox.endpoint,
      region,
      credentials: {
        accessKeyId: String(env.AWS_ACCESS_KEY_ID),
        secretAccessKey: String(env.AWS_SECRET_ACCESS_KEY),
        sessionToken: String(env.AWS_SESSION_TOKEN),
      },
    });
    const input = { cluster, service: services.api.service, taskDefinition: before };
    const { workflows } = await stack.release("api", {
      onLine: (line) => {
        if (!back && line.includes("Verify that")) {
          back = ecs.updateService(input);
        }
      },
    });
    await back;
    assert.match(
      String(workflows[0]?.failure),
      /^Verify that the deployed revision runs: The deployment was rolled back: .* The release pointer is unchanged\.$/m,
    );
    await assertStill(good);
    await stack.up();
    await assertStill(good);
  });

  it("makes an update wait that starts while a release is running", async () => {
    const { serviceName } = await runningService(stack);
    await pace(serviceName, "manual");
    await stack.edit("api", { memory: 2048 });
    const said: string[] = [];
    let update: ReturnType<TestStack["run"]> | undefined;
    let gone: Promise<void> | undefined;
    const onUpdate = (line: string) => {
      said.push(line);
      // The update waits for the release, and the release waits for this promise.
      if (!gone && line.includes("A release is running")) {
        gone = goOn(serviceName);
      }
    };
    const { sha, workflows } = await stack.release("api", {
      onLine: (line) => {
        if (!update && line.includes("Deployment of")) {
          update = stack.run(["up", "--yes", "--skip-preview"], undefined, onUpdate);
        }
      },
    });
    assert.equal(workflows[0]?.ok, true, workflows[0]?.failure);
    const result = await update;
    assert.equal(result?.code, 0, `${result?.stdout}${result?.stderr}`);
    assert.match(
      said.join("\n"),
      /A release is running: https:\/\/\S+\/octo-org\/failures\/actions\/runs\/\S+\. This update continues when it ends/,
    );
    await assertReleased(stack, sha);
    good = await runningImage(stack);
    assert.equal(await releaseRecord(stack), good);
    assert.equal((await runningTaskDefinition(stack)).memory, "2048");
    await assertNothingToDo();
  });

  it("includes an edit that is being deployed in a release that starts in the meantime", async () => {
    const { serviceName, taskDefinition: before } = await runningService(stack);
    await pace(serviceName, "manual");
    await stack.edit("api", { memory: 1024 });
    const update = stack.run(["up", "--yes", "--skip-preview"]);
    while ((await runningService(stack)).taskDefinition === before) {
      await new Promise((resolve) => setTimeout(resolve, 300));
    }
    await pace(serviceName, "instant");
    const [{ sha, workflows }, { code, stdout }] = await Promise.all([stack.release(), update]);
    assert.equal(workflows[0]?.ok, true, workflows[0]?.failure);
    // The update fails because a newer deployment replaced it. Its edit is not lost: CI started from its revision, the newest.
    assert.notEqual(code, 0);
    assert.match(stdout, /Service deployment stopped because a newer one replaced it/);
    await assertReleased(stack, sha);
    assert.equal((await runningTaskDefinition(stack)).memory, "1024");
    await stack.up();
    await assertReleased(stack, sha);
    await assertNothingToDo();
  });
});
