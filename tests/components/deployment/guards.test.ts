import assert from "node:assert/strict";
import { childrenOf, json, only, type World } from "../../harness";
import { runService } from "../infrastructure";

const alarm = "aws:cloudwatch/metricAlarm:MetricAlarm";
const service = "aws:ecs/service:Service";

const dimensions = (group: string) => ({
  LoadBalancer: "app/dev/1",
  TargetGroup: `targetgroup/${group}/1`,
});
const metric = (metricName: string, stat: string, group = "api") => ({
  ...{ namespace: "AWS/ApplicationELB", metricName, stat, period: 60 },
  dimensions: dimensions(group),
});

describe("the guards of a service", () => {
  it("are three alarms on its requests, of the target group that gets the requests under rolling", async () => {
    const { resources } = await runService();
    const guards = only(resources, "slipway:deployment:Guards");
    assert.deepEqual(childrenOf(resources, guards), [
      `${alarm} api-errors`,
      `${alarm} api-latency`,
      `${alarm} api-unhealthy-hosts`,
    ]);
    assert.deepEqual(only(resources, alarm, "api-errors").inputs, {
      alarmDescription:
        "More than 1 % of the answers of a target group are server errors (5xx), and at least 3 a minute. It ends a deployment of api.",
      comparisonOperator: "GreaterThanThreshold",
      threshold: 1,
      datapointsToAlarm: 2,
      evaluationPeriods: 4,
      treatMissingData: "notBreaching",
      metricQueries: [
        {
          id: "worst",
          expression: "IF(FILL(errors1, 0) >= 3, 100 * FILL(errors1, 0) / FILL(requests1, 1), 0)",
          label: "server errors in percent",
          returnData: true,
        },
        { id: "requests1", metric: metric("RequestCount", "Sum") },
        { id: "errors1", metric: metric("HTTPCode_Target_5XX_Count", "Sum") },
      ],
    });
  });

  it("read both target groups where the traffic shifts between them, each for itself", async () => {
    const { resources } = await runService({ strategy: "canary" });
    const { metricQueries } = only(resources, alarm, "api-unhealthy-hosts").inputs;
    assert.deepEqual(metricQueries, [
      {
        id: "worst",
        expression: "MAX([FILL(hosts1, 0), FILL(hosts2, 0)])",
        label: "unhealthy tasks",
        returnData: true,
      },
      { id: "hosts1", metric: metric("UnHealthyHostCount", "Minimum") },
      { id: "hosts2", metric: metric("UnHealthyHostCount", "Minimum", "api-2") },
    ]);
  });

  it("count the tasks that exit from their events in a log group of the service", async () => {
    const kmsKeyArn = "arn:aws:kms:eu-central-1:123456789012:key/1";
    const { resources } = await runService({
      ...{ desiredCount: 2, logKmsKeyArn: kmsKeyArn, logRetentionInDays: 90 },
    });
    const guard = only(resources, "slipway:deployment:ExitsGuard");
    assert.deepEqual(childrenOf(resources, guard), [
      "aws:cloudwatch/eventRule:EventRule api-stopped-tasks",
      "aws:cloudwatch/eventTarget:EventTarget api-stopped-tasks",
      "aws:cloudwatch/logGroup:LogGroup /aws/events/api-stopped-tasks",
      "aws:cloudwatch/logMetricFilter:LogMetricFilter api-exits",
      "aws:cloudwatch/logResourcePolicy:LogResourcePolicy api-stopped-tasks",
      `${alarm} api-exits`,
    ]);
    const logGroupName = "/aws/events/api-stopped-tasks";
    const group = only(resources, "aws:cloudwatch/logGroup:LogGroup", logGroupName).inputs;
    assert.deepEqual(group, { retentionInDays: 90, kmsKeyId: kmsKeyArn });
    const metric = { namespace: "Slipway", name: "slipway-dev-api-exits" };
    assert.deepEqual(only(resources, "aws:cloudwatch/logMetricFilter:LogMetricFilter").inputs, {
      logGroupName,
      pattern: '{ $.detail.stopCode = "EssentialContainerExited" }',
      metricTransformation: { ...metric, value: "1", unit: "Count" },
    });
    assert.deepEqual(only(resources, alarm, "api-exits").inputs, {
      alarmDescription: `At least 3 tasks exit within 4 minutes. It ends a deployment of api. Why they stopped: log group ${logGroupName}`,
      ...{ namespace: metric.namespace, metricName: metric.name, statistic: "Sum", period: 240 },
      ...{ evaluationPeriods: 1, datapointsToAlarm: 1, threshold: 3 },
      comparisonOperator: "GreaterThanOrEqualToThreshold",
      treatMissingData: "notBreaching",
    });
  });

  it("let EventBridge write only the service's stopped tasks, and only into that log group", async () => {
    const { resources } = await runService();
    const arn = (what: string, resource: string) =>
      `arn:aws:${what}:eu-central-1:123456789012:${resource}`;
    const rule = only(resources, "aws:cloudwatch/eventRule:EventRule", "api-stopped-tasks");
    assert.deepEqual(json(rule, "eventPattern"), {
      source: ["aws.ecs"],
      "detail-type": ["ECS Task State Change"],
      detail: {
        clusterArn: [arn("ecs", "cluster/dev")],
        group: ["service:api"],
        lastStatus: ["STOPPED"],
        stoppedReason: [{ "anything-but": { prefix: "Scaling activity initiated by" } }],
      },
    });
    const policy = only(resources, "aws:cloudwatch/logResourcePolicy:LogResourcePolicy");
    const resourceArn = String(policy.inputs.resourceArn);
    assert.match(resourceArn, /^arn:aws:logs:.*stopped-tasks$/);
    const Principal = { Service: ["events.amazonaws.com", "delivery.logs.amazonaws.com"] };
    const common = { Effect: "Allow", Principal, Resource: `${resourceArn}:*` };
    const source = { "aws:SourceArn": arn("events", "rule/api-stopped-tasks") };
    assert.deepEqual(json<{ Statement: object }>(policy, "policyDocument").Statement, [
      { ...common, Action: "logs:CreateLogStream" },
      { ...common, Action: "logs:PutLogEvents", Condition: { ArnEquals: source } },
    ]);
    const target = only(resources, "aws:cloudwatch/eventTarget:EventTarget", "api-stopped-tasks");
    assert.equal(target.inputs.arn, resourceArn);
    assert.ok(target.dependencies.includes(policy.urn), "its first events could be refused");
  });

  it("leave out a guard that is off, with all that it needs", async () => {
    const { resources } = await runService({ guards: { exits: false } });
    assert.deepEqual(
      resources.filter(({ type, name }) => /Exits|Filter|ResourcePolicy/.test(type + name)),
      [],
    );
    const { alarms } = only(resources, service).inputs;
    const names = ["api-errors", "api-latency", "api-unhealthy-hosts"];
    assert.deepEqual(alarms, { alarmNames: names, enable: true, rollback: true });
    const off = { errors: false, latency: false, unhealthyHosts: false } as const;
    const only1 = await runService({ guards: off });
    assert.deepEqual(only(only1.resources, service).inputs.alarms, {
      ...{ alarmNames: ["api-exits"], enable: true, rollback: true },
    });
  });

  it("are deleted after the service that names them", async () => {
    const { resources } = await runService();
    const { dependencies } = only(resources, service);
    const missing = resources.filter(
      ({ type, urn }) => type === alarm && !dependencies.includes(urn),
    );
    assert.deepEqual(missing, []);
  });

  it("are none if they are off, and then nobody watches an alarm", async () => {
    const { resources } = await runService({ guards: false, strategy: { type: "code-deploy" } });
    assert.deepEqual(
      resources.filter(
        ({ type }) => type === alarm || /Guard|eventRule|logMetricFilter/.test(type),
      ),
      [],
    );
    const group = only(resources, "aws:codedeploy/deploymentGroup:DeploymentGroup").inputs;
    assert.deepEqual(
      [group.alarmConfiguration, group.autoRollbackConfiguration],
      [undefined, { enabled: true, events: ["DEPLOYMENT_FAILURE"] }],
    );
  });

  const watching = (alarmNames: readonly string[]): World => ({
    calls: {
      "aws:ssm/getParametersByPath:getParametersByPath": ({ path }) => ({
        names: [`${path}/service`],
        values: [JSON.stringify({ service: "api-1" })],
      }),
      "aws:ssm/getParameter:getParameter": () => ({ insecureValue: '{"service":"api-1"}' }),
      "aws:ecs/getService:getService": () => ({
        status: "ACTIVE",
        capacityProviderStrategies: [],
        loadBalancers: [],
        deploymentControllers: [{ type: "ECS" }],
        deploymentConfigurations: [{ alarms: alarmNames.length > 0 ? [{ alarmNames }] : [] }],
      }),
    },
  });

  it("are switched off in ECS when the last one is removed, because ECS would keep them", async () => {
    const { resources } = await runService({ guards: false }, watching(["api-errors-1"]));
    assert.deepEqual(only(resources, service).inputs.alarms, {
      alarmNames: ["api-errors-1"],
      enable: false,
      rollback: false,
    });
    const never = await runService({ guards: false }, watching([]));
    assert.equal(only(never.resources, service).inputs.alarms, undefined);
  });
});
