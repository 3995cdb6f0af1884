import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { ResolvedAutoscaling } from "../service/resolve";

export interface AutoscalingTargetArgs extends ResolvedAutoscaling {
  readonly clusterName: pulumi.Input<string>;
  readonly serviceName: pulumi.Input<string>;
  /** `app/<name>/<id>/targetgroup/<name>/<id>`: whose requests are counted. @default nobody's: a worker */
  readonly resourceLabel?: pulumi.Input<string> | undefined;
  /** The worker's queue. @default none */
  readonly queueName?: pulumi.Input<string> | undefined;
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
    if (args.messagesPerTask !== undefined && args.queueName !== undefined) {
      this.createBacklogPolicy(name, target, args.messagesPerTask, args.queueName, args);
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

  /**
   * Messages per task: those that wait, and those that tasks work on. Without a task, any message must be above the target, or the
   * service would stay at zero. The number of tasks is from Container Insights.
   * https://docs.aws.amazon.com/autoscaling/application/userguide/application-auto-scaling-target-tracking-metric-math.html
   */
  private createBacklogPolicy(
    name: string,
    target: aws.appautoscaling.Target,
    messagesPerTask: number,
    queueName: pulumi.Input<string>,
    args: AutoscalingTargetArgs,
  ): void {
    const metric = (
      id: string,
      [namespace, metricName, stat]: readonly [string, string, string],
      dimensions: Readonly<Record<string, pulumi.Input<string>>>,
    ) => ({
      id,
      returnData: false,
      metricStat: {
        metric: {
          namespace,
          metricName,
          dimensions: Object.entries(dimensions).map(([key, value]) => ({ name: key, value })),
        },
        stat,
      },
    });
    const queue = { QueueName: queueName };
    const service = { ClusterName: args.clusterName, ServiceName: args.serviceName };
    const messages = "(FILL(waiting, 0) + FILL(working, 0))";
    new aws.appautoscaling.Policy(
      `${name}-messages`,
      {
        ...ecs,
        resourceId: target.resourceId,
        policyType: "TargetTrackingScaling",
        targetTrackingScalingPolicyConfiguration: {
          customizedMetricSpecification: {
            metrics: [
              metric(
                "waiting",
                ["AWS/SQS", "ApproximateNumberOfMessagesVisible", "Average"],
                queue,
              ),
              metric(
                "working",
                ["AWS/SQS", "ApproximateNumberOfMessagesNotVisible", "Average"],
                queue,
              ),
              metric("tasks", ["ECS/ContainerInsights", "RunningTaskCount", "Average"], service),
              {
                id: "backlog",
                label: "messages per task",
                expression: `IF(FILL(tasks, 0) > 0, ${messages} / tasks, ${messages} * ${messagesPerTask + 1})`,
                returnData: true,
              },
            ],
          },
          targetValue: messagesPerTask,
          scaleOutCooldown: args.scaleOutCooldown,
          scaleInCooldown: args.scaleInCooldown,
        },
      },
      { parent: this },
    );
  }

  private createPolicy(
    name: string,
    target: aws.appautoscaling.Target,
    metric: string,
    value: number,
    args: AutoscalingTargetArgs,
  ): void {
    new aws.appautoscaling.Policy(
      `${name}-${metric}`,
      {
        ...ecs,
        resourceId: target.resourceId,
        policyType: "TargetTrackingScaling",
        targetTrackingScalingPolicyConfiguration: {
          predefinedMetricSpecification: {
            predefinedMetricType: metric,
            ...(metric === "ALBRequestCountPerTarget" && { resourceLabel: args.resourceLabel }),
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
