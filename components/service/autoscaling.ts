import { checkRange, repeated } from "../shared/checks";
import type { Problem } from "../shared/errors";

/** Application Auto Scaling of the number of tasks. Without any target, CPU at 60 %. */
export interface AutoscalingArgs {
  /** Never fewer tasks, 0 to 5000. */
  readonly minCapacity: number;
  /** Never more tasks, at most 5000. */
  readonly maxCapacity: number;
  /** Average CPU use of the tasks to hold, in percent. */
  readonly cpuUtilization?: number;
  /** Average memory use of the tasks to hold, in percent. */
  readonly memoryUtilization?: number;
  /** Requests a minute that each task should get. */
  readonly requestCountPerTarget?: number;
  /**
   * Seconds after a scale-out in which no other follows.
   * @default 60
   */
  readonly scaleOutCooldown?: number;
  /**
   * Seconds after a scale-in in which no other follows.
   * @default 300
   */
  readonly scaleInCooldown?: number;
  readonly scheduledActions?: readonly ScheduledActionArgs[];
}

export interface ScheduledActionArgs {
  /** Tells this action from the others. */
  readonly name: string;
  /** `cron(0 8 ? * MON-FRI *)`, `rate(1 day)`, `at(2026-12-24T18:00:00)`. */
  readonly schedule: string;
  /**
   * The time zone of `cron` and `at`, as in `Europe/Berlin`.
   * @default "UTC"
   */
  readonly timezone?: string;
  readonly minCapacity?: number;
  readonly maxCapacity?: number;
}

/** https://docs.aws.amazon.com/autoscaling/application/APIReference/API_RegisterScalableTarget.html */
export function checkAutoscaling(args: AutoscalingArgs, path: string): Problem[] {
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
    ...checkRange(`${path}.scaleOutCooldown`, args.scaleOutCooldown, [0, 86400], "seconds"),
    ...checkRange(`${path}.scaleInCooldown`, args.scaleInCooldown, [0, 86400], "seconds"),
    ...actions.flatMap((action, i) => checkAction(action, `${path}.scheduledActions[${i}]`)),
    ...[...repeated(actions, ({ name }) => name)].map(([name, [, second]]) => ({
      path: `${path}.scheduledActions[${second}].name`,
      value: name,
      allowed: "a name that no other scheduled action of the service has",
      fix: "rename one of them",
    })),
  ];
}

function checkAction(action: ScheduledActionArgs, path: string): Problem[] {
  const problems = [
    ...checkRange(`${path}.minCapacity`, action.minCapacity, [0, 5000], "tasks"),
    ...checkRange(`${path}.maxCapacity`, action.maxCapacity, [1, 5000], "tasks"),
    ...checkOrder(action, path),
  ];
  if (!/^(?:cron|rate|at)\(.+\)$/.test(action.schedule)) {
    problems.push({
      path: `${path}.schedule`,
      value: action.schedule,
      allowed: "cron(…) with six fields, rate(…) or at(…)",
      fix: "for example cron(0 8 ? * MON-FRI *)",
    });
  }
  if (action.minCapacity === undefined && action.maxCapacity === undefined) {
    problems.push({
      path,
      value: action,
      allowed: "a minCapacity, a maxCapacity or both",
      fix: "say which bound the action sets",
    });
  }
  return problems;
}

function checkOrder(
  { minCapacity, maxCapacity }: { readonly minCapacity?: number; readonly maxCapacity?: number },
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
    },
  ];
}
