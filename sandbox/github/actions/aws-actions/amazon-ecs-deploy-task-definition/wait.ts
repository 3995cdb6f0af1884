/**
 * The action waits with the waiters of the AWS SDK. These poll again after 15 s, then after a random time that grows
 * towards a maximum, and fail when the next poll would be after their time limit. The action sets a maximum only
 * if `wait-max-delay-seconds` is set; the SDK's own is 600 s for services and 120 s for CodeDeploy's deployments.
 * Sources: index.js of the action at v2.6.3 (`waiterConfig`), runPolling in @smithy/util-waiter.
 */
import type { Inputs } from "../../action";

export const MAX_WAIT_MINUTES = 360;

const FIRST_DELAY = 15;

/** The sandbox's deployments take seconds, AWS's take minutes: this number of AWS's seconds is one second here. */
const SCALE = 15;

/** The result is in the sandbox's seconds, `longestDelay` in AWS's. */
export function waiterOptions(inputs: Pick<Inputs, "get">, minutes: number, longestDelay: number) {
  const maxDelay = Number.parseInt(inputs.get("wait-max-delay-seconds"), 10) || longestDelay;
  return {
    minDelay: FIRST_DELAY / SCALE,
    maxDelay: maxDelay / SCALE,
    maxWaitTime: (minutes * 60) / SCALE,
  };
}
