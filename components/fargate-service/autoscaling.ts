import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { ResolvedAutoscaling } from "../service/resolve";

export interface AutoscalingTargetArgs extends ResolvedAutoscaling {
  readonly clusterName: pulumi.Input<string>;
  readonly serviceName: pulumi.Input<string>;
  readonly loadBalancerArnSuffix: pulumi.Input<string>;
  readonly targetGroupArnSuffix: pulumi.Input<string>;
}

const ecs = { scalableDimension: "ecs:service:DesiredCount", serviceNamespace: "ecs" };

/** The configured targets, by Application Auto Scaling's metric name. */
export function scalingTargets(args: ResolvedAutoscaling): Map<string, number> {
  const targets = [
    ["ECSServiceAverageCPUUtilization", args.cpuUtilization],
    ["ECSServiceAverageMemoryUtilization", args.memoryUtilization],
    ["ALBRequestCountPerTarget", args.requestCountPerTarget],
  ] as const;
  return new Map(
    targets.flatMap(([metric, value]) => (value === undefined ? [] : [[metric, value]])),
  );
}

/** Scales the number of tasks of a service. Pulumi then ignores the service's desired count. */
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
    for (const action of args.scheduledActions) {
      new aws.appautoscaling.ScheduledAction(
        `${name}-${action.name}`,
        {
          ...ecs,
          resourceId: target.resourceId,
          schedule: action.schedule,
          timezone: action.timezone,
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
          scaleOutCooldown: args.scaleOutCooldown,
          scaleInCooldown: args.scaleInCooldown,
        },
      },
      { parent: this },
    );
  }
}
