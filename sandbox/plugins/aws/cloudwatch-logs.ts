/** CloudWatch Logs, which is part of CloudWatch in @pulumi/aws. */
import { CloudWatchLogs } from "@aws-sdk/client-cloudwatch-logs";
import type * as cloudwatch from "@pulumi/aws/cloudwatch";
import { toCamel } from "../kit/casing";
import { fromTags, toTagMap } from "../kit/tags";
import type { AwsContext } from "./context";
import { invoke, outputOnly, resource, stable } from "./definition";

/** https://www.pulumi.com/registry/packages/aws/api-docs/cloudwatch/loggroup/ */
const logGroup = resource<cloudwatch.LogGroupArgs, cloudwatch.LogGroupState>({
  type: "aws:cloudwatch/logGroup:LogGroup",
  name: { property: "name" },
  properties: {
    kmsKeyId: {},
    // ForceNew in the provider's schema: the class is set at creation only.
    logGroupClass: { computed: true, replace: true, absent: "STANDARD" },
    name: { replace: true },
    // A group of the class DELIVERY has AWS's retention, and the provider suppresses its own.
    retentionInDays: {
      default: 0,
      suppress: (_, __, { logGroupClass }) => logGroupClass === "DELIVERY",
    },
    skipDestroy: { default: false, local: true },
    ...outputOnly(false, "deletionProtectionEnabled"),
    ...outputOnly("", "namePrefix"),
  },
  outputs: stable("arn"),
  tagging: {
    add: (aws, { arn }, tags) => logs(aws).tagResource({ resourceArn: arn, tags: { ...tags } }),
    remove: (aws, { arn }, tagKeys) => logs(aws).untagResource({ resourceArn: arn, tagKeys }),
  },
  async create(aws, { name = "", kmsKeyId, logGroupClass, retentionInDays }, tags) {
    await logs(aws).createLogGroup({
      logGroupName: name,
      ...toCamel<object>({ kmsKeyId, logGroupClass }),
      tags: toTagMap(tags),
    });
    if (retentionInDays && logGroupClass !== "DELIVERY") {
      await setRetention(aws, name, retentionInDays);
    }
    return name;
  },
  async read(aws, { id }) {
    const group = await find(aws, id);
    return (
      group && { found: group.found, properties: { arn: group.arn, name: id }, tags: group.tags }
    );
  },
  async update(aws, id, { kmsKeyId, retentionInDays }, change) {
    if (change.has("retentionInDays")) await setRetention(aws, id, retentionInDays ?? 0);
    if (!change.has("kmsKeyId")) return;
    await (kmsKeyId
      ? logs(aws).associateKmsKey({ logGroupName: id, kmsKeyId })
      : logs(aws).disassociateKmsKey({ logGroupName: id }));
  },
  async delete(aws, { id, inputs }) {
    if (!inputs.skipDestroy) await logs(aws).deleteLogGroup({ logGroupName: id });
  },
});

/**
 * https://www.pulumi.com/registry/packages/aws/api-docs/cloudwatch/getloggroup/, and
 * https://github.com/hashicorp/terraform-provider-aws/blob/main/internal/service/logs/group_data_source.go
 */
const getLogGroup = invoke<cloudwatch.GetLogGroupArgs, cloudwatch.GetLogGroupResult>({
  type: "aws:cloudwatch/getLogGroup:getLogGroup",
  args: ["name"],
  async run(aws, { name }) {
    const group = await find(aws, name);
    if (!group) throw new Error(`reading CloudWatch Logs Log Group (${name}): empty result`);
    const { found, arn, tags } = group;
    return {
      id: name,
      name,
      arn,
      creationTime: found.creationTime ?? 0,
      deletionProtectionEnabled: false,
      kmsKeyId: found.kmsKeyId ?? "",
      logGroupClass: found.logGroupClass ?? "STANDARD",
      region: aws.region,
      retentionInDays: found.retentionInDays ?? 0,
      tags: { ...tags },
    };
  },
});

async function find(aws: AwsContext, name: string) {
  const { logGroups = [] } = await logs(aws).describeLogGroups({ logGroupNamePrefix: name });
  const found = logGroups.find(({ logGroupName }) => logGroupName === name);
  if (!found) return undefined;
  // The provider's ARN has no `:*` for the group's streams.
  const arn = found.arn?.replace(/:\*$/, "") ?? "";
  const tags = fromTags(await logs(aws).listTagsForResource({ resourceArn: arn }));
  return { found, arn, tags };
}

function logs(aws: AwsContext): CloudWatchLogs {
  return aws.client(CloudWatchLogs);
}

/** "If you select 0, the events in the log group are always retained and never expire." */
async function setRetention(aws: AwsContext, logGroupName: string, retentionInDays: number) {
  await (retentionInDays === 0
    ? logs(aws).deleteRetentionPolicy({ logGroupName })
    : logs(aws).putRetentionPolicy({ logGroupName, retentionInDays }));
}

export const resources = [logGroup];
export const functions = [getLogGroup];
