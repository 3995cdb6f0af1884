/** CloudWatch alarms and dashboards. */
import { CloudWatch } from "@aws-sdk/client-cloudwatch";
import type * as cloudwatch from "@pulumi/aws/cloudwatch";
import { toTagList } from "../kit/tags";
import { sameDocument } from "../kit/values";
import { accepted, replacing, stable } from "./definition";
import { plain } from "./plain";

/** https://www.pulumi.com/registry/packages/aws/api-docs/cloudwatch/dashboard/ */
const dashboard = plain<CloudWatch, cloudwatch.DashboardArgs, cloudwatch.DashboardState>({
  type: "aws:cloudwatch/dashboard:Dashboard",
  global: true,
  properties: { ...replacing("dashboardName"), dashboardBody: { equal: sameDocument } },
  outputs: stable("dashboardArn"),
  client: CloudWatch,
  id: "dashboardName",
  create: (api, request) => api.putDashboard(request),
  read: (api, id) => api.getDashboard({ DashboardName: id }),
  delete: (api, id) => api.deleteDashboards({ DashboardNames: [id] }),
});

/** https://www.pulumi.com/registry/packages/aws/api-docs/cloudwatch/metricalarm/ */
const metricAlarm = plain<CloudWatch, cloudwatch.MetricAlarmArgs, cloudwatch.MetricAlarmState>({
  type: "aws:cloudwatch/metricAlarm:MetricAlarm",
  name: { property: "name" },
  properties: {
    ...replacing("name"),
    ...accepted("alarmDescription", "comparisonOperator", "datapointsToAlarm", "dimensions"),
    ...accepted("evaluationPeriods", "extendedStatistic", "metricName", "namespace", "period"),
    ...accepted("statistic", "threshold", "unit"),
    actionsEnabled: { default: true },
    alarmActions: { set: true },
    insufficientDataActions: { set: true },
    okActions: { set: true },
    treatMissingData: { default: "missing" },
  },
  outputs: stable("arn"),
  client: CloudWatch,
  id: "name",
  names: { arn: "AlarmArn", name: "AlarmName", okActions: "OKActions" },
  sent: ({ dimensions }) => ({
    Dimensions: Object.entries(dimensions ?? {}).map(([Name, Value]) => ({ Name, Value })),
  }),
  state: ({ Dimensions }) => ({
    dimensions: Object.fromEntries(
      (Dimensions as { Name: string; Value: string }[]).map(({ Name, Value }) => [Name, Value]),
    ),
  }),
  create: (api, request) => api.putMetricAlarm(request),
  async read(api, id) {
    const { MetricAlarms: [found] = [] } = await api.describeAlarms({ AlarmNames: [id] });
    const ResourceARN = found?.AlarmArn;
    return found && { ...found, ...(await api.listTagsForResource({ ResourceARN })) };
  },
  delete: (api, id) => api.deleteAlarms({ AlarmNames: [id] }),
  tagging: {
    add: (aws, { arn: ResourceARN }, tags) =>
      aws.client(CloudWatch).tagResource({ ResourceARN, Tags: toTagList(tags) }),
    remove: (aws, { arn: ResourceARN }, TagKeys) =>
      aws.client(CloudWatch).untagResource({ ResourceARN, TagKeys }),
  },
});

export const resources = [dashboard, metricAlarm];
