import { checkRange, checkString, checkUnique, isDefined } from "../shared/checks";
import { withDefaults } from "../shared/defaults";
import type { Problem } from "../shared/errors";
import type { Resolved } from "../shared/resolved";
import type { Unchecked } from "../shared/unchecked";
import { autoscalingDefaults, defaultCpuUtilization, scheduledActionDefaults } from "./defaults";
import { schedule, timeZone } from "./schedule";

/** Application Auto Scaling of the number of tasks. Without any target or scheduled action, it holds CPU at 60 %. */
export interface AutoscalingArgs {
  /**
   * The smallest number of tasks, 0 to 5000.
   * @see https://docs.aws.amazon.com/autoscaling/application/APIReference/API_RegisterScalableTarget.html
   */
  readonly minCapacity: number;
  /**
   * The largest number of tasks, 1 to 5000. It limits what the service can cost.
   * @see https://docs.aws.amazon.com/autoscaling/application/APIReference/API_RegisterScalableTarget.html
   */
  readonly maxCapacity: number;
  /**
   * Target for the tasks' average CPU use, 1 to 100 percent.
   * @default 60 if there is no other target and no scheduled action, otherwise none
   * @see https://docs.aws.amazon.com/autoscaling/application/APIReference/API_TargetTrackingScalingPolicyConfiguration.html
   */
  readonly cpuUtilization?: number;
  /**
   * Target for the tasks' average memory use, 1 to 100 percent.
   * @default none
   * @see https://docs.aws.amazon.com/autoscaling/application/APIReference/API_TargetTrackingScalingPolicyConfiguration.html
   */
  readonly memoryUtilization?: number;
  /**
   * Target for the requests per minute that each task gets. Only with the rolling strategy.
   * @default none
   * @see https://docs.aws.amazon.com/autoscaling/application/APIReference/API_TargetTrackingScalingPolicyConfiguration.html
   */
  readonly requestCountPerTarget?: number;
  /**
   * Target for the messages of a worker's queue per task, 1 to 1000000. It counts waiting messages and those in progress. With
   * `minCapacity: 0`, no task runs while the queue is empty. Needs Container Insights, which count the tasks.
   * @default none
   * @see https://docs.aws.amazon.com/autoscaling/application/userguide/application-auto-scaling-target-tracking-metric-math.html
   */
  readonly messagesPerTask?: number;
  /**
   * Seconds after a scale-out during which no other scale-out starts, 0 to 86400.
   * @default 60
   * @see https://docs.aws.amazon.com/autoscaling/application/APIReference/API_TargetTrackingScalingPolicyConfiguration.html
   */
  readonly scaleOutCooldown?: number;
  /**
   * Seconds after a scale-in during which no other scale-in starts, 0 to 86400.
   * @default 300
   * @see https://docs.aws.amazon.com/autoscaling/application/APIReference/API_TargetTrackingScalingPolicyConfiguration.html
   */
  readonly scaleInCooldown?: number;
  /**
   * Changes minCapacity and maxCapacity at set times.
   * @default none
   * @see https://docs.aws.amazon.com/autoscaling/application/APIReference/API_PutScheduledAction.html
   */
  readonly scheduledActions?: readonly ScheduledActionArgs[];
}

/** A change of the bounds at set times. */
export interface ScheduledActionArgs {
  /** A name that is unique in the service. */
  readonly name: string;
  /**
   * `cron(0 8 ? * MON-FRI *)`, `rate(1 day)`, `at(2026-12-24T18:00:00)`.
   * @see https://docs.aws.amazon.com/autoscaling/application/userguide/scheduled-scaling-using-cron-expressions.html
   */
  readonly schedule: string;
  /**
   * The time zone of `cron` and `at`, for example `Europe/Berlin`.
   * @default "UTC"
   */
  readonly timezone?: string;
  /**
   * The new smallest number of tasks, 0 to 5000. At least one of the two bounds is required.
   * @default unchanged
   * @see https://docs.aws.amazon.com/autoscaling/application/APIReference/API_RegisterScalableTarget.html
   */
  readonly minCapacity?: number;
  /**
   * The new largest number of tasks, 1 to 5000.
   * @default unchanged
   * @see https://docs.aws.amazon.com/autoscaling/application/APIReference/API_RegisterScalableTarget.html
   */
  readonly maxCapacity?: number;
}

/** Autoscaling, with a value for every argument that is not off. */
export interface ResolvedAutoscaling
  extends Resolved<
    Omit<AutoscalingArgs, "scheduledActions">,
    "cpuUtilization" | "memoryUtilization" | "messagesPerTask" | "requestCountPerTarget"
  > {
  /** The changes of the bounds at set times. */
  readonly scheduledActions: readonly Resolved<
    ScheduledActionArgs,
    "minCapacity" | "maxCapacity"
  >[];
}

