/**
 * How the action waits: with the waiters of the AWS SDK, which look again after 15 s, then after a random time that grows
 * towards the longest one, and give up when the next look lies beyond their time. The action sets a longest time only
 * where `wait-max-delay-seconds` does; the SDK's own is 600 s for services and 120 s for CodeDeploy's deployments.
 * index.js of the action at v2.6.3 (`waiterConfig`), runPolling in @smithy/util-waiter.
 */
import type { Inputs } from "../../stand-in";

export const MAX_WAIT_MINUTES = 360;

const FIRST_DELAY = 15;

/** The sandbox's deployments take seconds where AWS's take minutes: so many seconds are one. */
const SCALE = 15;

/** In the sandbox's seconds; `longestDelay` in AWS's. */
export function waiterOptions(inputs: Pick<Inputs, "get">, minutes: number, longestDelay: number) {
  const maxDelay = Number.parseInt(inputs.get("wait-max-delay-seconds"), 10) || longestDelay;
  return {
    minDelay: FIRST_DELAY / SCALE,
    maxDelay: maxDelay / SCALE,
    maxWaitTime: (minutes * 60) / SCALE,
  };
}
