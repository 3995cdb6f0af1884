/** Waits for a service, and says why it did not come about in the words of the service's own events. */
import { setTimeout } from "node:timers/promises";
import type { Service } from "@aws-sdk/client-ecs";

const interval = 1000;
const shownEvents = 5;

/**
 * "This provider will wait for the service to reach a steady state (like `aws ecs wait services-stable`)": one deployment,
 * and as many running tasks as are wanted. A roll-back ends in that state as well, and is not told from a success.
 */
export function isStable({ deployments = [], desiredCount, runningCount }: Service): boolean {
  return deployments.length <= 1 && runningCount === desiredCount;
}

/** @param timeout seconds */
export async function untilService(
  describe: () => Promise<Service | undefined>,
  done: (service: Service) => boolean,
  timeout: number,
): Promise<void> {
  for (const end = Date.now() + timeout * 1000; ; await setTimeout(interval)) {
    const service = await describe();
    if (service?.status !== "ACTIVE") {
      throw new Error(`the service is ${service?.status ?? "gone"}, where it should become ACTIVE`);
    }
    const failed = service.deployments?.find(
      ({ rolloutState, status }) => status === "PRIMARY" && rolloutState === "FAILED",
    );
    if (failed)
      throw new Error(withEvents(`the deployment failed: ${failed.rolloutStateReason}`, service));
    if (done(service)) return;
    if (Date.now() > end) {
      const { runningCount, desiredCount, serviceName } = service;
      const state = `the service ${serviceName} is not stable after ${timeout} s: ${runningCount} of ${desiredCount} tasks run`;
      throw new Error(withEvents(state, service));
    }
  }
}

function withEvents(message: string, { events = [] }: Service): string {
  const lines = events.slice(0, shownEvents).map((event) => `\n  ${event.message}`);
  return lines.length > 0 ? `${message}; its last events:${lines.join("")}` : message;
}
