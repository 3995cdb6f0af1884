import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { Deployment } from "../deployment";
import type { ResolvedAutoscaling } from "../service/autoscaling";
import type { ServiceContext } from "./context";
import type { WorkerQueue } from "./queue";

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

type Specification =
  Partial<aws.types.input.appautoscaling.PolicyTargetTrackingScalingPolicyConfiguration>;

interface Scaled {
  readonly serviceName: pulumi.Output<string>;
  readonly deployment: Deployment;
  /** The worker's queue. */
  readonly queue: WorkerQueue | undefined;
}

/** Scales the number of tasks of a service. Pulumi then ignores the service's desired count. */
export class Autoscaling extends pulumi.ComponentResource {
  constructor(autoscaling: ResolvedAutoscaling, context: ServiceContext, scaled: Scaled) {
    const { name, args, opts } = context;
    super("slipway:fargate-service:Autoscaling", name, {}, opts);
    const target = new aws.appautoscaling.Target(
      name,
      {
        ...ecs,
        resourceId: pulumi.interpolate`service/${args.cluster.clusterName}/${scaled.serviceName}`,
        minCapacity: autoscaling.minCapacity,
        maxCapacity: autoscaling.maxCapacity,
      },
      { parent: this },
    );
    const { scaleOutCooldown, scaleInCooldown } = autoscaling;
    const track = (suffix: string, targetValue: number, metric: Specification) =>
      new aws.appautoscaling.Policy(
        `${name}-${suffix}`,
        {
          ...ecs,
          resourceId: target.resourceId,
          policyType: "TargetTrackingScaling",
          targetTrackingScalingPolicyConfiguration: {
            ...metric,
            ...{ targetValue, scaleOutCooldown, scaleInCooldown },
          },
        },
        { parent: this },
      );
    for (const [metric, value] of scalingTargets(autoscaling)) {
      track(metric, value, predefined(metric, context, scaled));
    }
    const { messagesPerTask } = autoscaling;
    if (messagesPerTask !== undefined && scaled.queue) {
      track("messages", messagesPerTask, backlog(messagesPerTask, scaled.queue, context, scaled));
    }
    for (const action of autoscaling.scheduledActions) {
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
}

/** Requests are counted for one target group: `app/<name>/<id>/targetgroup/<name>/<id>`. */
function predefined(
  metric: string,
  { loadBalancer }: ServiceContext,
  { deployment: { targetGroupArnSuffix } }: Scaled,
): Specification {
  const resourceLabel =
    loadBalancer &&
    targetGroupArnSuffix &&
    pulumi.interpolate`${loadBalancer.arnSuffix}/${targetGroupArnSuffix}`;
  return {
    predefinedMetricSpecification: {
      predefinedMetricType: metric,
      ...(metric === "ALBRequestCountPerTarget" && { resourceLabel }),
    },
  };
}

/**
 * Messages per task: those that wait, and those that tasks work on. Without a task, any message must be above the target, or the
 * service would stay at zero. The number of tasks is from Container Insights.
 * https://docs.aws.amazon.com/autoscaling/application/userguide/application-auto-scaling-target-tracking-metric-math.html
 */
function backlog(
  messagesPerTask: number,
  queue: WorkerQueue,
  { args: { cluster } }: ServiceContext,
  { serviceName }: Scaled,
): Specification {
  const average = (
    id: string,
    [namespace, metricName]: readonly [string, string],
    dimensions: Readonly<Record<string, pulumi.Input<string>>>,
  ) => ({
    id,
    returnData: false,
    metricStat: {
      metric: {
        ...{ namespace, metricName },
        dimensions: Object.entries(dimensions).map(([name, value]) => ({ name, value })),
      },
      stat: "Average",
    },
  });
  const ofQueue = { QueueName: queue.name };
  const ofService = { ClusterName: cluster.clusterName, ServiceName: serviceName };
  const messages = "(FILL(waiting, 0) + FILL(working, 0))";
  return {
    customizedMetricSpecification: {
      metrics: [
        average("waiting", ["AWS/SQS", "ApproximateNumberOfMessagesVisible"], ofQueue),
        average("working", ["AWS/SQS", "ApproximateNumberOfMessagesNotVisible"], ofQueue),
        average("tasks", ["ECS/ContainerInsights", "RunningTaskCount"], ofService),
        {
          id: "backlog",
          label: "messages per task",
          expression: `IF(FILL(tasks, 0) > 0, ${messages} / tasks, ${messages} * ${messagesPerTask + 1})`,
          returnData: true,
        },
      ],
    },
  };
}
