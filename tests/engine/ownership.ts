import assert from "node:assert/strict";
import { join } from "node:path";
import { SSM } from "@aws-sdk/client-ssm";
import { type ContainerImage, releasedImageOf, tagOf } from "../../components/shared/image";
import { runWorkflows, type WorkflowEvent, type WorkflowResult } from "../../sandbox/github";
import type { TestStack } from "./harness";
import { releasedImage, runningImage, runningTaskDefinition } from "./inventory";

const TASK_DEFINITION = "aws:ecs/taskDefinition:TaskDefinition";

interface ResourceState {
  readonly inputs?: { readonly containerDefinitions?: string };
  readonly outputs?: { readonly arn?: string; readonly containerDefinitions?: string };
}

interface PreviewedStep {
  readonly op: string;
  readonly urn: string;
  readonly oldState?: ResourceState;
  readonly newState?: ResourceState;
}

/** A preview's plan for the service's task definition, also if it does not change. */
export interface PreviewedTaskDefinition {
  /** The changes of all resources. */
  readonly changes: readonly string[];
  readonly op: string;
  readonly image: string | undefined;
  /** The image of the newest revision. */
  readonly previousImage: string | undefined;
  /** Undefined if a new revision will be registered. */
  readonly arn: string | undefined;
}

export async function previewedTaskDefinition(
  stack: TestStack,
  ...args: string[]
): Promise<PreviewedTaskDefinition> {
  const { code, stdout, stderr } = await stack.runAttached([
    "preview",
    "--json",
    "--show-sames",
    ...args,
  ]);
  assert.equal(code, 0, `${stdout}\n${stderr}`);
  const digest = JSON.parse(stdout.slice(stdout.indexOf("{"))) as {
    readonly steps?: readonly PreviewedStep[];
  };
  const steps = (digest.steps ?? []).filter(({ op }) => op !== "refresh" && op !== "read");
  const [found] = steps.filter(
    ({ op, urn }) => urn.endsWith(`${TASK_DEFINITION}::api`) && !op.startsWith("delete"),
  );
  assert.ok(found, "the preview does not show the task definition");
  const changes = steps.filter(({ op }) => op !== "same");
  return {
    changes: changes.map(({ op, urn }) => {
      const [, , types = "", name = ""] = urn.split("::");
      return `${op} ${types.split("$").at(-1)} ${name}`;
    }),
    op: found.op,
    previousImage: mainImage(found.oldState?.outputs?.containerDefinitions),
    image: mainImage(found.newState?.inputs?.containerDefinitions),
    arn: found.op === "same" ? found.oldState?.outputs?.arn : undefined,
  };
}

function mainImage(definitions: string | undefined): string | undefined {
  const [main] = JSON.parse(definitions ?? "[]") as ContainerImage[];
  return main && releasedImageOf(main);
}

/** Runs the workflows that GitHub would run for an event; a push with an old `sha` is a re-run of its run. */
export async function runWorkflow(
  { sandbox, name }: TestStack,
  fullName: string,
  event: WorkflowEvent,
): Promise<WorkflowResult> {
  const [result] = await runWorkflows({
    root: sandbox.githubRoot,
    fullName,
    event,
    actPath: sandbox.tools.act,
    env: await sandbox.env(name, { configFile: join(sandbox.folder, `Pulumi.${name}.yaml`) }),
    awsEndpoint: sandbox.endpoint,
  });
  assert.ok(result, "no workflow was started");
  return result;
}

/** Checks that both the pointer and the service have the image of the commit. */
export async function assertReleased(stack: TestStack, sha: string): Promise<void> {
  const image = await releasedImage(stack);
  assert.equal(tagOf(image), sha);
  assert.equal(await runningImage(stack), image);
}

/** Deploys manually: registers a revision with another image with the AWS CLI, and updates the service to it. */
export async function deployByHand(
  stack: TestStack,
  image: string,
  service: { readonly cluster: string; readonly service: string },
): Promise<string> {
  const running = await runningTaskDefinition(stack);
  const containers = running.containerDefinitions.map((one) =>
    one.name === "api" ? { ...one, image } : one,
  );
  const { family, cpu, memory, networkMode, executionRoleArn, taskRoleArn } = running;
  const kept = { family, cpu, memory, networkMode, executionRoleArn, taskRoleArn };
  const { requiresCompatibilities } = running;
  const { taskDefinition } = await stack.aws<{ taskDefinition: { taskDefinitionArn: string } }>(
    ...["ecs", "register-task-definition", "--cli-input-json"],
    JSON.stringify({ ...kept, requiresCompatibilities, containerDefinitions: containers }),
  );
  await stack.aws(
    ...["ecs", "update-service", "--cluster", service.cluster, "--service", service.service],
    ...["--task-definition", taskDefinition.taskDefinitionArn],
  );
  return taskDefinition.taskDefinitionArn;
}

/** The content of the release record. */
export async function releaseRecord(stack: TestStack): Promise<string> {
  const { services } = await stack.outputs<{ services: { api: { releasePointer: string } } }>();
  const name = services.api.releasePointer.replace(/image$/, "release");
  const ssm = await stack.client(SSM);
  return (await ssm.getParameter({ Name: name })).Parameter.Value;
}
