/**
 * The standard deployment to ECS: https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-ECS.html and
 * https://docs.aws.amazon.com/codepipeline/latest/userguide/file-reference.html
 */
import {
  ECS,
  type RegisterTaskDefinitionCommandInput,
  type Service,
  type TaskDefinition,
  waitUntilServicesStable,
} from "@aws-sdk/client-ecs";
import { withoutReadOnly } from "../github/actions/aws-actions/task-definition";
import type { ActionRun } from "./action-run";
import { getArtifact } from "./artifact-store";
import { fileOf } from "./artifacts";
import { ActionFailed, clientOf } from "./world";

export interface ImageDefinition {
  readonly name: string;
  readonly imageUri: string;
}

const invalid = (message: string) => new ActionFailed("ConfigurationError", message);

export async function deployToEcs(run: ActionRun): Promise<Record<string, string>> {
  const { configuration, credentials, inputs, onLine, world } = run;
  const { ClusterName: cluster = "default", ServiceName = "" } = configuration;
  const fileName = configuration.FileName ?? "imagedefinitions.json";
  const [input] = inputs;
  if (!input) throw invalid("The ECS action needs an input artifact");
  const file = fileOf(await getArtifact(world, credentials, input), fileName);
  if (!file) {
    throw invalid(
      `Did not find the image definition file ${fileName} in the input artifacts ZIP file. Verify the file is stored in your pipeline's Amazon S3 artifact bucket: ${input.bucket} key: ${input.key}`,
    );
  }
  const images = parseImageDefinitions(file, fileName);
  const ecs = new ECS(clientOf(world, credentials));
  const target = { cluster, services: [ServiceName] };
  const before = await describe(ecs, target);
  const { taskDefinition: current, tags = [] } = await ecs.describeTaskDefinition({
    taskDefinition: before.taskDefinition,
    include: ["TAGS"],
  });
  const { taskDefinition } = await ecs.registerTaskDefinition({
    ...withImages(current ?? {}, images),
    ...(tags.length > 0 && { tags }),
  });
  const revision = taskDefinition?.taskDefinitionArn ?? "";
  onLine(`Registered ${revision}`);
  await ecs.updateService({
    ...{ cluster, service: ServiceName, taskDefinition: revision },
  });
  onLine(`Deploying to ${ServiceName} in ${cluster}`);
  const minutes = Number(configuration.DeploymentTimeout ?? 60);
  await settled(ecs, target, minutes);
  await showTasks(ecs, cluster, ServiceName, onLine);
  await checkDeployed(ecs, target, revision);
  return {};
}

/** "The maximum file size limit for the image definitions file is 100 KB." */
export function parseImageDefinitions(file: Buffer, name: string): readonly ImageDefinition[] {
  if (file.length > 100 * 1024) {
    throw invalid(`The image definition file ${name} is larger than the limit of 100 KB.`);
  }
  const form = `The image definition file ${name} contains invalid JSON format.`;
  let parsed: unknown;
  try {
    parsed = JSON.parse(file.toString("utf8"));
  } catch {
    throw invalid(form);
  }
  if (!Array.isArray(parsed) || parsed.length === 0) throw invalid(form);
  for (const entry of parsed as Partial<ImageDefinition>[]) {
    if (typeof entry?.name !== "string" || typeof entry.imageUri !== "string") throw invalid(form);
  }
  return parsed as ImageDefinition[];
}

/** The revision that the service runs, with other images and no other change. */
export function withImages(
  current: TaskDefinition,
  images: readonly ImageDefinition[],
): RegisterTaskDefinitionCommandInput {
  const { containerDefinitions = [] } = current;
  const missing = images.find(({ name }) => !containerDefinitions.some((it) => it.name === name));
  if (missing) throw invalid(`The AWS ECS container ${missing.name} does not exist`);
  const changed = containerDefinitions.map((container) => {
    const image = images.find(({ name }) => name === container.name)?.imageUri;
    return image === undefined ? container : { ...container, image };
  });
  const kept = withoutReadOnly(current) as unknown as RegisterTaskDefinitionCommandInput;
  return { ...kept, containerDefinitions: changed };
}

interface Target {
  readonly cluster: string;
  readonly services: string[];
}

async function describe(ecs: ECS, target: Target): Promise<Service> {
  const { services: [service] = [], failures: [failure] = [] } = await ecs.describeServices(target);
  if (service && service.status !== "INACTIVE") return service;
  throw invalid(
    `The service ${target.services[0]} in ${target.cluster}: ${failure?.reason ?? "INACTIVE"}`,
  );
}

/** The sandbox's deployments take seconds, AWS's take minutes: one second here is fifteen of AWS's. */
const SCALE = 15;

async function settled(client: ECS, target: Target, minutes: number): Promise<void> {
  const maxWaitTime = (minutes * 60) / SCALE;
  try {
    await waitUntilServicesStable({ client, minDelay: 1, maxDelay: 2, maxWaitTime }, target);
  } catch (error) {
    const { name, message } = error as Error;
    if (name !== "TimeoutError") throw error;
    throw new ActionFailed(
      "JobTimedOut",
      `The deployment did not reach a steady state in ${minutes} minutes: ${message.slice(0, 200)}`,
    );
  }
}

async function showTasks(
  ecs: ECS,
  cluster: string,
  serviceName: string,
  onLine: (line: string) => void,
) {
  const { taskArns: tasks = [] } = await ecs.listTasks({ cluster, serviceName });
  if (tasks.length === 0) return;
  const { tasks: found = [] } = await ecs.describeTasks({ cluster, tasks });
  const running = found.filter(({ lastStatus }) => lastStatus === "RUNNING").length;
  onLine(`${running} of ${tasks.length} tasks run`);
}

/** Once the service is stable, its primary deployment has another revision if ECS has rolled this one back. */
async function checkDeployed(ecs: ECS, target: Target, revision: string): Promise<void> {
  const { deployments = [], events = [] } = await describe(ecs, target);
  const primary = deployments.find(({ status }) => status === "PRIMARY");
  if (primary?.taskDefinition === revision && primary.rolloutState !== "FAILED") return;
  const told = events.find(({ message = "" }) => message.includes("deployment failed"));
  throw new ActionFailed(
    "JobFailed",
    `The deployment of ${revision} failed: ${told?.message ?? primary?.rolloutStateReason ?? "ECS has rolled it back"}`,
  );
}
