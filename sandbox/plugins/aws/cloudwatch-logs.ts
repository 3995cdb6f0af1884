/** CloudWatch Logs, which is part of CloudWatch in @pulumi/aws. */
import { CloudWatchLogs } from "@aws-sdk/client-cloudwatch-logs";
import type * as cloudwatch from "@pulumi/aws/cloudwatch";
import { toCamel } from "../kit/casing";
import { fromTags, toTagMap } from "../kit/tags";
import { sameDocument } from "../kit/values";
import type { AwsContext } from "./context";
import {
  accepted,
  invoke,
  kept,
  outputOnly,
  type Resolved,
  replacing,
  resource,
  stable,
} from "./definition";

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

/** https://www.pulumi.com/registry/packages/aws/api-docs/cloudwatch/logmetricfilter/ */
const metricFilter = resource<cloudwatch.LogMetricFilterArgs, cloudwatch.LogMetricFilterState>({
  type: "aws:cloudwatch/logMetricFilter:LogMetricFilter",
  name: { property: "name" },
  properties: {
    ...replacing("logGroupName", "name"),
    ...accepted("pattern"),
    applyOnTransformedLogs: { computed: true },
    metricTransformation: {
      block: {
        members: ["defaultValue", "dimensions", "name", "namespace", "unit", "value"],
        defaults: { unit: "None" },
      },
    },
  },
  outputs: {},
  async create(aws, inputs) {
    await putFilter(aws, inputs);
    return inputs.name ?? "";
  },
  async read(aws, { id, inputs }) {
    // The import id is the log group and the name, joined by a colon.
    const [importedGroup, importedName] = id.split(":");
    const { logGroupName = importedGroup, name = importedName } = inputs;
    const request = { filterNamePrefix: name, logGroupName };
    const { metricFilters = [] } = await logs(aws).describeMetricFilters(request);
    const found = metricFilters.find(({ filterName }) => filterName === name);
    const metric = found?.metricTransformations?.[0];
    return (
      found && {
        id: found.filterName ?? id,
        found,
        properties: {
          ...{ name, logGroupName, pattern: found.filterPattern },
          applyOnTransformedLogs: found.applyOnTransformedLogs ?? false,
          metricTransformation: metric && {
            ...{ name: metric.metricName, namespace: metric.metricNamespace },
            ...{ value: metric.metricValue, unit: metric.unit ?? "None" },
          },
        },
      }
    );
  },
  update: (aws, _, inputs) => putFilter(aws, inputs),
  async delete(aws, { id, inputs: { logGroupName } }) {
    await logs(aws).deleteMetricFilter({ filterName: id, logGroupName });
  },
});

async function putFilter(
  aws: AwsContext,
  { logGroupName, name, pattern, metricTransformation }: Resolved<cloudwatch.LogMetricFilterArgs>,
) {
  const { name: metricName, namespace, value, unit } = metricTransformation;
  await logs(aws).putMetricFilter({
    ...{ logGroupName, filterName: name, filterPattern: pattern },
    metricTransformations: [
      {
        ...{ metricName, metricNamespace: namespace, metricValue: value },
        ...toCamel<object>({ unit }),
      },
    ],
  });
}

/** https://www.pulumi.com/registry/packages/aws/api-docs/cloudwatch/logresourcepolicy/ */
const resourcePolicy = kept<cloudwatch.LogResourcePolicyArgs, cloudwatch.LogResourcePolicyState>({
  type: "aws:cloudwatch/logResourcePolicy:LogResourcePolicy",
  properties: {
    ...replacing("policyName", "resourceArn"),
    policyDocument: { equal: sameDocument },
  },
  outputs: stable("policyScope", "revisionId"),
  id: ({ policyName, resourceArn }) => String(policyName ?? resourceArn),
  state: async (_, id) => ({
    policyScope: id.startsWith("arn:") ? "RESOURCE" : "ACCOUNT",
    revisionId: "1",
  }),
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

export const resources = [logGroup, metricFilter, resourcePolicy];
export const functions = [getLogGroup];