export function resolveAutoscaling(args: AutoscalingArgs): ResolvedAutoscaling {
  const { cpuUtilization, memoryUtilization, messagesPerTask, requestCountPerTarget } = args;
  const { minCapacity, maxCapacity, scheduledActions = [] } = args;
  const scales =
    scheduledActions.length > 0 ||
    [memoryUtilization, messagesPerTask, requestCountPerTarget].some(isDefined);
  return {
    ...{ minCapacity, maxCapacity, memoryUtilization, messagesPerTask, requestCountPerTarget },
    cpuUtilization: cpuUtilization ?? (scales ? undefined : defaultCpuUtilization),
    ...withDefaults(args, autoscalingDefaults),
    scheduledActions: scheduledActions.map((action) => ({
      ...action,
      ...withDefaults(action, scheduledActionDefaults),
    })),
  };
}

/** The smallest and the largest number of tasks that a service can have. */
export function taskCounts(
  desiredCount: number,
  autoscaling: ResolvedAutoscaling | undefined,
): [number, number] {
  const scheduled = autoscaling?.scheduledActions ?? [];
  const possible = [
    desiredCount,
    autoscaling?.maxCapacity,
    ...scheduled.flatMap(({ minCapacity, maxCapacity }) => [minCapacity, maxCapacity]),
  ].filter((count): count is number => count !== undefined);
  return [Math.min(...possible), Math.max(...possible)];
}

/** https://docs.aws.amazon.com/autoscaling/application/APIReference/API_RegisterScalableTarget.html */
export function checkAutoscaling(args: Unchecked<AutoscalingArgs>, path: string): Problem[] {
  const actions = args.scheduledActions ?? [];
  return [
    ...checkRange(`${path}.minCapacity`, args.minCapacity, [0, 5000], "tasks"),
    ...checkRange(`${path}.maxCapacity`, args.maxCapacity, [1, 5000], "tasks"),
    ...checkOrder(args, path),
    ...checkRange(`${path}.cpuUtilization`, args.cpuUtilization, [1, 100], "percent"),
    ...checkRange(`${path}.memoryUtilization`, args.memoryUtilization, [1, 100], "percent"),
    ...checkRange(
      `${path}.requestCountPerTarget`,
      args.requestCountPerTarget,
      [1, 1e9],
      "requests a minute",
    ),
    ...checkRange(`${path}.messagesPerTask`, args.messagesPerTask, [1, 1_000_000], "messages"),
    ...checkRange(`${path}.scaleOutCooldown`, args.scaleOutCooldown, [0, 86400], "seconds"),
    ...checkRange(`${path}.scaleInCooldown`, args.scaleInCooldown, [0, 86400], "seconds"),
    ...actions.flatMap((action = {}, i) => checkAction(action, `${path}.scheduledActions[${i}]`)),
    ...checkUnique(
      actions.map((action) => action?.name),
      (i) => `${path}.scheduledActions[${i}].name`,
      {
        allowed: (first) =>
          `a name that no other scheduled action of the service has: ${first} is the same`,
        fix: "rename one of them",
      },
    ),
  ];
}

function checkAction(action: Unchecked<ScheduledActionArgs>, path: string): Problem[] {
  const problems = [
    ...checkString(`${path}.schedule`, action.schedule, schedule),
    ...checkString(`${path}.timezone`, action.timezone, timeZone),
    ...checkRange(`${path}.minCapacity`, action.minCapacity, [0, 5000], "tasks"),
    ...checkRange(`${path}.maxCapacity`, action.maxCapacity, [1, 5000], "tasks"),
    ...checkOrder(action, path),
  ];
  if (action.minCapacity === undefined && action.maxCapacity === undefined) {
    problems.push({
      path,
      value: action,
      allowed: "a minCapacity, a maxCapacity or both",
      fix: "add at least one of them",
    });
  }
  return problems;
}

function checkOrder(
  { minCapacity, maxCapacity }: Unchecked<Pick<AutoscalingArgs, "minCapacity" | "maxCapacity">>,
  path: string,
): Problem[] {
  if (minCapacity === undefined || maxCapacity === undefined || minCapacity <= maxCapacity) {
    return [];
  }
  return [
    {
      path: `${path}.minCapacity`,
      value: minCapacity,
      allowed: `at most maxCapacity, which is ${maxCapacity}`,
      fix: `lower minCapacity or raise maxCapacity to ${minCapacity}`,
      reads: [`${path}.maxCapacity`],
    },
  ];
}
