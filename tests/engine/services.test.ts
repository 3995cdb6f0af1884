import assert from "node:assert/strict";
import { releasedImageOf, tagOf } from "../../components/shared/image";
import { three } from "./configs";
import { Emulator } from "./emulator";
import { engine, TestStack } from "./harness";
import { releasedImage, runningImage, runningService } from "./inventory";
import { runWorkflow } from "./ownership";

describe("a stack of three services", function () {
  this.timeout(300_000);
  let stack: TestStack;

  before(async function () {
    await engine.call(this);
    stack = await TestStack.create("three", three("octo-org/shop", "octo-org/admin"));
    await stack.up();
  });

  it("shares one load balancer, by path and by host", async () => {
    const { LoadBalancers } = await stack.aws<{ LoadBalancers: { LoadBalancerArn: string }[] }>(
      "elbv2",
      "describe-load-balancers",
    );
    assert.equal(LoadBalancers.length, 1);
    const { Listeners } = await stack.aws<{ Listeners: { ListenerArn: string }[] }>(
      "elbv2",
      "describe-listeners",
      "--load-balancer-arn",
      LoadBalancers[0]?.LoadBalancerArn ?? "",
    );
    const { Rules } = await stack.aws<{
      Rules: { Priority: string; Conditions: { Field: string; Values: string[] }[] }[];
    }>("elbv2", "describe-rules", "--listener-arn", Listeners[0]?.ListenerArn ?? "");
    const rules = Rules.filter(({ Priority }) => Priority !== "default")
      .sort((a, b) => Number(a.Priority) - Number(b.Priority))
      .map(({ Conditions }) => Conditions.map(({ Field }) => Field).join());
    assert.deepEqual(rules, ["host-header", "path-pattern", "path-pattern"]);
  });

  it("shows no change", async () => {
    await stack.assertUnchanged();
  });

  it("releases only the service whose files a push changes", async () => {
    const { sha, workflows } = await stack.release("api");
    assert.deepEqual(
      workflows.map(({ file, ok }) => ({ file, ok })),
      [{ file: ".github/workflows/deploy-api-three.yml", ok: true }],
      workflows[0]?.log,
    );
    assert.equal(tagOf(await runningImage(stack, "api")), sha);
    assert.equal(await releasedImage(stack, "web"), "unreleased");
    assert.match(workflows[0]?.log ?? "", /The migration has ended with exit code 0\./);
    assert.equal(await scheduledImage(), await runningImage(stack));
    await stack.assertUnchanged();
  });

  it("changes nothing in a release whose migration fails", async () => {
    const before = [await runningService(stack), await releasedImage(stack)] as const;
    const emulator = new Emulator(stack);
    const { workflows } = await stack.release("api", {
      onCommit: async ({ imageTag }) => {
        await emulator.image(imageTag, "task-fails", { exitCode: 3 });
      },
    });
    assert.equal(workflows[0]?.ok, false);
    assert.match(workflows[0]?.failure ?? "", /The migration failed with exit code 3/);
    assert.match(workflows[0]?.failure ?? "", /logsV2:log-groups.*log-events\/api\$252Fapi\$252F/);
    assert.deepEqual([await runningService(stack), await releasedImage(stack)], before);
    assert.equal(await scheduledImage(), await runningImage(stack));
  });

  it("goes back to an earlier image without running its migration", async () => {
    const tag = tagOf(await releasedImage(stack)) ?? "";
    const file = "deploy-api-three.yml";
    const event = { name: "workflow_dispatch", ref: "main", workflow: file } as const;
    const { ok, log } = await runWorkflow(stack, "octo-org/shop", {
      ...event,
      inputs: { "image-tag": tag },
    });
    assert.equal(ok, true, log);
    assert.match(log, /The migration does not run again/);
    assert.doesNotMatch(log, /The migration runs/);
  });

  it("releases the service of another repository", async () => {
    const { sha, workflows } = await stack.release("admin");
    assert.deepEqual(
      workflows.map(({ ok }) => ok),
      [true],
      workflows[0]?.log,
    );
    assert.equal(tagOf(await releasedImage(stack, "admin")), sha);
    await stack.assertUnchanged();
  });

  it("removes a service, and another service of the repository keeps its names", async () => {
    const services = stack.config["slipway:services"] as { name: string }[];
    const before = stack.config;
    await stack.configure({
      ...before,
      "slipway:services": services.filter(({ name }) => name !== "api"),
    });
    const onGitHub = (await stack.preview()).filter(({ resource }) =>
      resource.startsWith("github:"),
    );
    assert.deepEqual(onGitHub.map(({ op, resource }) => `${op} ${resource.split(" ")[1]}`).sort(), [
      "delete api-AWS_ROLE_TO_ASSUME_API",
      "delete api-main",
    ]);
    await stack.configure(before);
  });

  it("removes a service and does not change the others", async () => {
    const services = stack.config["slipway:services"] as { name: string }[];
    await stack.configure({
      ...stack.config,
      "slipway:services": services.filter(({ name }) => name !== "admin"),
    });
    const steps = await stack.preview();
    assert.ok(steps.length > 0, "the preview shows no change");
    assert.deepEqual(
      steps.filter(({ op }) => op !== "delete"),
      [],
    );
    await stack.up();
    await stack.assertUnchanged();
  });

  it("renames the service that gets all other requests, although its new rule and the old one exist at the same time", async () => {
    const services = stack.config["slipway:services"] as { name: string }[];
    const renamed = services.map((one) => (one.name === "web" ? { ...one, name: "front" } : one));
    assert.notDeepEqual(renamed, services);
    await stack.configure({ ...stack.config, "slipway:services": renamed });
    await stack.up();
    const { services: running } = await stack.outputs<{ services: object }>();
    assert.deepEqual(Object.keys(running).sort(), ["api", "front"]);
  });

  it("keeps the image of scheduled tasks in a release that ECS rolls back", async () => {
    const before = await scheduledImage();
    const emulator = new Emulator(stack);
    const { workflows } = await stack.release("api", {
      onCommit: async ({ imageTag }) => {
        // Only in the service: the migration is a task of its own.
        await emulator.image(imageTag, "wrong");
      },
    });
    assert.equal(workflows[0]?.ok, false);
    assert.match(workflows[0]?.log ?? "", /The migration has ended with exit code 0\./);
    assert.equal(await scheduledImage(), before);
  });

  /** The image that the schedules of api run now: that of their family's newest revision. */
  async function scheduledImage(): Promise<string> {
    const { taskDefinition } = await stack.aws<{
      taskDefinition: { containerDefinitions: [Parameters<typeof releasedImageOf>[0]] };
    }>(...["ecs", "describe-task-definition", "--task-definition", "slipway-three-api-scheduled"]);
    return releasedImageOf(taskDefinition.containerDefinitions[0]);
  }
});
