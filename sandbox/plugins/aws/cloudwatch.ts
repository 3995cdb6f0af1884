/** CloudWatch alarms and dashboards. */
import { CloudWatch, type Dimension, type MetricDataQuery } from "@aws-sdk/client-cloudwatch";
import type * as cloudwatch from "@pulumi/aws/cloudwatch";
import { toTagList } from "../kit/tags";
import { sameDocument } from "../kit/values";
import { accepted, type Resolved, replacing, stable } from "./definition";
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
    metricQueries: {
      set: true,
      block: {
        members: ["expression", "id", "label", "metric", "period", "returnData"],
        defaults: { returnData: false },
      },
    },
    okActions: { set: true },
    treatMissingData: { default: "missing" },
  },
  outputs: stable("arn"),
  client: CloudWatch,
  id: "name",
  names: {
    ...{ arn: "AlarmArn", name: "AlarmName", okActions: "OKActions", metricQueries: "Metrics" },
  },
  // CloudWatch refuses both in one alarm.
  sent: ({ dimensions, metricQueries }) =>
    metricQueries
      ? { Metrics: metricQueries.map(toQuery) }
      : { Dimensions: toDimensions(dimensions) },
  state: ({ Dimensions, Metrics }) => ({
    dimensions: fromDimensions(Dimensions as Dimension[] | undefined),
    metricQueries: (Metrics as MetricDataQuery[] | undefined)?.map(fromQuery),
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

type Query = Resolved<NonNullable<cloudwatch.MetricAlarmArgs["metricQueries"]>>[number];

function toQuery({ id, expression, label, period, metric, returnData }: Query): MetricDataQuery {
  return {
    ...{ Id: id, Expression: expression, Label: label, Period: period },
    ReturnData: returnData ?? false,
    ...(metric && {
      MetricStat: {
        Metric: {
          ...{ Namespace: metric.namespace, MetricName: metric.metricName },
          Dimensions: toDimensions(metric.dimensions),
        },
        ...{ Period: metric.period, Stat: metric.stat },
      },
    }),
  };
}

function fromQuery({ MetricStat: stat, ...query }: MetricDataQuery) {
  return {
    ...{ id: query.Id, expression: query.Expression, label: query.Label, period: query.Period },
    returnData: query.ReturnData ?? false,
    ...(stat && {
      metric: {
        ...{ namespace: stat.Metric?.Namespace, metricName: stat.Metric?.MetricName },
        dimensions: fromDimensions(stat.Metric?.Dimensions),
        ...{ period: stat.Period, stat: stat.Stat },
      },
    }),
  };
}

function toDimensions(dimensions: Readonly<Record<string, string>> = {}): Dimension[] {
  return Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value }));
}

function fromDimensions(dimensions: readonly Dimension[] = []) {
  return Object.fromEntries(dimensions.map(({ Name, Value }) => [Name, Value]));
}

export const resources = [dashboard, metricAlarm];
