import type { Forecast } from "./types";

/** GitHub ends a job then: https://docs.github.com/en/actions/reference/limits */
export const longestJobMinutes = 360;

/** What a job has for the build and its other steps. */
const buildMinutes = 25;

/** Below it a slow morning of AWS's would fail deployments that are well. */
const leastMinutes = 20;

/** Start, checks and drain may take so much longer than expected before something is wrong. */
const slack = 2;

/**
 * Minutes more for each part of a deployment: ECS and CodeDeploy go from one part to the next when they notice that it is
 * over, and their waiters look only every 15 seconds.
 */
const marginMinutes = 2;

/** The workflow file holds minutes in steps: an edit that changes the forecast by seconds does not write the file again. */
const stepMinutes = 5;

/**
 * How many minutes the workflow waits for a deployment: all that the configuration itself asks for (bakes, termination
 * wait, the longest approval), twice what the tasks are expected to take and the way back of a release that goes wrong,
 * early or late (its outcome is to be seen, and not only its beginning), and a margin for each part. At least 20, and
 * rounded up to 5 minutes; at most what a job of GitHub's can last.
 */
export function waitMinutes(forecast: Forecast): number {
  const own = ownMinutes(forecast);
  const needed = own + roundedUp(longestMinutes(forecast) - own);
  return Math.min(needed, longestJobMinutes - buildMinutes);
}

/** The same as the deploy action's `wait-for-minutes`. */
export function actionWaitMinutes(forecast: Forecast): number {
  return Math.max(1, waitMinutes(forecast) - ownMinutes(forecast));
}

/** The job's own limit: the wait, and the time to build. */
export function jobTimeoutMinutes(forecast: Forecast): number {
  return roundedUp(waitMinutes(forecast)) + buildMinutes;
}

/** What the deploy action adds to its `wait-for-minutes` itself: under CodeDeploy, the approval and the termination wait. */
function ownMinutes({ strategy, configured }: Forecast): number {
  return strategy === "code-deploy"
    ? configured.approvalMinutes + configured.terminationMinutes
    : 0;
}

function roundedUp(minutes: number): number {
  return Math.ceil(minutes / stepMinutes) * stepMinutes;
}

/** A sentence for a deployment that a job cannot wait for to its end; undefined where it can. */
export function outlasts(forecast: Forecast): string | undefined {
  const needed = longestMinutes(forecast);
  if (needed <= longestJobMinutes - buildMinutes) {
    return undefined;
  }
  const { bakeMinutes, terminationMinutes, approvalMinutes } = forecast.configured;
  const asked = [
    ["bake", bakeMinutes],
    ["termination wait", terminationMinutes],
    ["approval", approvalMinutes],
  ] as const;
  const reasons = asked.filter(([, minutes]) => minutes > 0);
  return `a deployment may take ${needed} minutes (${reasons.map(([name, minutes]) => `${name} ${minutes}`).join(", ")}), and a job of GitHub's ends after ${longestJobMinutes}: the workflow then fails though the deployment goes on, and the release pointer stays, so that the next \`pulumi up\` returns to the release before. Shorten the waits, or run the workflow again with the same tag when it is over`;
}

/** As {@link waitMinutes}, but exact, and without a job's limit: `pulumi up` by hand may wait longer. */
export function longestMinutes(forecast: Forecast): number {
  const { bakeMinutes, terminationMinutes, approvalMinutes } = forecast.configured;
  const approved = forecast.largestParts.find(({ part }) => part === "approval")?.seconds ?? 0;
  const fixed = (bakeMinutes + terminationMinutes) * 60;
  const tasks = slack * (forecast.expectedSeconds - fixed - approved);
  const late = fixed + approvalMinutes * 60 + tasks + slack * forecast.exposure.rollbackSeconds;
  const { exits, unhealthy } = forecast.rollback;
  const early = Math.max(exits.seconds ?? 0, unhealthy.seconds ?? 0);
  // CodeDeploy's own time-out is exact.
  const given = forecast.strategy === "code-deploy" ? early : slack * early;
  const margin = marginMinutes * forecast.largestParts.length;
  return Math.max(leastMinutes, Math.ceil(Math.max(late, given) / 60) + margin);
}
