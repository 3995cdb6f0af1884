/** Waits for a service, and says why it did not come about in the words of the service's own events. */
import { setTimeout } from "node:timers/promises";
import type { Deployment, Service, ServiceDeployment } from "@aws-sdk/client-ecs";

const interval = 1000;
const shownEvents = 5;

export interface Calls {
  describe(): Promise<Service | undefined>;
  /** The service deployment behind one of the service's `deployments`; undefined until ECS has made it. */
  serviceDeployment(deployment: Deployment): Promise<ServiceDeployment | undefined>;
}

export interface Goal {
  /** Of a deployment that the change started, the end; and as many tasks as are wanted. */
  readonly steady: boolean;
  readonly since: Date;
  /** @default 20 minutes */
  readonly seconds?: number | undefined;
}

/**
 * As the provider's version 6 waits: what the change itself started is followed by its service deployment, which tells a
 * roll-back from a success. Whatever else comes to rest in one deployment, and as many running tasks as are wanted.
 */
export async function untilService(calls: Calls, goal: Goal): Promise<void> {
  const { seconds = 20 * 60 } = goal;
  let started: Deployment | undefined;
  for (const end = Date.now() + seconds * 1000; ; await setTimeout(interval)) {
    const service = await calls.describe();
    if (service?.status !== "ACTIVE") {
      throw new Error(`the service is ${service?.status ?? "gone"}, where it should become ACTIVE`);
    }
    if (!goal.steady) return;
    started ??= startedSince(service, goal.since);
    if (started ? await hasSucceeded(calls, started, service) : isStable(service)) return;
    if (Date.now() > end) throw new Error(timedOut(service, seconds));
  }
}

/** Times in answers may be in whole seconds. */
function startedSince(service: Service, since: Date): Deployment | undefined {
  if ((service.deploymentController?.type ?? "ECS") !== "ECS") return undefined;
  const second = Math.floor(since.getTime() / 1000) * 1000;
  const primary = service.deployments?.find(({ status }) => status === "PRIMARY");
  return primary?.createdAt && primary.createdAt.getTime() >= second ? primary : undefined;
}

async function hasSucceeded(calls: Calls, deployment: Deployment, service: Service) {
  const { status, statusReason } = (await calls.serviceDeployment(deployment)) ?? {};
  switch (status) {
    case "SUCCESSFUL":
      return true;
    case "STOPPED":
    case "ROLLBACK_FAILED":
    case "ROLLBACK_SUCCESSFUL":
      throw new Error(withEvents(`${statusReason ?? "Deployment failed"} (${status})`, service));
    default:
      return false;
  }
}

function isStable(service: Service): boolean {
  const { deployments = [], desiredCount, runningCount } = service;
  const failed = deployments.find(
    ({ rolloutState, status }) => status === "PRIMARY" && rolloutState === "FAILED",
  );
  // Nothing would change any more.
  if (failed) {
    throw new Error(withEvents(`the deployment failed: ${failed.rolloutStateReason}`, service));
  }
  return deployments.length === 1 && runningCount === desiredCount;
}

function timedOut(service: Service, seconds: number): string {
  const { runningCount, desiredCount, serviceName } = service;
  const state = `the service ${serviceName} is not stable after ${seconds} s: ${runningCount} of ${desiredCount} tasks run`;
  return withEvents(state, service);
}

function withEvents(message: string, { events = [] }: Service): string {
  const lines = events.slice(0, shownEvents).map((event) => `\n  ${event.message}`);
  return lines.length > 0 ? `${message}; its last events:${lines.join("")}` : message;
}
