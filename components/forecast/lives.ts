import type { Lives, Stage } from "./fleet";
import type { Situation } from "./situation";

/** Until the image is there and the container begins; ECS starts the tasks of one service no faster than its quota. */
function begin({ assumed }: Situation, count: number): Stage {
  const queue = Math.floor(((count - 1) * 60) / assumed.launchesPerMinute);
  const { schedulerSeconds, provisionSeconds, imagePullSeconds } = assumed;
  return ["provisioning", schedulerSeconds + queue + provisionSeconds + imagePullSeconds];
}

function end({ assumed, deregistrationDelay }: Situation): Stage[] {
  return [
    // ECS waits the whole delay, though no request is left:
    // https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-target-groups.html#deregistration-delay
    ["draining", deregistrationDelay],
    ["stopping", assumed.stopSeconds],
  ];
}

/** Tasks as they should be. */
export function goodLives(situation: Situation): Lives {
  const { assumed, healthCheck } = situation;
  return {
    start: (count) => [
      begin(situation, count),
      ["starting", assumed.startupSeconds],
      // A new target is healthy after its first good check, whatever the healthy threshold
      // (https://docs.aws.amazon.com/elasticloadbalancing/latest/application/target-group-health-checks.html). The next
      // check comes within an interval: all of it is taken.
      ["checking", healthCheck.interval + assumed.schedulerSeconds],
      ["healthy", Number.POSITIVE_INFINITY],
    ],
    stop: end(situation),
  };
}

/** Tasks that exit at start. They have run, so ECS does not space its attempts out as it does for those that never ran. */
export function exitingLives(situation: Situation): Lives {
  const { exitSeconds, stopSeconds } = situation.assumed;
  return {
    start: (count) => [
      begin(situation, count),
      ["starting", exitSeconds],
      ["stopping", stopSeconds],
    ],
    stop: end(situation),
  };
}

/** Tasks that run, and never pass the health check: ECS ends them when that is sure and the grace period is over. */
export function unhealthyLives(situation: Situation): Lives {
  const { assumed } = situation;
  return {
    start: (count) => [
      begin(situation, count),
      ["checking", unhealthySeconds(situation) + assumed.schedulerSeconds],
      ...end(situation),
    ],
    stop: end(situation),
  };
}

/** From a task's start until ECS holds it for unhealthy. */
export function unhealthySeconds({
  healthCheck,
  healthCheckGracePeriodSeconds,
}: Situation): number {
  return Math.max(
    healthCheckGracePeriodSeconds,
    healthCheck.interval * healthCheck.unhealthyThreshold,
  );
}
