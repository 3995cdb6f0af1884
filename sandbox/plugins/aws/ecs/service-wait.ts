/** Waits for a service; an error has the service's last events. */
import { setTimeout } from "node:timers/promises";
import type { Deployment, Service, ServiceDeployment } from "@aws-sdk/client-ecs";

const interval = 1000;
const shownEvents = 5;

export interface Calls {
  describe(): Promise<Service | undefined>;
  /** The service deployment of one of the service's `deployments`; undefined until ECS has created it. */
  serviceDeployment(deployment: Deployment): Promise<ServiceDeployment | undefined>;
}

export interface Goal {
  /** Waits until the deployment that the change started ends, and the desired number of tasks runs. */
  readonly steady: boolean;
  readonly since: Date;
  /** @default 20 minutes */
  readonly seconds?: number | undefined;
}

/**
 * Waits like version 6 of the provider: it follows the service deployment that the change started, which distinguishes a
 * rollback from a success. Without one, it waits for a single deployment and the desired number of running tasks.
 */
export async function untilService(calls: Calls, goal: Goal): Promise<void> {
  const { seconds = 20 * 60 } = goal;
  let started: Deployment | undefined;
  for (const end = Date.now() + seconds * 1000; ; await setTimeout(interval)) {
    const service = await calls.describe();
    if (service?.status !== "ACTIVE") {
      throw new Error(`the service is ${service?.status ?? "gone"}, but should become ACTIVE`);
    }
    if (!goal.steady) return;
    started ??= startedSince(service, goal.since);
    if (started ? await hasSucceeded(calls, started, service) : isStable(service)) return;
    if (Date.now() > end) throw new Error(timedOut(service, seconds));
  }
}

/** Times in answers may be whole seconds. */
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
  // The state will not change any more.
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
