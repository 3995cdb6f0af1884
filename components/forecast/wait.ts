import type { Forecast } from "./types";

/** GitHub ends a job after this time: https://docs.github.com/en/actions/reference/limits */
export const longestJobMinutes = 360;

/** The minutes for the build and the job's other steps. */
const buildMinutes = 25;

/** Shorter waits fail healthy deployments when AWS is slow. */
const minimumMinutes = 20;

/** Start, checks and drain may take this many times longer than expected. */
const slack = 2;

/**
 * Additional minutes for each part of a deployment: ECS and CodeDeploy need time to notice that a part is over, and waiters
 * poll only every 15 seconds.
 */
const marginMinutes = 2;

/** The workflow file contains minutes in steps of 5, so a change of seconds in the forecast does not change the file. */
const stepMinutes = 5;

/**
 * How many minutes the workflow waits for a deployment. The sum of the configured times (bakes, termination wait, longest
 * approval), twice the expected time for the tasks, twice the time for a rollback (early or late, so that the workflow sees
 * its result), and a margin for each part. At least 20 minutes, rounded up to 5, and at most the limit of a GitHub job, less the time
 * limit of the migration.
 */
export function waitMinutes(forecast: Forecast): number {
  const own = ownMinutes(forecast);
  const needed = own + roundedUp(longestMinutes(forecast) - own);
  return Math.min(needed, minutesForWait(forecast));
}

/** The minutes of a GitHub job that the build and the migration leave. */
function minutesForWait({ configured }: Forecast): number {
  return longestJobMinutes - buildMinutes - roundedUp(configured.migrationMinutes);
}

/** The deploy action's `wait-for-minutes`. */
export function actionWaitMinutes(forecast: Forecast): number {
  return Math.max(1, waitMinutes(forecast) - ownMinutes(forecast));
}

/** The job's `timeout-minutes`: the migration, the wait and the build. */
export function jobTimeoutMinutes(forecast: Forecast): number {
  const { migrationMinutes } = forecast.configured;
  return roundedUp(migrationMinutes) + roundedUp(waitMinutes(forecast)) + buildMinutes;
}

/** Minutes that the deploy action itself adds to `wait-for-minutes`: under CodeDeploy, the approval and the termination wait. */
function ownMinutes({ strategy, configured }: Forecast): number {
  return strategy === "code-deploy"
    ? configured.approvalMinutes + configured.terminationMinutes
    : 0;
}

function roundedUp(minutes: number): number {
  return Math.ceil(minutes / stepMinutes) * stepMinutes;
}

/** A warning if a deployment can take longer than a GitHub job; otherwise undefined. */
export function jobLimitWarning(forecast: Forecast): string | undefined {
  const needed = longestMinutes(forecast);
  if (needed <= minutesForWait(forecast)) {
    return undefined;
  }
  const { bakeMinutes, terminationMinutes, approvalMinutes, migrationMinutes } =
    forecast.configured;
  const asked = [
    ["migration before it", migrationMinutes],
    ["bake", bakeMinutes],
    ["termination wait", terminationMinutes],
    ["approval", approvalMinutes],
  ] as const;
  const reasons = asked.filter(([, minutes]) => minutes > 0);
  return `a deployment may take ${needed} minutes (${reasons.map(([name, minutes]) => `${name} ${minutes}`).join(", ")}), but a GitHub job ends after ${longestJobMinutes}. The workflow then fails although the deployment continues, and the release pointer does not move, so the next \`pulumi up\` returns to the previous release. Shorten the waits, or run the workflow again with the same tag when the deployment is over`;
}

/** Like {@link waitMinutes}, but not rounded, and without the limit of a GitHub job: `pulumi up` may wait longer. */
export function longestMinutes(forecast: Forecast): number {
  const { bakeMinutes, terminationMinutes, approvalMinutes } = forecast.configured;
  const approved = forecast.largestParts.find(({ part }) => part === "approval")?.seconds ?? 0;
  const fixed = (bakeMinutes + terminationMinutes) * 60;
  const tasks = slack * (forecast.expectedSeconds - fixed - approved);
  const late = fixed + approvalMinutes * 60 + tasks + slack * forecast.exposure.rollbackSeconds;
  const { exits, unhealthy } = forecast.rollback;
  const early = Math.max(exits.seconds ?? 0, unhealthy.seconds ?? 0);
  // CodeDeploy's time-out is exact, so it needs no slack.
  const earlyRollback = forecast.strategy === "code-deploy" ? early : slack * early;
  const margin = marginMinutes * forecast.largestParts.length;
  return Math.max(minimumMinutes, Math.ceil(Math.max(late, earlyRollback) / 60) + margin);
}
