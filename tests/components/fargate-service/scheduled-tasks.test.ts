import assert from "node:assert/strict";
import { evaluate } from "../../../sandbox/github/gate";
import { json, only, type Recorded, runStack, stackConfig } from "../../harness";

const account = "123456789012";
const arn = (service: string, resource: string) =>
  `arn:aws:${service}:eu-central-1:${account}:${resource}`;

const nightly = { schedule: "cron(0 3 * * ? *)", timezone: "Europe/Berlin", command: ["report"] };

describe("scheduled tasks", () => {
  let resources: readonly Recorded[];

  before(async () => {
    const config = stackConfig("Pulumi.dev.yaml");
    const [api] = config["slipway:services"] as [object];
    const scheduledTasks = {
      nightly: { ...nightly, cpu: 512, memory: 1024, deadLetterQueueArn: arn("sqs", "failed") },
      hourly: { schedule: "rate(1 hour)", command: ["tidy"], enabled: false },
    };
    ({ resources } = await runStack({
      ...{ ...config, "aws:region": "eu-central-1" },
      "slipway:services": [{ ...api, scheduledTasks }],
    }));
  });

  it("run the newest revision of their own family in the service's private subnets", () => {
    const { inputs } = only(resources, "aws:scheduler/schedule:Schedule", "api-nightly");
    const service = only(resources, "aws:ecs/service:Service", "api").inputs;
    const { subnets, securityGroups } = service.networkConfiguration as Record<string, unknown>;
    const cluster = arn("ecs", "cluster/dev");
    assert.deepEqual(inputs, {
      groupName: "api",
      scheduleExpression: nightly.schedule,
      scheduleExpressionTimezone: "Europe/Berlin",
      state: "ENABLED",
      flexibleTimeWindow: { mode: "OFF" },
      target: {
        arn: cluster,
        roleArn: `arn:aws:iam::${account}:role/api-scheduler`,
        input:
          '{"containerOverrides":[{"name":"api","command":["report"]}],"cpu":"512","memory":"1024"}',
        ecsParameters: {
          taskDefinitionArn: arn("ecs", "task-definition/slipway-dev-api-scheduled"),
          launchType: "FARGATE",
          taskCount: 1,
          networkConfiguration: { subnets, securityGroups, assignPublicIp: false },
        },
        retryPolicy: { maximumRetryAttempts: 3, maximumEventAgeInSeconds: 3600 },
        deadLetterConfig: { arn: arn("sqs", "failed") },
      },
    });
    const hourly = only(resources, "aws:scheduler/schedule:Schedule", "api-hourly");
    assert.equal(hourly.inputs.state, "DISABLED");
  });

  it("run where the service runs, together with its migration", async () => {
    const config = stackConfig("Pulumi.dev.yaml");
    const [api] = config["slipway:services"] as [object];
    const { resources: onEc2 } = await runStack({
      ...{ ...config, "aws:region": "eu-central-1" },
      "slipway:cluster": {
        capacityProviders: [{ name: "arm", instanceTypes: ["m7g.large"], maxSize: 4 }],
      },
      "slipway:services": [
        {
          ...{ ...api, cpuArchitecture: "ARM64", scheduledTasks: { nightly } },
          capacityProviderStrategies: [{ capacityProvider: "arm", weight: 2, base: 1 }],
          migration: { command: ["migrate"] },
        },
      ],
    });
    const { inputs } = only(onEc2, "aws:scheduler/schedule:Schedule");
    const { launchType, capacityProviderStrategies } = (
      inputs.target as { ecsParameters: Recorded["inputs"] }
    ).ecsParameters;
    const capacity = { capacityProvider: "arm-slipway-dev", weight: 2, base: 1 };
    assert.deepEqual([launchType, capacityProviderStrategies], [undefined, [capacity]]);
    const file = onEc2.find(({ inputs: { file } }) => String(file).endsWith("deploy-api-dev.yml"));
    assert.match(
      String(file?.inputs.content),
      /CAPACITY: "?--capacity-provider-strategy capacityProvider=arm-slipway-dev,weight=2,base=1"?\n/,
    );
  });

  it("have the service's containers, in a family of their own whose image CI owns", () => {
    const of = (name: string) => only(resources, "aws:ecs/taskDefinition:TaskDefinition", name);
    const [own, service] = [of("api-scheduled").inputs, of("api").inputs];
    const expected: Recorded["inputs"] = { ...service, family: "slipway-dev-api-scheduled" };
    assert.deepEqual(own, expected);
    assert.deepEqual([expected.trackLatest, expected.skipDestroy], [true, true]);
  });

  it("start with a role that only the scheduler assumes, and that can do nothing else", async () => {
    const role = only(resources, "aws:iam/role:Role", "api-scheduler");
    const [trust] = json<{ Statement: { Principal: object; Condition: object }[] }>(
      role,
      "assumeRolePolicy",
    ).Statement;
    assert.deepEqual(trust?.Principal, { Service: "scheduler.amazonaws.com" });
    assert.deepEqual(trust?.Condition, {
      StringEquals: {
        "aws:SourceAccount": account,
        "aws:SourceArn": arn("scheduler", "schedule-group/api"),
      },
    });
    const policy = json<object>(
      only(resources, "aws:iam/rolePolicy:RolePolicy", "api-scheduler"),
      "policy",
    );
    const caller = {
      account,
      arn: `arn:aws:sts::${account}:assumed-role/api-scheduler/x`,
      roleArn: `arn:aws:iam::${account}:role/api-scheduler`,
      policies: [{ name: "api-scheduler", policy }],
    };
    const family = arn("ecs", "task-definition/slipway-dev-api-scheduled:7");
    const inCluster = { "ecs:cluster": arn("ecs", "cluster/dev") };
    const pass = { "iam:PassedToService": "ecs-tasks.amazonaws.com" };
    const role_ = (name: string) => `arn:aws:iam::${account}:role/${name}`;
    const decide = (action: string, resource: string, context = {}) =>
      evaluate(caller, { action, resource, context });
    assert.deepEqual(
      await Promise.all([
        decide("ecs:RunTask", family, inCluster),
        decide("iam:PassRole", role_("api-task"), pass),
        decide("iam:PassRole", role_("api-execution"), pass),
        decide("sqs:SendMessage", arn("sqs", "failed")),
      ]),
      Array(4).fill("Allowed"),
    );
    assert.deepEqual(
      await Promise.all([
        decide("ecs:RunTask", family, { "ecs:cluster": arn("ecs", "cluster/prod") }),
        decide("ecs:RunTask", arn("ecs", "task-definition/slipway-dev-api:7"), inCluster),
        decide("iam:PassRole", role_("admin"), pass),
        decide("iam:PassRole", role_("api-task"), { "iam:PassedToService": "ec2.amazonaws.com" }),
        decide("sqs:SendMessage", arn("sqs", "other")),
        decide("ecs:StopTask", arn("ecs", "task/dev/0a1b"), inCluster),
      ]),
      Array(6).fill("ImplicitlyDenied"),
    );
  });

  it("let the workflow register revisions of their family, and of no other", async () => {
    const [statement] = json<{ Statement: { Resource: unknown }[] }>(
      only(resources, "aws:iam/rolePolicy:RolePolicy", "api-register"),
      "policy",
    ).Statement;
    assert.deepEqual(statement?.Resource, [
      arn("ecs", "task-definition/slipway-dev-api:*"),
      arn("ecs", "task-definition/slipway-dev-api-scheduled:*"),
    ]);
  });

  it("leave nothing where there are none", async () => {
    const { resources: without } = await runStack(stackConfig("Pulumi.dev.yaml"));
    assert.deepEqual(
      without.filter(({ type, name }) => /schedule/i.test(`${type} ${name}`)),
      [],
    );
  });
});
