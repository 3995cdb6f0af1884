import assert from "node:assert/strict";
import { dev } from "./configs";
import { engine, TestStack } from "./harness";
import { releasedImage, runningImage, runningTaskDefinition } from "./inventory";
import { assertReleased, previewedTaskDefinition, releaseRecord, runWorkflow } from "./ownership";

const repository = "octo-org/damage";
const parameter = "aws:ssm/parameter:Parameter";
const taskDefinition = "aws:ecs/taskDefinition:TaskDefinition api";
const service = "aws:ecs/service:Service api";

describe("CI owns the image when its records are deleted", function () {
  this.timeout(300_000);
  let stack: TestStack;
  let sha: string;
  let image: string;

  before(async function () {
    await engine.call(this);
    stack = await TestStack.create("damage", dev(repository));
    await stack.up();
    const release = await stack.release();
    sha = release.sha;
    assert.equal(release.workflows[0]?.ok, true, release.workflows[0]?.log);
    await assertReleased(stack, sha);
    image = await runningImage(stack);
  });
  after(() => stack?.destroy());

  const pointer = "/slipway/slipway/damage/api/image";
  const record = "/slipway/slipway/damage/api/release";
  const deleteParameter = (name: string) => stack.aws("ssm", "delete-parameter", "--name", name);
  const changes = async () => (await previewedTaskDefinition(stack)).changes;

  async function deployAgain(): Promise<void> {
    const inputs = { "image-tag": sha };
    const workflow = `deploy-api-${stack.name}.yml`;
    const event = { name: "workflow_dispatch", ref: "main", workflow, inputs } as const;
    const { ok, log } = await runWorkflow(stack, repository, event);
    assert.equal(ok, true, log);
    await assertReleased(stack, sha);
  }

  it("keeps the image when the pointer is deleted, and the next release writes it again", async () => {
    await deleteParameter(pointer);
    const shown = await stack.run(["preview", "--diff"]);
    assert.match(
      shown.stdout + shown.stderr,
      /The release pointer was lost: .* The image stays \S+\./,
    );
    assert.deepEqual(await changes(), [`create ${parameter} api`]);
    const { taskDefinitionArn } = await runningTaskDefinition(stack);
    await stack.up();
    assert.equal(await releasedImage(stack), "unreleased");
    assert.equal((await runningTaskDefinition(stack)).taskDefinitionArn, taskDefinitionArn);
    await deployAgain();
    assert.deepEqual(await changes(), []);
  });

  it("keeps the image when the record is deleted", async () => {
    await deleteParameter(record);
    assert.deepEqual(await changes(), [`create ${parameter} api-record`]);
    const { taskDefinitionArn } = await runningTaskDefinition(stack);
    await stack.up();
    assert.equal(await releaseRecord(stack), "unreleased");
    assert.equal((await runningTaskDefinition(stack)).taskDefinitionArn, taskDefinitionArn);
  });

  it("shows the placeholder when both are deleted, and the workflow restores the image", async () => {
    await deleteParameter(pointer);
    await deleteParameter(record);
    assert.deepEqual([...(await changes())].sort(), [
      `create ${parameter} api`,
      `create ${parameter} api-record`,
      `replace ${taskDefinition}`,
      `update ${service}`,
    ]);
    await stack.up();
    assert.match(await runningImage(stack), /nginx/);
    await deployAgain();
    assert.deepEqual(await changes(), []);
  });

  const deregister = (arn: string) =>
    stack.aws("ecs", "deregister-task-definition", "--task-definition", arn);

  it("registers the image again when the newest revision is deregistered", async () => {
    await deregister((await runningTaskDefinition(stack)).taskDefinitionArn);
    assert.deepEqual(await changes(), [`replace ${taskDefinition}`, `update ${service}`]);
    await stack.up();
    assert.equal(await runningImage(stack), image);
  });

  it("registers the image again when all revisions are deregistered", async () => {
    const { taskDefinitionArns } = await stack.aws<{ taskDefinitionArns: string[] }>(
      ...["ecs", "list-task-definitions", "--family-prefix", "slipway-damage-api"],
    );
    for (const arn of taskDefinitionArns) {
      await deregister(arn);
    }
    assert.deepEqual(await changes(), [`create ${taskDefinition}`, `update ${service}`]);
    await stack.up();
    assert.equal(await runningImage(stack), image);
    assert.deepEqual(await changes(), []);
  });
});
