import assert from "node:assert/strict";
import { tagOf } from "../../components/shared/image";
import { dev } from "./configs";
import { type Config, engine, type Step, TestStack } from "./harness";
import { releasedImage, runningImage, runningService, runningTaskDefinition } from "./inventory";
import { assertReleased, deployByHand, previewedTaskDefinition, runWorkflow } from "./ownership";

const repository = "octo-org/ownership";
const workflow = "deploy-api-ownership.yml";
const taskDefinition = "aws:ecs/taskDefinition:TaskDefinition api";
const service = "aws:ecs/service:Service api";

describe("CI owns the image, Pulumi owns the rest", function () {
  this.timeout(300_000);
  let stack: TestStack;
  /** The commits that were released, oldest first. */
  const shas: string[] = [];

  before(async function () {
    await engine.call(this);
    const autoscaling = { minCapacity: 1, maxCapacity: 4 };
    stack = await TestStack.create(
      "ownership",
      dev(repository, { autoscaling, desiredCount: undefined }),
    );
    await stack.up();
  });

  async function release(): Promise<string> {
    const { sha, workflows } = await stack.release();
    assert.deepEqual(
      workflows.map(({ ok }) => ok),
      [true],
      workflows[0]?.log,
    );
    shas.push(sha);
    await assertReleased(stack, sha);
    return sha;
  }

  /** The preview shows no change, and its task definition is the running one. */
  async function assertNothingToDo(): Promise<void> {
    const { changes, arn } = await previewedTaskDefinition(stack);
    assert.deepEqual(changes, []);
    assert.equal(arn, (await runningTaskDefinition(stack)).taskDefinitionArn);
  }

  async function place(): Promise<{ cluster: string; service: string }> {
    const { cluster, services } = await stack.outputs<{
      cluster: string;
      services: { api: { service: string } };
    }>();
    return { cluster, service: services.api.service };
  }

  async function updateService(): Promise<string[]> {
    const { cluster, service } = await place();
    return ["ecs", "update-service", "--cluster", cluster, "--service", service];
  }

  /** The preview shows only this edit; the update, with more if given, keeps CI's image and the number of tasks. */
  async function assertEdit(
    change: Config,
    expected: readonly Step[],
    more: Config = {},
  ): Promise<void> {
    const image = await releasedImage(stack);
    await stack.edit("api", change);
    assert.deepEqual(byName(await stack.preview()), byName(expected));
    await stack.edit("api", more);
    await stack.up();
    assert.equal(await runningImage(stack), image);
    assert.equal((await runningService(stack)).desiredCount, 3);
  }

  async function tags(): Promise<unknown> {
    const { taskDefinitionArn } = await runningTaskDefinition(stack);
    const answer = await stack.aws<{ tags: { key: string }[] }>(
      ...["ecs", "describe-task-definition", "--include", "TAGS"],
      ...["--task-definition", taskDefinitionArn],
    );
    return answer.tags.sort((a, b) => (a.key < b.key ? -1 : 1));
  }

  it("shows no change after the first release, which keeps the revision's tags", async () => {
    await release();
    assert.deepEqual(await tags(), [
      { key: "Project", value: "slipway" },
      { key: "Stack", value: "dev" },
    ]);
    await assertNothingToDo();
  });

  it("without a refresh plans at most a revision with CI's image", async () => {
    const { changes, image } = await previewedTaskDefinition(stack, "--refresh=false");
    assert.equal(image, await runningImage(stack));
    assert.deepEqual(changes, [`replace ${taskDefinition}`, `update ${service}`]);
  });

  it("shows no change after each of two more releases", async () => {
    for (let count = 0; count < 2; count++) {
      await release();
      await assertNothingToDo();
    }
  });

  it("rolls back to an earlier tag without a build, and shows no change", async () => {
    const [first = ""] = shas;
    const inputs = { "image-tag": first };
    const event = { name: "workflow_dispatch", ref: "main", workflow, inputs } as const;
    const { ok, log } = await runWorkflow(stack, repository, event);
    assert.equal(ok, true, log);
    assert.doesNotMatch(log, /Build and push/);
    await assertReleased(stack, first);
    await assertNothingToDo();
  });

  it("deploys the commit of a re-run, old or newest, without a build", async () => {
    assert.ok(shas.length >= 2, `only ${shas.length} commits`);
    for (const sha of shas.slice(-2)) {
      const event = { name: "push", ref: "refs/heads/main", sha } as const;
      const { ok, log } = await runWorkflow(stack, repository, event);
      assert.equal(ok, true, log);
      assert.match(log, /is in the registry: deploying it without a build/);
      assert.doesNotMatch(log, /Build and push/);
      await assertReleased(stack, sha);
    }
    await assertNothingToDo();
  });

  const agent = { name: "agent", image: "public.ecr.aws/octo/agent:1", essential: false };
  const newRevision: readonly Step[] = [
    { op: "replace", resource: taskDefinition, properties: ["containerDefinitions"] },
    { op: "update", resource: service, properties: ["taskDefinition"] },
  ];

  it("deploys more memory with CI's image, and the next release has it", async () => {
    await stack.aws(...(await updateService()), "--desired-count", "3");
    await assertEdit({ memory: 1024 }, [
      { op: "replace", resource: taskDefinition, properties: ["memory"] },
      { op: "update", resource: service, properties: ["taskDefinition"] },
      // CI may register only the configured size.
      {
        op: "update",
        resource: "aws:iam/rolePolicy:RolePolicy api-register",
        properties: ["policy"],
      },
    ]);
    assert.equal((await runningTaskDefinition(stack)).memory, "1024");
    await release();
    assert.equal((await runningTaskDefinition(stack)).memory, "1024");
  });

  it("shows a variable, a secret and a sidecar separately, and deploys all with CI's image", async () => {
    const before = stack.config;
    const environment = { environment: { LOG_LEVEL: "debug", FEATURE: "on" } };
    await stack.edit("api", environment);
    assert.deepEqual(byName(await stack.preview()), byName(newRevision));
    await stack.configure(before);
    const sidecars = { sidecars: [agent] };
    await stack.edit("api", sidecars);
    assert.deepEqual(byName(await stack.preview()), byName(newRevision));
    await stack.configure(before);
    const secrets = { secrets: { API_KEY: "/team/key" } };
    const [revision, rollout] = newRevision;
    const readable: Step = {
      op: "update",
      resource: "aws:iam/rolePolicy:RolePolicy api-execution",
      properties: ["policy"],
    };
    assert.ok(revision && rollout, "no revision, or no rollout, was seen");
    await assertEdit(secrets, [revision, readable, rollout], { ...environment, ...sidecars });
    await release();
    const running = JSON.stringify(await runningTaskDefinition(stack));
    assert.match(running, /"name":"FEATURE","value":"on"/);
    assert.match(running, /"name":"API_KEY","valueFrom":"\/team\/key"/);
    assert.match(running, /"name":"agent","image":"public.ecr.aws\/octo\/agent:1"/);
  });

  it("changes log retention and scaling bounds without a new revision", async () => {
    const before = await runningTaskDefinition(stack);
    await assertEdit({ logRetentionInDays: 14, autoscaling: { minCapacity: 2, maxCapacity: 6 } }, [
      {
        op: "update",
        resource: "aws:cloudwatch/logGroup:LogGroup /aws/events/api-stopped-tasks",
        properties: ["retentionInDays"],
      },
      {
        op: "update",
        resource: "aws:cloudwatch/logGroup:LogGroup api",
        properties: ["retentionInDays"],
      },
      // More tasks may lose a dependency at the same moment.
      {
        op: "update",
        resource: "aws:cloudwatch/metricAlarm:MetricAlarm api-exits",
        properties: ["alarmDescription", "threshold"],
      },
      {
        op: "update",
        resource: "aws:appautoscaling/target:Target api",
        properties: ["maxCapacity", "minCapacity"],
      },
    ]);
    assert.equal((await runningTaskDefinition(stack)).taskDefinitionArn, before.taskDefinitionArn);
  });

  it("shows a manual deployment, and returns to the pointer's image", async () => {
    const image = await releasedImage(stack);
    await deployByHand(stack, "public.ecr.aws/octo/hotfix:1", await place());
    assert.equal(await runningImage(stack), "public.ecr.aws/octo/hotfix:1");
    const shown = await previewedTaskDefinition(stack);
    assert.deepEqual(shown.changes, [`replace ${taskDefinition}`, `update ${service}`]);
    assert.equal(shown.previousImage, "public.ecr.aws/octo/hotfix:1");
    assert.equal(shown.image, image);
    await stack.up();
    assert.equal(await runningImage(stack), image);
    await assertNothingToDo();
  });

  it("loses nothing when a release and an update run at the same time", async () => {
    await stack.edit("api", { memory: 2048 });
    const [{ sha, workflows }] = await Promise.all([stack.release(), stack.up()]);
    const [during] = workflows;
    assert.ok(during, "no workflow was started");
    if (!during.ok) {
      // The update came later, or had not yet allowed CI to register the new size: the workflow must report it, and its
      // image can be deployed again.
      assert.match(
        during.failure ?? "",
        /^Verify that the deployed revision runs: .* runs .*, not |not authorized to perform: ecs:RegisterTaskDefinition/,
      );
      const again = await runWorkflow(stack, repository, {
        name: "push",
        ref: "refs/heads/main",
        sha,
      });
      assert.equal(again.ok, true, again.failure);
    }
    await stack.up();
    assert.equal((await runningTaskDefinition(stack)).memory, "2048");
    await assertReleased(stack, sha);
    await assertNothingToDo();
  });

  it("continues without a new revision when a deleted pointer is restored", async () => {
    const image = await runningImage(stack);
    const { services } = await stack.outputs<{ services: { api: { releasePointer: string } } }>();
    const pointer = ["--name", services.api.releasePointer];
    await stack.aws("ssm", "delete-parameter", ...pointer);
    await stack.aws("ssm", "put-parameter", ...pointer, "--type", "String", "--value", image);
    const parameter = "aws:ssm/parameter:Parameter api";
    assert.deepEqual((await previewedTaskDefinition(stack)).changes, [`update ${parameter}`]);
    await stack.up();
    await assertReleased(stack, tagOf(image) ?? "");
    await assertNothingToDo();
  });

  it("starts again after destroy", async () => {
    await stack.destroy();
    await stack.up();
    assert.match(await runningImage(stack), /nginx/);
    await release();
    await assertNothingToDo();
  });
});

function byName(steps: readonly Step[]): Step[] {
  return [...steps].sort((a, b) => (a.resource < b.resource ? -1 : 1));
}
