import assert from "node:assert/strict";
import { childrenOf, only, type World } from "../../harness";
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
  it("are three alarms, of the target group that gets the requests under rolling", async () => {
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

  it("outlive the service that names them", async () => {
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
      resources.filter(({ type }) => type === alarm || /Guards/.test(type)),
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

  it("are switched off in ECS when the last one goes, since ECS would keep them", async () => {
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
