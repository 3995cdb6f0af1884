/** Reads what runs in a stack's AWS account, from AWS and not from Pulumi. */
import { ECS } from "@aws-sdk/client-ecs";
import { SSM } from "@aws-sdk/client-ssm";
import { frontendName } from "../components/github/frontend/render";
import { releasedImageOf } from "../components/shared/image";
import { newestRuns, type RecordedRun } from "./github";
import { newestRelease } from "./pipelines";
import type { Sandbox } from "./sandbox";
import type { StackOptions } from "./stack-file";

export interface Running {
  readonly name: string;
  readonly service: string;
  /** `family:revision` */
  readonly taskDefinition: string;
  /** By its tag and its digest. */
  readonly image: string;
  readonly cpu: string;
  readonly memory: string;
  readonly desiredCount: number;
  readonly runningCount: number;
  /** The image that CI last deployed and verified. */
  readonly releasePointer: string;
  /** The newest run of its workflow. */
  readonly release: RecordedRun | undefined;
  /** ECS's own words, newest first. */
  readonly events: readonly { readonly at: string; readonly message: string }[];
}

/** The outputs of `index.ts`. */
export interface Outputs {
  readonly cluster?: string;
  readonly services?: Readonly<Record<string, ServiceOutputs>>;
  readonly frontend?: SiteOutputs;
}

export interface SiteOutputs {
  readonly repository: string;
  readonly bucket: string;
  readonly releasePointer: string;
  /** The path of the workflow file. */
  readonly workflow: string;
}

export interface RunningSite extends SiteOutputs {
  readonly name: string;
  /** The commit that users see. */
  readonly releasePointer: string;
  /** The newest run of its workflow. */
  readonly release: RecordedRun | undefined;
}

export interface ServiceOutputs {
  readonly service: string;
  readonly releasePointer: string;
  /** `<account>.dkr.ecr.<region>.amazonaws.com/<name>` */
  readonly imageRepository: string;
  /** The path of the workflow file, if a workflow deploys the service. */
  readonly workflow?: string;
  /** The name of the pipeline, if CodePipeline does. */
  readonly pipeline?: string;
  /** Under CodeDeploy: which revision waits for a deployment. */
  readonly pendingDeployment?: string;
}

export async function runningServices(
  sandbox: Sandbox,
  stack: string,
  options: StackOptions = {},
): Promise<Running[]> {
  const outputs = (await sandbox.outputs(stack, options)) as Outputs | undefined;
  if (!outputs?.cluster || !outputs.services) return [];
  const region = await sandbox.region(stack, options);
  const credentials = await sandbox.credentials(stack);
  const config = { endpoint: sandbox.endpoint, region, credentials };
  const { cluster } = outputs;
  const runs = await newestRuns(sandbox.githubRoot);
  return Promise.all(
    Object.entries(outputs.services).map(async ([name, own]) => ({
      name,
      releasePointer: await readPointer(new SSM(config), own.releasePointer),
      ...(await describe(new ECS(config), cluster, own.service, name)),
      release: own.pipeline
        ? await newestRelease(sandbox, stack, own.pipeline)
        : runs.get(own.workflow ?? ""),
    })),
  );
}

export async function runningSite(
  sandbox: Sandbox,
  stack: string,
  options: StackOptions = {},
): Promise<RunningSite | undefined> {
  const { frontend } = ((await sandbox.outputs(stack, options)) ?? {}) as Outputs;
  if (!frontend) return undefined;
  const region = await sandbox.region(stack, options);
  const credentials = await sandbox.credentials(stack);
  const ssm = new SSM({ endpoint: sandbox.endpoint, region, credentials });
  const runs = await newestRuns(sandbox.githubRoot);
  return {
    ...{ ...frontend, name: frontendName },
    releasePointer: await readPointer(ssm, frontend.releasePointer),
    release: runs.get(frontend.workflow),
  };
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
    image: main?.image ? releasedImageOf({ ...main, image: main.image }) : "",
    cpu: taskDefinition?.cpu ?? "",
    memory: taskDefinition?.memory ?? "",
    desiredCount: found.desiredCount ?? 0,
    runningCount: found.runningCount ?? 0,
    events: (found.events ?? []).map(({ createdAt, message = "" }) => ({
      at: createdAt?.toISOString() ?? "",
      message,
    })),
  };
}

async function readPointer(ssm: SSM, name: string): Promise<string> {
  const { Parameter } = await ssm.getParameter({ Name: name });
  return Parameter?.Value ?? "";
}
