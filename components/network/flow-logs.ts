import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { type Location, locationOf } from "../shared/arn";
import { policyDocument, serviceTrust } from "../shared/policy";
import { type FlowLogsArgs, flowLogDefaults } from "./settings";

interface FlowLogsOfVpcArgs extends FlowLogsArgs {
  readonly vpcId: pulumi.Input<string>;
  readonly vpcArn: pulumi.Input<string>;
}

/** Records the connections of a VPC: in a new log group, or in an existing bucket. */
export class FlowLogs extends pulumi.ComponentResource {
  constructor(name: string, args: FlowLogsOfVpcArgs, opts?: pulumi.ComponentResourceOptions) {
    super("slipway:network:FlowLogs", name, {}, opts);
    new aws.ec2.FlowLog(
      name,
      {
        vpcId: args.vpcId,
        trafficType: args.trafficType ?? flowLogDefaults.trafficType,
        maxAggregationInterval: 600,
        ...(args.bucketArn === undefined
          ? this.toLogGroup(name, args)
          : { logDestinationType: "s3", logDestination: args.bucketArn }),
      },
      { parent: this },
    );
    this.registerOutputs();
  }

  private toLogGroup(name: string, args: FlowLogsOfVpcArgs) {
    const { retentionInDays = flowLogDefaults.retentionInDays, kmsKeyArn } = args;
    const logGroup = new aws.cloudwatch.LogGroup(
      `${name}-flow-logs`,
      { retentionInDays, ...(kmsKeyArn !== undefined && { kmsKeyId: kmsKeyArn }) },
      { parent: this },
    );
    const role = new aws.iam.Role(
      `${name}-flow-logs`,
      {
        description: "Writes the flow logs of the VPC",
        assumeRolePolicy: pulumi
          .output(args.vpcArn)
          .apply((arn) => trustOfFlowLogs(locationOf(arn))),
      },
      { parent: this },
    );
    const policy = new aws.iam.RolePolicy(
      `${name}-flow-logs`,
      { role: role.name, policy: logGroup.arn.apply(writeTo) },
      { parent: this },
    );
    return {
      logDestinationType: "cloud-watch-logs",
      logDestination: logGroup.arn,
      iamRoleArn: pulumi.all([role.arn, policy.id]).apply(([arn]) => arn),
    };
  }
}

/** https://docs.aws.amazon.com/vpc/latest/userguide/flow-logs-iam-role.html */
function trustOfFlowLogs({ partition, region, account }: Location): string {
  return serviceTrust("vpc-flow-logs.amazonaws.com", {
    StringEquals: { "aws:SourceAccount": account },
    ArnLike: { "aws:SourceArn": `arn:${partition}:ec2:${region}:${account}:vpc-flow-log/*` },
  });
}

/** The policy of AWS's page above, without the creation of log groups. */
function writeTo(logGroupArn: string): string {
  return policyDocument([
    {
      Action: ["logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"],
      Resource: [logGroupArn, `${logGroupArn}:*`],
    },
  ]);
}
