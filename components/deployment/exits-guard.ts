import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { periodInSeconds, type ResolvedGuards } from "../service/guards/settings";
import { commonAlarmArgs } from "./guards";
import { eventsPolicy, exitsPattern, stoppedTasksPattern } from "./stopped-tasks";

/** The log group in which a service's stopped tasks are kept. */
export interface StoppedTasksLogs {
  /** A part of the metric's name. No other service of the account has it. */
  readonly family: string;
  /** Days that the stopped tasks are kept; 0 keeps them forever. */
  readonly retentionInDays: number;
  /** The ARN of a KMS key. @default none: CloudWatch's own key */
  readonly kmsKeyArn?: string | undefined;
}

export interface ExitsGuardArgs {
  readonly guard: NonNullable<ResolvedGuards["exits"]>;
  readonly stoppedTasks: StoppedTasksLogs;
  /** The ARNs of the topics that get a notice when the alarm changes. */
  readonly topicArns: readonly pulumi.Input<string>[];
}

/**
 * The alarm that ends a release whose tasks exit again and again, and the log group from which it counts them. ECS describes a stopped
 * task for about an hour; the log group keeps its reason and its exit codes.
 *
 * Cost: USD 0.10 a month for the alarm, and 0.30 a month for the metric, but only for the hours in which tasks exit
 * (https://aws.amazon.com/cloudwatch/pricing/, 2026).
 */
export class ExitsGuard extends pulumi.ComponentResource {
  readonly alarmName: pulumi.Output<string>;
  /** Contains the events of the tasks that stopped. */
  readonly logGroup: aws.cloudwatch.LogGroup;

  constructor(
    private readonly service: string,
    { guard, stoppedTasks, topicArns }: ExitsGuardArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("slipway:deployment:ExitsGuard", service, {}, opts);
    const { family, retentionInDays, kmsKeyArn } = stoppedTasks;
    this.logGroup = new aws.cloudwatch.LogGroup(
      // EventBridge's console offers only log groups with this prefix.
      `/aws/events/${service}-stopped-tasks`,
      {
        retentionInDays,
        ...(kmsKeyArn !== undefined && { kmsKeyId: kmsKeyArn }),
      },
      { parent: this },
    );
    const metric = { namespace: "Slipway", name: `${family}-exits` };
    const filter = new aws.cloudwatch.LogMetricFilter(
      `${service}-exits`,
      {
        logGroupName: this.logGroup.name,
        pattern: exitsPattern,
        // Without a default value the metric has data, and costs something, only while tasks exit.
        metricTransformation: { ...metric, value: "1", unit: "Count" },
      },
      { parent: this },
    );
    this.alarmName = new aws.cloudwatch.MetricAlarm(
      `${service}-exits`,
      {
        // Whoever reads the alarm wants to know why the tasks exit.
        alarmDescription: pulumi.interpolate`At least ${guard.count} tasks exit within ${guard.evaluationPeriods} minutes. It ends a deployment of ${service}. Why they stopped: log group ${this.logGroup.name}`,
        namespace: metric.namespace,
        metricName: filter.metricTransformation.name,
        statistic: "Sum",
        // One period. Its end moves with each evaluation:
        // https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarm-evaluation-window.html
        period: guard.evaluationPeriods * periodInSeconds,
        evaluationPeriods: 1,
        datapointsToAlarm: 1,
        threshold: guard.count,
        comparisonOperator: "GreaterThanOrEqualToThreshold",
        ...commonAlarmArgs(topicArns),
      },
      { parent: this },
    ).name;
    this.registerOutputs();
  }

  /** Sends the stopped tasks of the service to the log group. The alarm exists before the service, because the service names it. */
  watch(service: aws.ecs.Service, clusterArn: pulumi.Input<string>): void {
    const name = `${this.service}-stopped-tasks`;
    const rule = new aws.cloudwatch.EventRule(
      name,
      {
        description: `Tasks of ${this.service} that stop, except by scaling and deployments.`,
        eventPattern: pulumi
          .all([clusterArn, service.name])
          .apply(([cluster, serviceName]) =>
            stoppedTasksPattern({ clusterArn: cluster, serviceName }),
          ),
      },
      { parent: this },
    );
    const policy = new aws.cloudwatch.LogResourcePolicy(
      name,
      {
        resourceArn: this.logGroup.arn,
        policyDocument: pulumi
          .all([this.logGroup.arn, rule.arn])
          .apply(([group, arn]) => eventsPolicy(group, arn)),
      },
      { parent: this },
    );
    new aws.cloudwatch.EventTarget(
      name,
      { rule: rule.name, arn: this.logGroup.arn },
      { parent: this, dependsOn: policy },
    );
  }
}

/** The guard of tasks that exit, if it is on. */
export function exitsGuard(
  name: string,
  guards: ResolvedGuards,
  args: Omit<ExitsGuardArgs, "guard">,
  parent: pulumi.Resource,
): ExitsGuard | undefined {
  const { exits } = guards;
  return exits && new ExitsGuard(name, { ...args, guard: exits }, { parent });
}
