import assert from "node:assert/strict";
import { dashboardBody } from "../../../components/dashboard/body";
import { forecastDeployment } from "../../../components/index";
import { evaluate } from "../../../sandbox/github/gate";
import { json, only, type Recorded, runStack, stackConfig } from "../../harness";

const account = "123456789012";
const arn = (service: string, resource: string) =>
  `arn:aws:${service}:eu-central-1:${account}:${resource}`;

async function stackWith(worker: object, more: object = {}): Promise<readonly Recorded[]> {
  const config = stackConfig("Pulumi.dev.yaml");
  const [api] = config["slipway:services"] as [object];
  const jobs = { name: "jobs", worker, cpu: 256, memory: 512, ...more };
  const { resources } = await runStack({
    ...{ ...config, "aws:region": "eu-central-1" },
    "slipway:cluster": { containerInsights: "enabled" },
    "slipway:services": [api, jobs],
  });
  return resources;
}

describe("a worker", () => {
  let resources: readonly Recorded[];

  before(async () => {
    const autoscaling = { minCapacity: 0, maxCapacity: 5, messagesPerTask: 10 };
    resources = await stackWith({ queue: { visibilityTimeoutSeconds: 90 } }, { autoscaling });
  });

  const inputs = (type: string, name: string) => only(resources, type, name).inputs;

  it("has no target group, no rule, no port, and nobody reaches its tasks", () => {
    const names = (type: RegExp) =>
      resources.filter((one) => type.test(one.type)).map(({ name }) => name);
    assert.deepEqual(
      names(/targetGroup|listenerRule|SecurityGroupIngressRule/i).filter((name) =>
        name.startsWith("jobs"),
      ),
      [],
    );
    const service = inputs("aws:ecs/service:Service", "jobs");
    assert.deepEqual(
      [service.loadBalancers, service.healthCheckGracePeriodSeconds],
      [undefined, undefined],
    );
    assert.deepEqual(service.deploymentCircuitBreaker, { enable: true, rollback: true });
    for (const name of ["jobs", "jobs-placeholder"]) {
      const definition = only(resources, "aws:ecs/taskDefinition:TaskDefinition", name);
      const [container] = json<[Record<string, unknown>]>(definition, "containerDefinitions");
      assert.equal(container.portMappings, undefined);
    }
  });

  it("has an encrypted queue, and a dead-letter queue for messages that it cannot process", () => {
    const { redrivePolicy, ...queue } = inputs("aws:sqs/queue:Queue", "jobs");
    assert.deepEqual(queue, {
      name: "slipway-dev-jobs",
      visibilityTimeoutSeconds: 90,
      messageRetentionSeconds: 345600,
      sqsManagedSseEnabled: true,
    });
    assert.deepEqual(JSON.parse(String(redrivePolicy)), {
      deadLetterTargetArn: arn("sqs", "slipway-dev-jobs-dead-letters"),
      maxReceiveCount: 3,
    });
    assert.deepEqual(inputs("aws:sqs/queue:Queue", "jobs-dead-letters"), {
      name: "slipway-dev-jobs-dead-letters",
      messageRetentionSeconds: 1209600,
      sqsManagedSseEnabled: true,
    });
  });

  it("gets the queue's URL, and may receive its messages and nothing else", async () => {
    const definition = only(resources, "aws:ecs/taskDefinition:TaskDefinition", "jobs");
    const [{ environment }] = json<[{ environment: object }]>(definition, "containerDefinitions");
    const url = `https://sqs.eu-central-1.amazonaws.com/${account}/slipway-dev-jobs`;
    assert.deepEqual(environment, [{ name: "QUEUE_URL", value: url }]);
    const policy = json<object>(
      only(resources, "aws:iam/rolePolicy:RolePolicy", "jobs-task"),
      "policy",
    );
    const roleArn = `arn:aws:iam::${account}:role/jobs-task`;
    const caller = { account, arn: roleArn, roleArn, policies: [{ name: "jobs", policy }] };
    const decide = (action: string, queue = "slipway-dev-jobs") =>
      evaluate(caller, { action: `sqs:${action}`, resource: arn("sqs", queue) });
    assert.deepEqual(
      await Promise.all(["ReceiveMessage", "DeleteMessage"].map((action) => decide(action))),
      ["Allowed", "Allowed"],
    );
    assert.deepEqual(
      await Promise.all([
        decide("SendMessage"),
        decide("PurgeQueue"),
        decide("ReceiveMessage", "slipway-dev-jobs-dead-letters"),
      ]),
      Array(3).fill("ImplicitlyDenied"),
    );
  });

  it("scales by the messages per task, from zero on", () => {
    const policy = inputs("aws:appautoscaling/policy:Policy", "jobs-messages");
    const { targetValue, customizedMetricSpecification } =
      policy.targetTrackingScalingPolicyConfiguration as {
        targetValue: number;
        customizedMetricSpecification: { metrics: Record<string, unknown>[] };
      };
    assert.equal(targetValue, 10);
    const { metrics } = customizedMetricSpecification;
    assert.deepEqual(
      metrics.map(({ id, returnData }) => [id, returnData]),
      [
        ["waiting", false],
        ["working", false],
        ["tasks", false],
        ["backlog", true],
      ],
    );
    // One message without a task is above the target of 10.
    assert.equal(
      metrics.at(-1)?.expression,
      "IF(FILL(tasks, 0) > 0, (FILL(waiting, 0) + FILL(working, 0)) / tasks, (FILL(waiting, 0) + FILL(working, 0)) * 11)",
    );
    const { minCapacity } = inputs("aws:appautoscaling/target:Target", "jobs");
    assert.equal(minCapacity, 0);
  });

  it("is guarded by an alarm on new messages in the dead-letter queue, for as long as they need to get there", () => {
    const alarm = inputs("aws:cloudwatch/metricAlarm:MetricAlarm", "jobs-dead-letters");
    // 3 times 90 seconds, and a minute.
    assert.deepEqual([alarm.datapointsToAlarm, alarm.evaluationPeriods], [1, 6]);
    assert.deepEqual(inputs("aws:ecs/service:Service", "jobs").alarms, {
      alarmNames: ["jobs-dead-letters", "jobs-exits"],
      enable: true,
      rollback: true,
    });
  });

  it("has a release like every service: its own workflow, and a link to ECS as its address", () => {
    const file = resources.find(({ name }) => name === "jobs-main");
    assert.match(String(file?.inputs.content), /SERVICE_URL: https:.*console.*services\/jobs/);
  });

  it("takes an existing queue as it is, without an alarm on its messages", async () => {
    const found = await stackWith({ queue: { existing: arn("sqs", "orders") } });
    const queues = found.filter(({ type }) => type === "aws:sqs/queue:Queue");
    const alarms = found.filter(({ name }) => name === "jobs-dead-letters");
    assert.deepEqual([queues, alarms], [[], []]);
    const definition = only(found, "aws:ecs/taskDefinition:TaskDefinition", "jobs");
    assert.match(
      String(definition.inputs.containerDefinitions),
      /https:\/\/sqs\.eu-central-1\.amazonaws\.com\/123456789012\/orders"/,
    );
  });

  it("is forecast without checks and drains, but with the bake of its alarm", () => {
    const [worker, service] = [forecastDeployment({ worker: {} }), forecastDeployment({})];
    const { rollback, expectedSeconds, unknowns } = worker;
    assert.equal(rollback.unhealthy.seconds, null);
    assert.match(rollback.exits.by, /^the circuit breaker/);
    const bake = worker.phases.find(({ part }) => part === "bake")?.seconds;
    // 3 times 120 seconds, and a minute.
    assert.equal(bake, 420);
    assert.ok(expectedSeconds - 420 < service.expectedSeconds - 240, `${expectedSeconds}`);
    assert.match(unknowns.at(-1) ?? "", /how many messages/);
  });

  it("has its messages on the dashboard where others have requests", () => {
    const { widgets } = dashboardBody({
      ...{ region: "eu-central-1", clusterName: "dev", loadBalancerArnSuffix: "app/dev/1" },
      alarmArns: [],
      services: [
        {
          ...{ name: "jobs", serviceName: "jobs-1", targetGroupArnSuffixes: [] },
          ...{ logGroupName: "jobs", queueName: "q", deadLetterName: "d" },
        },
      ],
    });
    const row = widgets.filter(({ y, type }) => y === 7 && type === "metric");
    assert.deepEqual(
      row.map(({ properties }) => properties.title),
      ["Messages", "Messages a minute", "Seconds that the oldest message waits"],
    );
    assert.doesNotMatch(JSON.stringify(row), /ApplicationELB/);
  });
});
