import assert from "node:assert/strict";
import { getRepository } from "../../sandbox/github";
import { readFileAt } from "../../sandbox/github/git";
import { dev } from "./configs";
import { engine, type Step, TestStack } from "./harness";
import { inventory, runningImage, runningService } from "./inventory";

const repository = "octo-org/lifecycle";

describe("the dev stack, from its first update to its end", function () {
  this.timeout(300_000);
  let stack: TestStack;
  let empty: Awaited<ReturnType<typeof inventory>>;

  before(async function () {
    await engine.call(this);
    stack = await TestStack.create("lifecycle", dev(repository));
    empty = await inventory(stack);
  });

  it("is created in one update, and ends healthy on the placeholder", async () => {
    await stack.up();
    const service = await runningService(stack);
    assert.equal(service.runningCount, 1);
    assert.match(service.taskDefinition, /task-definition\/slipway-lifecycle-api-placeholder:1$/);
    assert.equal(await runningImage(stack), "public.ecr.aws/nginx/nginx:stable-alpine");
  });

  it("has written the GitHub side in the same update", async () => {
    const { settings, path } = await getRepository(stack.sandbox.githubRoot, repository);
    const environment = settings.environments.lifecycle;
    assert.ok(environment);
    assert.deepEqual(Object.keys(environment.secrets), ["AWS_ROLE_TO_ASSUME_API"]);
    assert.deepEqual(environment.variables, {});
    const workflow = await readFileAt(path, "main", ".github/workflows/deploy-api-lifecycle.yml");
    assert.match(workflow ?? "", /^name: Deploy api to lifecycle$/m);
  });

  it("shows no change in the second update", async () => {
    await stack.assertUnchanged();
    await stack.up("--expect-no-changes");
  });

  it("changes in place what can change in place", async () => {
    await stack.edit("api", { logRetentionInDays: 14, deregistrationDelay: 30 });
    assert.deepEqual(byResource(await stack.preview()), [
      {
        op: "update",
        resource: "aws:cloudwatch/logGroup:LogGroup api",
        properties: ["retentionInDays"],
      },
      {
        op: "update",
        resource: "aws:lb/targetGroup:TargetGroup api",
        properties: ["deregistrationDelay"],
      },
      {
        op: "update",
        resource: "aws:lb/targetGroup:TargetGroup api-2",
        properties: ["deregistrationDelay"],
      },
    ]);
    await stack.up();
    await stack.assertUnchanged();
  });

  it("is released by the workflow, and shows no change afterwards", async () => {
    const { sha, workflows } = await stack.release();
    assert.deepEqual(
      workflows.map(({ file, ok }) => ({ file, ok })),
      [{ file: ".github/workflows/deploy-api-lifecycle.yml", ok: true }],
      workflows[0]?.log,
    );
    assert.match(await runningImage(stack), new RegExp(`:${sha}$`));
    await stack.assertUnchanged();
  });

  it("replaces what cannot change in place, and keeps CI's image", async () => {
    const image = await runningImage(stack);
    await stack.edit("api", { port: 9000 });
    const replaced = (resource: string, ...properties: string[]) => ({
      op: "replace",
      resource,
      properties,
    });
    assert.deepEqual(byResource(await stack.preview()), [
      {
        op: "update",
        resource: "aws:ecs/service:Service api",
        properties: ["loadBalancers[0].containerPort", "taskDefinition"],
      },
      replaced("aws:ecs/taskDefinition:TaskDefinition api", "containerDefinitions"),
      replaced("aws:ecs/taskDefinition:TaskDefinition api-placeholder", "containerDefinitions"),
      // Old tasks are reached on their port until they are gone.
      replaced(
        "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule api-load-balancer-to-tasks",
        ...["fromPort", "toPort"],
      ),
      replaced(
        "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule api-from-load-balancer",
        ...["fromPort", "toPort"],
      ),
    ]);
    await stack.up();
    const service = await runningService(stack);
    assert.equal(service.loadBalancers[0]?.containerPort, 9000);
    assert.equal(await runningImage(stack), image);
    await stack.assertUnchanged();
  });

  it("leaves nothing when it is destroyed", async () => {
    await stack.destroy();
    assert.deepEqual(await inventory(stack), empty);
    const { settings, path } = await getRepository(stack.sandbox.githubRoot, repository);
    assert.deepEqual(settings.environments, {});
    assert.equal(
      await readFileAt(path, "main", ".github/workflows/deploy-api-lifecycle.yml"),
      undefined,
    );
  });
});

/** The engine's order changes from run to run. */
function byResource(steps: readonly Step[]): Step[] {
  return [...steps].sort((a, b) => a.resource.localeCompare(b.resource));
}
