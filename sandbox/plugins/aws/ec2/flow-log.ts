/** Flow logs of VPCs. */
import type { FlowLog, LogDestinationType, TrafficType } from "@aws-sdk/client-ec2";
import type * as pulumi from "@pulumi/aws/ec2";
import type { AwsContext } from "../context";
import { replacing, resource, stable } from "../definition";
import { ec2, ec2Arn, filter, tagged, tagging } from "./client";

/** https://www.pulumi.com/registry/packages/aws/api-docs/ec2/flowlog/, of VPCs. Every property but the tags replaces it. */
export const flowLog = resource<pulumi.FlowLogArgs, pulumi.FlowLogState>({
  type: "aws:ec2/flowLog:FlowLog",
  properties: {
    ...replacing("iamRoleArn", "trafficType", "vpcId"),
    logDestination: { computed: true, replace: true },
    logDestinationType: { default: "cloud-watch-logs", replace: true },
    logFormat: { computed: true, replace: true },
    maxAggregationInterval: { default: 600, replace: true },
  },
  outputs: stable("arn"),
  tagging,
  async create(aws, inputs, tags) {
    const { FlowLogIds: [id] = [], Unsuccessful: [failure] = [] } = await ec2(aws).createFlowLogs({
      ResourceType: "VPC",
      ResourceIds: [inputs.vpcId ?? ""],
      TrafficType: inputs.trafficType as TrafficType | undefined,
      LogDestinationType: inputs.logDestinationType as LogDestinationType | undefined,
      LogDestination: inputs.logDestination?.replace(/:\*$/, ""),
      DeliverLogsPermissionArn: inputs.iamRoleArn,
      LogFormat: inputs.logFormat,
      MaxAggregationInterval: inputs.maxAggregationInterval,
      ...tagged("vpc-flow-log", tags),
    });
    if (failure) throw new Error(`creating Flow Log: ${failure.Error?.Message}`);
    return id;
  },
  async read(aws, { id }) {
    const found = await find(aws, id);
    return (
      found && {
        found,
        properties: {
          arn: ec2Arn(aws, undefined, `vpc-flow-log/${id}`),
          iamRoleArn: found.DeliverLogsPermissionArn,
          vpcId: found.ResourceId,
        },
      }
    );
  },
  delete: (aws, { id }) => ec2(aws).deleteFlowLogs({ FlowLogIds: [id] }),
});

async function find(aws: AwsContext, id: string): Promise<FlowLog | undefined> {
  const { FlowLogs = [] } = await ec2(aws).describeFlowLogs({
    Filter: [filter("flow-log-id", id)],
  });
  return FlowLogs[0];
}
