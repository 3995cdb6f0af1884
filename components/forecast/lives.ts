import type { Lives, Stage } from "./fleet";
import type { Situation } from "./situation";

/** The state until the image is pulled and the container starts. ECS's quota limits how fast the tasks of a service start. */
function provision({ assumed }: Situation, count: number): Stage {
  const queue = Math.floor(((count - 1) * 60) / assumed.launchesPerMinute);
  const { schedulerSeconds, provisionSeconds, imagePullSeconds } = assumed;
  return ["provisioning", schedulerSeconds + queue + provisionSeconds + imagePullSeconds];
}

function drainAndStop({ assumed, deregistrationDelay }: Situation): Stage[] {
  return [
    // ECS waits the full delay, even if no request is left:
    // https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-target-groups.html#deregistration-delay
    ["draining", deregistrationDelay],
    ["stopping", assumed.stopSeconds],
  ];
}

/** The states of tasks that work. */
export function goodLives(situation: Situation): Lives {
  const { assumed, healthCheck } = situation;
  return {
    start: (count) => [
      provision(situation, count),
      ["starting", assumed.startupSeconds],
      // A new target is healthy after its first successful check, whatever the healthy threshold
      // (https://docs.aws.amazon.com/elasticloadbalancing/latest/application/target-group-health-checks.html). That check
      // comes within one interval; the forecast takes the full interval.
      ["checking", healthCheck.interval + assumed.schedulerSeconds],
      ["healthy", Number.POSITIVE_INFINITY],
    ],
    stop: drainAndStop(situation),
  };
}

/** The states of tasks that exit at start. They did run, so ECS does not wait longer and longer between its attempts. */
export function exitingLives(situation: Situation): Lives {
  const { exitSeconds, stopSeconds } = situation.assumed;
  return {
    start: (count) => [
      provision(situation, count),
      ["starting", exitSeconds],
      ["stopping", stopSeconds],
    ],
    stop: drainAndStop(situation),
  };
}

/** The states of tasks that never pass the health check. ECS stops them after the grace period and enough failed checks. */
export function unhealthyLives(situation: Situation): Lives {
  const { assumed } = situation;
  return {
    start: (count) => [
      provision(situation, count),
      ["checking", unhealthySeconds(situation) + assumed.schedulerSeconds],
      ...drainAndStop(situation),
    ],
    stop: drainAndStop(situation),
  };
}

/** Seconds from a task's start until ECS considers it unhealthy. */
export function unhealthySeconds({
  healthCheck,
  healthCheckGracePeriodSeconds,
}: Situation): number {
  return Math.max(
    healthCheckGracePeriodSeconds,
    healthCheck.interval * healthCheck.unhealthyThreshold,
  );
}
