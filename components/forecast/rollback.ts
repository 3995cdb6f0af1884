import { secondsToExitsAtStart } from "./alarms";
import { breakerThreshold, codeDeployTimeoutSeconds } from "./assumptions";
import type { Lives } from "./fleet";
import { exitingLives, unhealthyLives, unhealthySeconds } from "./lives";
import { boundsOf, failingPhases } from "./rolling";
import { failingWithoutBreaker } from "./shift";
import type { Situation } from "./situation";
import type { Phase, Rollback } from "./types";

export function rollbackOf(situation: Situation): { exits: Rollback; unhealthy: Rollback } {
  const starts =
    "a smaller image, and an application that exits sooner if it cannot start: each saves time in every attempt";
  return {
    exits:
      guardedExits(situation, starts) ??
      failing(situation, exitingLives(situation), [starts, ...batches(situation)]),
    unhealthy: situation.worker
      ? {
          seconds: null,
          by: "nothing: a worker has no health check",
          whatShortensIt: ["a command that exits if it cannot work"],
          phases: [],
        }
      : failing(situation, unhealthyLives(situation), [
          ...unhealthyAdvice(situation),
          ...batches(situation),
        ]),
  };
}

/** Without a circuit breaker, the guard of exits ends a release whose tasks exit at start. */
function guardedExits(situation: Situation, shorter: string): Rollback | undefined {
  const { strategy, guards } = situation;
  const seconds = secondsToExitsAtStart(situation);
  const breaker = strategy.type !== "code-deploy" && strategy.circuitBreaker.enable;
  if (breaker || seconds === undefined) {
    return undefined;
  }
  const phases = failingWithoutBreaker(situation, seconds);
  return {
    seconds: lengthOf(phases),
    by: `the guard of exits, after ${guards.exits?.count} failed tasks`,
    whatShortensIt: [shorter],
    phases,
  };
}

function failing(situation: Situation, lives: Lives, shorter: readonly string[]): Rollback {
  const { strategy, count } = situation;
  if (strategy.type === "code-deploy") {
    const phases = failingWithoutBreaker(situation, codeDeployTimeoutSeconds);
    return {
      seconds: lengthOf(phases),
      by: "CodeDeploy's time-out: new tasks have 60 minutes to become healthy",
      whatShortensIt: [
        "stop it by hand: aws deploy stop-deployment --deployment-id <id> --auto-rollback-enabled",
        "an alarm on the target groups' UnHealthyHostCount, named in alarms",
      ],
      phases,
    };
  }
  const breaker = strategy.circuitBreaker;
  if (!breaker.enable || !breaker.rollback) {
    return {
      seconds: null,
      by: breaker.enable
        ? "nothing: the circuit breaker ends the deployment without a rollback"
        : "nothing: ECS keeps starting new tasks",
      whatShortensIt: ["circuitBreaker: { enable: true, rollback: true }"],
      phases: [],
    };
  }
  const phases = failingPhases(situation, lives);
  return {
    seconds: lengthOf(phases),
    by: `the circuit breaker, after ${breakerThreshold(count)} failed tasks`,
    whatShortensIt: shorter,
    phases,
  };
}

/** How to shorten the rollback of a release whose tasks never pass the health check. */
function unhealthyAdvice(situation: Situation): string[] {
  const {
    healthCheck,
    healthCheckGracePeriodSeconds: gracePeriod,
    deregistrationDelay,
  } = situation;
  const checks = healthCheck.interval * healthCheck.unhealthyThreshold;
  const waits =
    gracePeriod > checks
      ? `a shorter healthCheckGracePeriodSeconds: with ${gracePeriod} s, ECS keeps an unhealthy task for ${unhealthySeconds(situation)} s, although the checks find it after ${checks} s. It must stay longer than the slowest start`
      : `a shorter healthCheck.interval or a lower unhealthyThreshold: together they take ${checks} s`;
  return [
    waits,
    `a shorter deregistrationDelay: each unhealthy task drains for ${deregistrationDelay} s`,
  ];
}

/** With more tasks at a time, the circuit breaker reaches its threshold in fewer rounds. */
function batches(situation: Situation): string[] {
  const { count, strategy } = situation;
  const { maximum } = boundsOf(situation);
  return strategy.type === "rolling" && maximum - count < Math.min(count, breakerThreshold(count))
    ? ["a higher maximumPercent: ECS then tries more tasks at a time"]
    : [];
}

export function lengthOf(phases: readonly Phase[]): number {
  const last = phases.at(-1);
  return last ? last.startSeconds + last.seconds : 0;
}
