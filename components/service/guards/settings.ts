import { withDefaults } from "../../shared/defaults";
import { guardDefaults } from "../defaults";

/**
 * The guards of a service: alarms on what the load balancer sees of its tasks, and on tasks that exit. ECS and CodeDeploy watch
 * them during a deployment. `deployment/guard-alarms.ts` and `deployment/exits-guard.ts` create them in CloudWatch.
 */

/** The guards of a service. Each is on, with its defaults, unless it is `false`. */
export interface GuardsArgs {
  /**
   * The share of the tasks' answers that are server errors (5xx).
   * @default see each field
   * @see https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-cloudwatch-metrics.html
   */
  readonly errors?: false | ErrorsGuard;
  /**
   * The time that the tasks need for an answer.
   * @default see each field
   * @see https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-cloudwatch-metrics.html
   */
  readonly latency?: false | LatencyGuard;
  /**
   * Tasks that fail the load balancer's health check.
   * @default see each field
   * @see https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-cloudwatch-metrics.html
   */
  readonly unhealthyHosts?: false | UnhealthyHostsGuard;
  /**
   * Tasks whose essential container exits, also after they were healthy. A worker has this guard, too.
   * @default see each field
   * @see https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_Task.html
   */
  readonly exits?: false | ExitsGuard;
}

/** Fires when the tasks of one target group answer with too many server errors in two of four minutes. */
export interface ErrorsGuard {
  /**
   * The highest share of server errors among the answers of one minute, more than 0 and less than 100 percent.
   * @default 1, as in ECS Express Mode
   * @see https://docs.aws.amazon.com/AmazonECS/latest/developerguide/express-service-update-full.html
   */
  readonly percent?: number;
  /**
   * Minutes with fewer errors than this never count, 1 to 1000000: one error among three requests at night is no alarm.
   * @default 3
   */
  readonly minimumErrors?: number;
}

/** Fires when the tasks of one target group are slow in three of four minutes. Minutes with fewer than ten requests never count. */
export interface LatencyGuard {
  /**
   * The highest 90th percentile of the response time in one minute, 1 to 4000000 milliseconds. Twice the usual value of
   * your service is a good choice.
   * @default 5000: far above a healthy service, because only you know the usual value
   */
  readonly milliseconds?: number;
}

/** Fires when tasks are unhealthy for longer than a slow start: two minutes more than the health check's grace period. */
export interface UnhealthyHostsGuard {
  /**
   * How many tasks of one target group must be unhealthy at the same time, 1 to 1000.
   * @default 1
   */
  readonly count?: number;
}

/** Fires when tasks exit again and again: at least `count` of them within four minutes. Tasks that ECS stops do not count. */
export interface ExitsGuard {
  /**
   * How many tasks must exit within four minutes, 1 to 1000.
   * @default one more than the service has tasks (desiredCount or minCapacity), at least 2 and at most 10: then at least one task has exited twice
   */
  readonly count?: number;
}

/** How CloudWatch evaluates an alarm: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarm-evaluation.html */
export interface Evaluation {
  /** In how many of the last `evaluationPeriods` minutes the datapoint must be above the threshold. */
  readonly datapointsToAlarm: number;
  /** How many minutes CloudWatch looks back, a datapoint each. */
  readonly evaluationPeriods: number;
}

/** The guards that are on, with a value for every argument. */
export interface ResolvedGuards {
  /** The share of server errors. */
  readonly errors?: Required<ErrorsGuard> & Evaluation;
  /** The response time. */
  readonly latency?: Required<LatencyGuard> & Evaluation;
  /** Tasks that fail the health check. */
  readonly unhealthyHosts?: Required<UnhealthyHostsGuard> & Evaluation;
  /** Messages that a worker cannot process. */
  readonly deadLetters?: Evaluation;
  /** Tasks that exit. */
  readonly exits?: Required<ExitsGuard> & Evaluation;
}

/** The load balancer's metrics have a datapoint a minute. */
export const periodInSeconds = 60;

/**
 * Seconds from the end of a period until its datapoint has reached the alarm, and ECS or CodeDeploy has seen the alarm. An
 * estimate: AWS gives no number. One minute for the datapoint, half a minute for ECS.
 */
