import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
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

export interface AutoscalingTargetArgs extends AutoscalingArgs {
  readonly clusterName: pulumi.Input<string>;
  readonly serviceName: pulumi.Input<string>;
  readonly loadBalancerArnSuffix: pulumi.Input<string>;
  readonly targetGroupArnSuffix: pulumi.Input<string>;
}

const ecs = { scalableDimension: "ecs:service:DesiredCount", serviceNamespace: "ecs" };

/** Each target that the arguments ask for, by Application Auto Scaling's name of its metric. */
export function scalingTargets(args: AutoscalingArgs): Map<string, number> {
  const wanted = new Map<string, number | undefined>([
    ["ECSServiceAverageCPUUtilization", args.cpuUtilization],
    ["ECSServiceAverageMemoryUtilization", args.memoryUtilization],
    ["ALBRequestCountPerTarget", args.requestCountPerTarget],
  ]);
  const given = [...wanted].filter((entry): entry is [string, number] => entry[1] !== undefined);
  const scheduled = (args.scheduledActions?.length ?? 0) > 0;
  return new Map(given.length > 0 || scheduled ? given : [["ECSServiceAverageCPUUtilization", 60]]);
}

/** Scales the number of tasks of a service. From then on the desired count is no longer Pulumi's. */
export class Autoscaling extends pulumi.ComponentResource {
  constructor(name: string, args: AutoscalingTargetArgs, opts?: pulumi.ComponentResourceOptions) {
    super("slipway:fargate-service:Autoscaling", name, {}, opts);

    const target = new aws.appautoscaling.Target(
      name,
      {
        ...ecs,
        resourceId: pulumi.interpolate`service/${args.clusterName}/${args.serviceName}`,
        minCapacity: args.minCapacity,
        maxCapacity: args.maxCapacity,
      },
      { parent: this },
    );
    for (const [metric, value] of scalingTargets(args)) {
      this.createPolicy(name, target, metric, value, args);
    }
    for (const action of args.scheduledActions ?? []) {
      new aws.appautoscaling.ScheduledAction(
        `${name}-${action.name}`,
        {
          ...ecs,
          resourceId: target.resourceId,
          schedule: action.schedule,
          timezone: action.timezone ?? "UTC",
          scalableTargetAction: {
            minCapacity: action.minCapacity,
            maxCapacity: action.maxCapacity,
          },
        },
        { parent: this },
      );
    }
    this.registerOutputs();
  }

  private createPolicy(
    name: string,
    target: aws.appautoscaling.Target,
    metric: string,
    value: number,
    args: AutoscalingTargetArgs,
  ): void {
    const label = pulumi.interpolate`${args.loadBalancerArnSuffix}/${args.targetGroupArnSuffix}`;
    new aws.appautoscaling.Policy(
      `${name}-${metric}`,
      {
        ...ecs,
        resourceId: target.resourceId,
        policyType: "TargetTrackingScaling",
        targetTrackingScalingPolicyConfiguration: {
          predefinedMetricSpecification: {
            predefinedMetricType: metric,
            ...(metric === "ALBRequestCountPerTarget" && { resourceLabel: label }),
          },
          targetValue: value,
          scaleOutCooldown: args.scaleOutCooldown ?? 60,
          scaleInCooldown: args.scaleInCooldown ?? 300,
        },
      },
      { parent: this },
    );
  }
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
