/** Reads what runs in a stack's AWS account, from AWS and not from Pulumi. */
import { ECS } from "@aws-sdk/client-ecs";
import { SSM } from "@aws-sdk/client-ssm";
import type { Sandbox } from "./sandbox";
import { type StackOptions, stackConfig } from "./stack-file";

export interface Running {
  readonly name: string;
  readonly service: string;
  /** `family:revision` */
  readonly taskDefinition: string;
  readonly image: string;
  readonly cpu: string;
  readonly memory: string;
  readonly desiredCount: number;
  readonly runningCount: number;
  /** The image that CI last deployed and verified. */
  readonly releasePointer: string;
}

interface Outputs {
  readonly cluster?: string;
  readonly services?: Record<string, { service: string; releasePointer: string }>;
}

export async function runningServices(
  sandbox: Sandbox,
  stack: string,
  options: StackOptions = {},
): Promise<Running[]> {
  const outputs = (await sandbox.outputs(stack, options)) as Outputs | undefined;
  if (!outputs?.cluster || !outputs.services) return [];
  const region = String((await stackConfig(stack, options))["aws:region"]);
  const credentials = await sandbox.credentials(stack);
  const config = { endpoint: sandbox.endpoint, region, credentials };
  const { cluster } = outputs;
  return Promise.all(
    Object.entries(outputs.services).map(async ([name, { service, releasePointer }]) => ({
      name,
      releasePointer: await readPointer(new SSM(config), releasePointer),
      ...(await describe(new ECS(config), cluster, service, name)),
    })),
  );
}

async function describe(ecs: ECS, cluster: string, service: string, container: string) {
  const { services } = await ecs.describeServices({ cluster, services: [service] });
  const found = services?.[0];
  if (!found?.taskDefinition) throw new Error(`AWS has no service ${service} in ${cluster}`);
  const { taskDefinition } = await ecs.describeTaskDefinition({
    taskDefinition: found.taskDefinition,
  });
  const containers = taskDefinition?.containerDefinitions ?? [];
  const main = containers.find(({ name }) => name === container) ?? containers[0];
  return {
    service,
    taskDefinition: found.taskDefinition.split("/").at(-1) ?? "",
    image: main?.image ?? "",
    cpu: taskDefinition?.cpu ?? "",
    memory: taskDefinition?.memory ?? "",
    desiredCount: found.desiredCount ?? 0,
    runningCount: found.runningCount ?? 0,
  };
}

async function readPointer(ssm: SSM, name: string): Promise<string> {
  const { Parameter } = await ssm.getParameter({ Name: name });
  return Parameter?.Value ?? "";
}