export const alarmDelaySeconds = 90;

/**
 * Two datapoints, so that a single bad minute is no alarm. ECS Express Mode looks at three minutes; the fourth is for
 * datapoints that arrive late.
 */
export const errorsEvaluation: Evaluation = { datapointsToAlarm: 2, evaluationPeriods: 4 };

/** One more than for errors: the first requests of a new task are slow even if nothing is wrong. */
const latencyEvaluation: Evaluation = { datapointsToAlarm: 3, evaluationPeriods: 4 };

/**
 * The sum of four minutes, because the other guards also look back four minutes. Tasks that exit again and again do so in at least two of
 * them.
 */
const exitsEvaluation: Evaluation = { datapointsToAlarm: 2, evaluationPeriods: 4 };

const [fewestExits, mostExits] = [2, 10];

/** One more than there are tasks: if all exit once, because a dependency is gone for a moment, it is no alarm. */
function defaultExits(desiredCount: number): number {
  return Math.min(mostExits, Math.max(fewestExits, desiredCount + 1));
}

/** The part of the guards that a worker has as well. */
export function resolveExits(
  guards: false | GuardsArgs = {},
  desiredCount: number,
): Pick<ResolvedGuards, "exits"> {
  const { exits = {} } = guards || { exits: false };
  return exits
    ? { exits: { count: exits.count ?? defaultExits(desiredCount), ...exitsEvaluation } }
    : {};
}

/** An hour. A larger value makes each rolling deployment longer. */
const longestEvaluation = 60;

/** A task that starts slowly is unhealthy until its grace period is over. In a healthy deployment, no task is unhealthy for longer. */
function unhealthyEvaluation(healthCheckGracePeriodSeconds: number): Evaluation {
  const minutes = Math.ceil(healthCheckGracePeriodSeconds / periodInSeconds) + 2;
  const datapoints = Math.min(longestEvaluation, Math.max(3, minutes));
  return { datapointsToAlarm: datapoints, evaluationPeriods: datapoints };
}

export function resolveGuards(
  args: false | GuardsArgs = {},
  healthCheckGracePeriodSeconds: number,
): ResolvedGuards {
  if (args === false) {
    return {};
  }
  const { errors = {}, latency = {}, unhealthyHosts = {} } = args;
  return {
    ...(errors && {
      errors: { ...withDefaults(errors, guardDefaults.errors), ...errorsEvaluation },
    }),
    ...(latency && {
      latency: { ...withDefaults(latency, guardDefaults.latency), ...latencyEvaluation },
    }),
    ...(unhealthyHosts && {
      unhealthyHosts: {
        ...withDefaults(unhealthyHosts, guardDefaults.unhealthyHosts),
        ...unhealthyEvaluation(healthCheckGracePeriodSeconds),
      },
    }),
  };
}

/** Seconds from the first bad request until ECS or CodeDeploy ends the deployment. */
export function secondsToAlarm({ datapointsToAlarm }: Evaluation, delay: number): number {
  return datapointsToAlarm * periodInSeconds + delay;
}

/**
 * Seconds that ECS watches the guards after a rolling deployment, before it completes. ECS derives them from how long the
 * alarms are evaluated; the longest counts.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-alarm-failure.html
 * https://github.com/aws/copilot-cli/pull/4294
 */
export function bakeSeconds(guards: ResolvedGuards): number {
  const periods = evaluationsOf(guards).map(({ evaluationPeriods }) => evaluationPeriods);
  return Math.max(0, ...periods) * periodInSeconds;
}

/** The shortest bake time in which a guard can fire, in minutes; 0 without guards. */
export function leastBakeMinutes(guards: ResolvedGuards): number {
  const seconds = evaluationsOf(guards).map((one) => secondsToAlarm(one, alarmDelaySeconds));
  return seconds.length > 0 ? Math.ceil(Math.min(...seconds) / 60) : 0;
}

export function evaluationsOf({
  errors,
  latency,
  unhealthyHosts,
  deadLetters,
  exits,
}: ResolvedGuards): Evaluation[] {
  return [errors, latency, unhealthyHosts, deadLetters, exits].filter(
    (guard) => guard !== undefined,
  );
}
