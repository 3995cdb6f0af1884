import assert from "node:assert/strict";
import { CloudWatchLogs } from "@aws-sdk/client-cloudwatch-logs";
import { EventBridge } from "@aws-sdk/client-eventbridge";
import { exitsPattern, stoppedTasksPattern } from "../../../components/deployment/stopped-tasks";
import { ACCOUNT, CLUSTER, Emulator, REGION } from "./emulator";

const arn = (service: string, resource: string) =>
  `arn:aws:${service}:${REGION}:${ACCOUNT}:${resource}`;

describe("a release whose tasks exit after they were healthy, in the emulator", () => {
  let aws: Emulator;
  let logs: CloudWatchLogs;

  before(async function () {
    aws = await Emulator.start(this);
    const credentials = { accessKeyId: "sandbox", secretAccessKey: "sandbox" };
    const config = { endpoint: aws.endpoint, region: REGION, credentials };
    logs = new CloudWatchLogs(config);
    await aws.image("crash", "crashes");
    const events = new EventBridge(config);
    for (const [name, Threshold] of [
      ["watched", 3],
      ["patient", 10],
    ] as const) {
      const logGroupName = `/aws/events/${name}/stopped-tasks`;
      const metric = { metricNamespace: "Slipway", metricName: `${name}-exits` };
      await logs.createLogGroup({ logGroupName });
      await logs.putMetricFilter({
        ...{ logGroupName, filterName: name, filterPattern: exitsPattern },
        metricTransformations: [{ ...metric, metricValue: "1" }],
      });
      await aws.cloudwatch.putMetricAlarm({
        ...{ AlarmName: name, Namespace: metric.metricNamespace, MetricName: metric.metricName },
        ...{ Statistic: "Sum", Period: 240, EvaluationPeriods: 1, Threshold },
        ComparisonOperator: "GreaterThanOrEqualToThreshold",
      });
      const clusterArn = arn("ecs", `cluster/${CLUSTER}`);
      const EventPattern = stoppedTasksPattern({ clusterArn, serviceName: name });
      await events.putRule({ Name: name, EventPattern });
      const target = { Id: "logs", Arn: arn("logs", `log-group:${logGroupName}`) };
      await events.putTargets({ Rule: name, Targets: [target] });
      const alarms = { alarmNames: [name], enable: true, rollback: true };
      await aws.create(name, {
        deploymentConfiguration: { alarms, maximumPercent: 200, minimumHealthyPercent: 100 },
      });
    }
  });

  interface StoppedTask {
    readonly stopCode: string;
    readonly stoppedReason: string;
    readonly containers: readonly { readonly exitCode: number }[];
  }

  async function stoppedTasks(name: string): Promise<StoppedTask[]> {
    const logGroupName = `/aws/events/${name}/stopped-tasks`;
    const { events = [] } = await logs.filterLogEvents({ logGroupName });
    return events.map(
      ({ message = "" }) => (JSON.parse(message) as { detail: StoppedTask }).detail,
    );
  }

  it("is rolled back when more tasks have exited than the service has, and records why they stopped", async () => {
    await aws.deploy("watched", "crash:2");
    const { status, alarms } = await aws.latest("watched");
    assert.deepEqual([status, alarms?.triggeredAlarmNames], ["ROLLBACK_SUCCESSFUL", ["watched"]]);
    assert.equal((await aws.describe("watched")).runningCount, 2);
    const stopped = await stoppedTasks("watched");
    assert.ok(stopped.length >= 4, `${stopped.length} tasks`);
    for (const { stopCode, stoppedReason, containers } of stopped) {
      assert.deepEqual(
        [stopCode, stoppedReason, containers[0]?.exitCode],
        ["EssentialContainerExited", "Essential container in task exited", 1],
      );
    }
  });

  it("completes if fewer tasks exit than the threshold of its alarm", async () => {
    await aws.deploy("patient", "crash:2");
    assert.equal((await aws.latest("patient")).status, "SUCCESSFUL");
    assert.ok((await stoppedTasks("patient")).length >= 4, "its tasks did not exit");
  });

  it("can be replaced by a fix: ECS ignores an alarm that has already fired", async () => {
    await aws.cloudwatch.putMetricAlarm({
      ...{ AlarmName: "patient", Namespace: "Slipway", MetricName: "patient-exits" },
      ...{ Statistic: "Sum", Period: 240, EvaluationPeriods: 1, Threshold: 1 },
      ComparisonOperator: "GreaterThanOrEqualToThreshold",
    });
    const fix = await aws.deploy("patient", "good:3");
    assert.equal((await aws.latest("patient")).status, "SUCCESSFUL");
    assert.equal((await aws.describe("patient")).taskDefinition, fix);
    const codes = new Set((await stoppedTasks("patient")).map(({ stopCode }) => stopCode));
    assert.deepEqual([...codes], ["EssentialContainerExited"]);
  });
});
