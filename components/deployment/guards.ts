import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { periodInSeconds, type ResolvedGuards } from "../service/guards/settings";
import type { FoundService } from "./found-service";
import { type GuardAlarm, guardAlarms } from "./guard-alarms";

export interface GuardsComponentArgs {
  readonly guards: ResolvedGuards;
  /** The ARNs of the topics that get a notice when an alarm changes. */
  readonly topicArns: readonly pulumi.Input<string>[];
  /** `app/<name>/<id>`, the load balancer's value in CloudWatch dimensions. */
  readonly loadBalancerArnSuffix: pulumi.Input<string>;
  /** The target groups that can get the service's requests: one, or the two between which the traffic shifts. */
  readonly targetGroupArnSuffixes:
    | readonly [pulumi.Input<string>]
    | readonly [pulumi.Input<string>, pulumi.Input<string>];
}

/**
 * The alarms that end a bad deployment.
 *
 * Cost: USD 0.10 a month for each metric that an alarm reads: 0.50 under rolling, 1.00 with two target groups
 * (https://aws.amazon.com/cloudwatch/pricing/, 2026).
 */
export class Guards extends pulumi.ComponentResource {
  readonly alarmNames: readonly pulumi.Output<string>[];

  constructor(
    private readonly service: string,
    private readonly args: GuardsComponentArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("slipway:deployment:Guards", service, {}, opts);
    const groups = args.targetGroupArnSuffixes.length;
    this.alarmNames = guardAlarms(args.guards, groups).map((alarm) => this.createAlarm(alarm).name);
    this.registerOutputs();
  }

  private createAlarm({ name, description, metrics, expression, label, ...rest }: GuardAlarm) {
    return new aws.cloudwatch.MetricAlarm(
      `${this.service}-${kebab(name)}`,
      {
        ...rest,
        alarmDescription: `${description} It ends a deployment of ${this.service}.`,
        ...commonAlarmArgs(this.args.topicArns),
        metricQueries: [
          { id: "worst", expression, label, returnData: true },
          ...metrics.map(({ id, group, metricName, stat }) => ({
            id,
            metric: {
              namespace: "AWS/ApplicationELB",
              metricName,
              stat,
              period: periodInSeconds,
              dimensions: {
                LoadBalancer: this.args.loadBalancerArnSuffix,
                TargetGroup: this.args.targetGroupArnSuffixes[group] ?? "",
              },
            },
          })),
        ],
      },
      { parent: this },
    );
  }
}

/** The settings of all guards: missing data is no alarm, and the topics get a notice when an alarm starts and when it ends. */
export function commonAlarmArgs(
  topicArns: readonly pulumi.Input<string>[],
): Pick<aws.cloudwatch.MetricAlarmArgs, "alarmActions" | "okActions" | "treatMissingData"> {
  return {
    treatMissingData: "notBreaching",
    ...(topicArns.length > 0 && { alarmActions: [...topicArns], okActions: [...topicArns] }),
  };
}

/**
 * The `alarms` argument of the ECS service; undefined if there never were any. The provider sends nothing if the argument is
 * missing, and for an empty list a request that the AWS SDK refuses (hashicorp/terraform-provider-aws
 * internal/service/ecs/service.go, resourceServiceUpdate and expandAlarms). So when the last alarm is removed, the
 * argument keeps its name, and switches it off.
 */
export function serviceAlarms(
  names: readonly pulumi.Input<string>[],
  found: pulumi.Input<FoundService | undefined>,
): aws.ecs.ServiceArgs["alarms"] {
  if (names.length > 0) {
    return { alarmNames: [...names], enable: true, rollback: true };
  }
  return pulumi
    .output(found)
    .apply((service) =>
      service?.alarmNames
        ? { alarmNames: [...service.alarmNames], enable: false, rollback: false }
        : undefined,
    );
}

function kebab(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}
