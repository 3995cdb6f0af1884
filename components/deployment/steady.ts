import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { logAndThrow } from "../shared/errors";

/** The fields of ECS's answer for a service that is deployed with task sets. */
export interface TaskSets {
  readonly desiredCount: number;
  readonly runningCount: number;
  readonly taskSets: readonly { readonly status: string; readonly stabilityStatus: string }[];
  readonly events: readonly { readonly message: string }[];
}

export interface Clock {
  now(): number;
  sleep(milliseconds: number): Promise<void>;
}

const clock: Clock = {
  now: Date.now,
  sleep: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
};

/** The provider waits the same time for services with other strategies. */
const longestWait = 20 * 60_000;

/**
 * The service's name; resolves once all tasks of a CODE_DEPLOY service run and are healthy. If it replaces another service,
 * Pulumi deletes the old service at the end of the update, so that one still runs during the wait.
 */
export function steadyService(
  service: aws.ecs.Service,
  opts: pulumi.InvokeOptions,
): pulumi.Output<string> {
  return pulumi.all([service.name, service.cluster]).apply(async ([serviceName, clusterArn]) => {
    if (pulumi.runtime.isDryRun()) {
      return serviceName;
    }
    const unsteady = await untilSteady(serviceName, () =>
      aws.ecs.getService({ serviceName, clusterArn }, { ...opts, async: true }),
    );
    return unsteady === undefined ? serviceName : logAndThrow(service, unsteady);
  });
}

/** Waits until the service is steady. Returns an error message after the longest wait, otherwise undefined. */
export async function untilSteady(
  service: string,
  read: () => Promise<TaskSets>,
  { now, sleep }: Clock = clock,
): Promise<string | undefined> {
  const start = now();
  for (let found = await read(); !isSteady(found); found = await read()) {
    if (now() - start > longestWait) {
      const events = found.events.slice(0, 5).map(({ message }) => `\n  ${message}`);
      return `Service ${service} has ${found.runningCount} of ${found.desiredCount} tasks after ${longestWait / 60_000} minutes; the service that it replaces, if any, still runs. ECS's events, newest first:${events.join("")}`;
    }
    await sleep(5000);
  }
  return undefined;
}

function isSteady({ taskSets, desiredCount, runningCount }: TaskSets): boolean {
  const primary = taskSets.find(({ status }) => status === "PRIMARY");
  return primary?.stabilityStatus === "STEADY_STATE" && runningCount >= desiredCount;
}
