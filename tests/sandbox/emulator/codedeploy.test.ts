import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { CLUSTER, Emulator, type Route } from "./emulator";

const EVENTS = [
  "BeforeInstall",
  "Install",
  "AfterInstall",
  "AllowTestTraffic",
  "AfterAllowTestTraffic",
  "BeforeAllowTraffic",
  "AllowTraffic",
  "AfterAllowTraffic",
] as const;
const ROLLBACK = {
  enabled: true,
  events: ["DEPLOYMENT_FAILURE", "DEPLOYMENT_STOP_ON_ALARM", "DEPLOYMENT_STOP_ON_REQUEST"],
};

interface Info {
  readonly deploymentId: string;
  readonly status: string;
  readonly creator: string;
  readonly deploymentConfigName: string;
  readonly errorInformation?: { readonly code: string; readonly message: string };
  readonly rollbackInfo?: {
    readonly rollbackDeploymentId?: string;
    readonly rollbackTriggeringDeploymentId?: string;
  };
}

interface Site {
  readonly name: string;
  readonly route: Route;
  readonly taskDefinition: string;
}

/** Tests CodeDeploy's behaviour from the user guide's pages on deployments to ECS. */
describe("the emulated CodeDeploy", function () {
  this.timeout(10_000);
  let aws: Emulator;
  let role: string;
  let count = 0;

  before(async function () {
    aws = await Emulator.start(this);
    role = await aws.makeRole("codedeploy-role", "codedeploy.amazonaws.com");
    await aws.image("exits", "exits");
  });

  /** A service, and an application and deployment group of the same name. */
  async function site(group: Record<string, unknown> = {}): Promise<Site> {
    const name = `site-${count++}`;
    const route = await aws.makeRoute(name);
    const taskDefinition = await aws.create(name, {
      deploymentController: { type: "CODE_DEPLOY" },
      loadBalancers: [
        { targetGroupArn: route.groups[0], containerName: "app", containerPort: 8000 },
      ],
    });
    const application = { applicationName: name, computePlatform: "ECS" };
    await aws.codeDeploy("CreateApplication", application);
    await aws.codeDeploy("CreateDeploymentGroup", { ...groupOf(name, route), ...group });
    await aws.resetTraffic();
    return { name, route, taskDefinition };
  }

  function groupOf(name: string, route: Route) {
    return {
      applicationName: name,
      deploymentGroupName: name,
      serviceRoleArn: role,
      autoRollbackConfiguration: ROLLBACK,
      deploymentStyle: { deploymentType: "BLUE_GREEN", deploymentOption: "WITH_TRAFFIC_CONTROL" },
      blueGreenDeploymentConfiguration: ready("CONTINUE_DEPLOYMENT", 0),
      ecsServices: [{ clusterName: CLUSTER, serviceName: name }],
      loadBalancerInfo: {
        targetGroupPairInfoList: [
          {
            targetGroups: [{ name }, { name: `${name}-2` }],
            prodTrafficRoute: { listenerArns: [route.listener] },
            testTrafficRoute: { listenerArns: [route.testListener] },
          },
        ],
      },
    };
  }

  function ready(actionOnTimeout: string, waitTimeInMinutes: number) {
    return {
      deploymentReadyOption: { actionOnTimeout, waitTimeInMinutes },
      terminateBlueInstancesOnDeploymentSuccess: {
        action: "TERMINATE",
        terminationWaitTimeInMinutes: 60,
      },
    };
  }

  function appSpec(TaskDefinition: string, Hooks: Record<string, string>[] = [], port = 8000) {
    const LoadBalancerInfo = { ContainerName: "app", ContainerPort: port };
    const Properties = {
      TaskDefinition,
      LoadBalancerInfo,
      PlatformVersion: "1.4.0",
      NetworkConfiguration: { AwsvpcConfiguration: { Subnets: aws.subnets, SecurityGroups: [] } },
    };
    const Resources = [{ TargetService: { Type: "AWS::ECS::Service", Properties } }];
    return JSON.stringify({ version: 0.0, Resources, Hooks });
  }

  async function create(name: string, content: string, more: Record<string, unknown> = {}) {
    const sha256 = createHash("sha256").update(content).digest("hex");
    const { deploymentId } = await aws.codeDeploy<{ deploymentId: string }>("CreateDeployment", {
      applicationName: name,
      deploymentGroupName: name,
      revision: { revisionType: "AppSpecContent", appSpecContent: { content, sha256 } },
      ...more,
    });
    return deploymentId;
  }

  async function deploy({ name }: Site, image: string, more: Record<string, unknown> = {}) {
    const taskDefinition = await aws.register(name, image);
    return { taskDefinition, id: await create(name, appSpec(taskDefinition), more) };
  }

  async function info(deploymentId: string): Promise<Info> {
    const answer = await aws.codeDeploy<{ deploymentInfo: Info }>("GetDeployment", {
      deploymentId,
    });
    return answer.deploymentInfo;
  }

  async function events({ name }: Site, deploymentId: string): Promise<string[]> {
    const input = { deploymentId, targetId: `${CLUSTER}:${name}` };
    type Answer = {
      deploymentTarget: { ecsTarget: { lifecycleEvents: { status: string }[] } };
    };
    const { deploymentTarget } = await aws.codeDeploy<Answer>("GetDeploymentTarget", input);
    return deploymentTarget.ecsTarget.lifecycleEvents.map(({ status }) => status);
  }

  /** The old task set has all traffic, the new one is deleted, and there was traffic at every moment. */
  async function assertBack({ name, route, taskDefinition }: Site): Promise<void> {
    const { taskSets = [], ...service } = await aws.describe(name);
    assert.deepEqual(
      taskSets.map((one) => [one.status, one.taskDefinition]),
      [["PRIMARY", taskDefinition]],
    );
    assert.deepEqual([service.taskDefinition, service.runningCount], [taskDefinition, 2]);
    assert.deepEqual(await aws.weights(route.rule, route), [100, 0]);
    assert.deepEqual(await aws.weights(route.testRule, route), [100, 0]);
    assert.equal(await aws.leastReceiving(route.rule), 2);
  }

  async function assertRolledBack(id: string): Promise<void> {
    const { rollbackInfo } = await info(id);
    const back = await info(rollbackInfo?.rollbackDeploymentId ?? "");
    assert.deepEqual(
      [back.status, back.creator, back.rollbackInfo?.rollbackTriggeringDeploymentId],
      ["Succeeded", "codeDeployRollback", id],
    );
  }

  for (const [deploymentConfigName, shares] of [
    ["CodeDeployDefault.ECSAllAtOnce", [0, 100]],
    ["CodeDeployDefault.ECSCanary10Percent5Minutes", [0, 10, 100]],
    [
      "CodeDeployDefault.ECSLinear10PercentEvery1Minutes",
      [0, 10, 20, 30, 40, 50, 60, 70, 80, 90, 100],
    ],
  ] as const) {
    it(`shifts as configured in ${deploymentConfigName}`, async () => {
      const one = await site();
      const { id, taskDefinition } = await deploy(one, "good:2", { deploymentConfigName });
      assert.equal((await info(id)).status, "Succeeded");
      assert.deepEqual(new Set(await events(one, id)), new Set(["Succeeded"]));
      const weights = (await aws.traffic(one.route.rule)).map(
        (sample) => sample.weights[one.route.groups[1]] ?? 0,
      );
      assert.deepEqual([...new Set(weights)], shares);
      const { taskSets = [], ...service } = await aws.describe(one.name);
      assert.deepEqual(
        taskSets.map(({ status, externalId }) => [status, externalId]),
        [["PRIMARY", id]],
      );
      assert.equal(service.taskDefinition, taskDefinition);
      assert.equal(service.loadBalancers?.[0]?.targetGroupArn, one.route.groups[1]);
      assert.equal(await aws.leastReceiving(one.route.rule), 2);
      await deploy(one, "good:3");
      assert.deepEqual(await aws.weights(one.route.rule, one.route), [100, 0]);
    });
  }

  it("keeps both task sets until the termination wait is over", async () => {
    const one = await site();
    await aws.pace(one.name, "manual", "termination wait");
    const { id } = await deploy(one, "good:2");
    assert.equal((await info(id)).status, "InProgress");
    const { taskSets = [], runningCount } = await aws.describe(one.name);
    assert.deepEqual(
      taskSets.map(({ status }) => status),
      ["ACTIVE", "PRIMARY"],
    );
    assert.equal(runningCount, 4);
    await assert.rejects(deploy(one, "good:3"), /already has an active Deployment/);
    await aws.advance(one.name);
    assert.equal((await info(id)).status, "Succeeded");
  });

  it("waits for an approval, whatever the pace", async () => {
    const one = await site({
      blueGreenDeploymentConfiguration: ready("STOP_DEPLOYMENT", 60),
    });
    const { id } = await deploy(one, "good:2");
    assert.equal((await info(id)).status, "Ready");
    assert.deepEqual(await aws.weights(one.route.testRule, one.route), [0, 100]);
    assert.deepEqual(await aws.weights(one.route.rule, one.route), [100, 0]);
    await aws.codeDeploy("ContinueDeployment", {
      deploymentId: id,
      deploymentWaitType: "READY_WAIT",
    });
    assert.equal((await info(id)).status, "Succeeded");
  });

  it("fails and rolls back when the new tasks do not start", async () => {
    const one = await site();
    const { id } = await deploy(one, "exits:1");
    const { status, errorInformation } = await info(id);
    assert.equal(status, "Failed");
    assert.match(errorInformation?.message ?? "", /timed out while waiting for the replacement/);
    assert.deepEqual((await events(one, id)).slice(0, 3), ["Succeeded", "Failed", "Skipped"]);
    await assertRolledBack(id);
    await assertBack(one);
  });

  for (const stage of EVENTS) {
    it(`goes back when stopped at ${stage}`, async () => {
      const one = await site();
      await aws.pace(one.name, "manual", stage);
      const { id } = await deploy(one, "good:2");
      await aws.pace(one.name, "instant");
      await aws.codeDeploy("StopDeployment", { deploymentId: id, autoRollbackEnabled: true });
      const { status, errorInformation } = await info(id);
      assert.deepEqual([status, errorInformation?.code], ["Stopped", "MANUAL_STOP"]);
      await assertRolledBack(id);
      await assertBack(one);
    });
  }

  it("keeps its state when it is stopped without a rollback, and recovers with the next deployment", async () => {
    const one = await site({ autoRollbackConfiguration: { enabled: false } });
    await aws.pace(one.name, "manual", "AllowTraffic");
    const canary = { deploymentConfigName: "CodeDeployDefault.ECSCanary10Percent5Minutes" };
    const { id } = await deploy(one, "good:2", canary);
    await aws.advance(one.name, { steps: 1 });
    await aws.pace(one.name, "instant");
    await aws.codeDeploy("StopDeployment", { deploymentId: id });
    assert.deepEqual(await aws.weights(one.route.rule, one.route), [90, 10]);
    assert.equal((await info(id)).rollbackInfo, undefined);
    const next = await deploy(one, "good:3");
    assert.equal((await info(next.id)).status, "Succeeded");
    assert.equal((await aws.describe(one.name)).taskDefinition, next.taskDefinition);
    assert.equal(await aws.leastReceiving(one.route.rule), 2);
  });

  it("stops on an alarm", async () => {
    const AlarmName = "errors";
    await aws.makeAlarm(AlarmName);
    const one = await site({
      alarmConfiguration: { enabled: true, alarms: [{ name: AlarmName }] },
    });
    await aws.pace(one.name, "manual", "AllowTraffic");
    const { id } = await deploy(one, "good:2");
    await aws.advance(one.name, { steps: 1 });
    await aws.setAlarm(AlarmName, "ALARM");
    await aws.advance(one.name);
    const { status, errorInformation } = await info(id);
    assert.deepEqual([status, errorInformation?.code], ["Stopped", "ALARM_ACTIVE"]);
    assert.match(errorInformation?.message ?? "", /Activated alarms: <errors>$/);
    await assertRolledBack(id);
    await assertBack(one);
  });

  it("stops when a wrong release gets users' requests", async () => {
    await aws.image("wrong", "wrong");
    const alarms = [{ name: "errors-of-users" }];
    const one = await site({ alarmConfiguration: { enabled: true, alarms } });
    const { id } = await deploy(one, "wrong:2");
    const { status, errorInformation } = await info(id);
    assert.deepEqual([status, errorInformation?.code], ["Stopped", "ALARM_ACTIVE"]);
    await assertRolledBack(id);
    await assertBack(one);
  });

  it("stops a fix while the alarms see the running wrong release, until they are off", async () => {
    const one = await site();
    await aws.image("wrong", "wrong");
    await deploy(one, "wrong:2");
    const watch = (enabled: boolean, names: readonly string[]) =>
      aws.codeDeploy("UpdateDeploymentGroup", {
        applicationName: one.name,
        currentDeploymentGroupName: one.name,
        alarmConfiguration: { enabled, alarms: names.map((name) => ({ name })) },
      });
    await watch(true, ["errors-of-users"]);
    const { id } = await deploy(one, "good:3");
    assert.equal((await info(id)).errorInformation?.code, "ALARM_ACTIVE");
    await watch(false, []);
    const fix = await deploy(one, "good:4");
    assert.equal((await info(fix.id)).status, "Succeeded");
  });

  it("fails when a hook fails", async () => {
    const one = await site();
    const hook = "arn:aws:lambda:eu-central-1:123456789012:function:check";
    await aws.control("POST", "hook", { function: hook, answer: "FAILED" });
    const taskDefinition = await aws.register(one.name, "good:2");
    const id = await create(one.name, appSpec(taskDefinition, [{ AfterAllowTraffic: hook }]));
    const { status, errorInformation } = await info(id);
    assert.deepEqual([status, errorInformation?.code], ["Failed", "HOOK_EXECUTION_FAILURE"]);
    await assertBack(one);
  });

  it("passes on ECS's errors about the AppSpec", async () => {
    const one = await site();
    const id = await create(one.name, appSpec(one.taskDefinition, [], 443));
    const { status, errorInformation } = await info(id);
    assert.deepEqual([status, errorInformation?.code], ["Failed", "ECS_UPDATE_ERROR"]);
    assert.match(errorInformation?.message ?? "", /did not have a container port 443 defined/);
    const empty = await create(one.name, "{}");
    assert.equal((await info(empty)).errorInformation?.code, "INVALID_REVISION");
  });

  it("has deployment configurations", async () => {
    const trafficRoutingConfig = {
      type: "TimeBasedLinear",
      timeBasedLinear: { linearPercentage: 25, linearInterval: 2 },
    };
    const input = { deploymentConfigName: "own", computePlatform: "ECS", trafficRoutingConfig };
    await aws.codeDeploy("CreateDeploymentConfig", input);
    type Config = { deploymentConfigInfo: { trafficRoutingConfig: unknown } };
    const get = (deploymentConfigName: string) =>
      aws.codeDeploy<Config>("GetDeploymentConfig", { deploymentConfigName });
    assert.deepEqual(
      (await get("own")).deploymentConfigInfo.trafficRoutingConfig,
      trafficRoutingConfig,
    );
    assert.deepEqual(
      (await get("CodeDeployDefault.ECSCanary10Percent15Minutes")).deploymentConfigInfo
        .trafficRoutingConfig,
      {
        type: "TimeBasedCanary",
        timeBasedCanary: { canaryPercentage: 10, canaryInterval: 15 },
      },
    );
    type List = { deploymentConfigsList: string[] };
    const { deploymentConfigsList } = await aws.codeDeploy<List>("ListDeploymentConfigs", {});
    assert.ok(deploymentConfigsList.includes("own"), `own is not among ${deploymentConfigsList}`);
    const one = await site({ deploymentConfigName: "own" });
    await assert.rejects(
      aws.codeDeploy("DeleteDeploymentConfig", { deploymentConfigName: "own" }),
      /DeploymentConfigInUseException/,
    );
    const { id } = await deploy(one, "good:2");
    assert.equal((await info(id)).deploymentConfigName, "own");
    await assert.rejects(get("other"), /No Deployment Configuration found for name: other/);
  });

  it("updates and deletes groups and applications, and keeps revisions", async () => {
    const one = await site();
    const names = { applicationName: one.name, deploymentGroupName: one.name };
    await aws.codeDeploy("UpdateDeploymentGroup", {
      applicationName: one.name,
      currentDeploymentGroupName: one.name,
      deploymentConfigName: "CodeDeployDefault.ECSCanary10Percent5Minutes",
      alarmConfiguration: { enabled: true, alarms: [{ name: "other" }] },
    });
    const { id } = await deploy(one, "good:2");
    type Group = { deploymentGroupInfo: Record<string, Record<string, unknown>> };
    const { deploymentGroupInfo } = await aws.codeDeploy<Group>("GetDeploymentGroup", names);
    assert.deepEqual(deploymentGroupInfo.alarmConfiguration?.alarms, [{ name: "other" }]);
    assert.equal(deploymentGroupInfo.lastSuccessfulDeployment?.deploymentId, id);
    const revision = {
      revisionType: "AppSpecContent",
      appSpecContent: { content: appSpec(one.taskDefinition) },
    };
    await aws.codeDeploy("RegisterApplicationRevision", {
      applicationName: one.name,
      revision,
    });
    const found = await aws.codeDeploy<{ revision: unknown }>("GetApplicationRevision", {
      applicationName: one.name,
      revision,
    });
    assert.deepEqual(found.revision, revision);
    await aws.codeDeploy("DeleteDeploymentGroup", names);
    await assert.rejects(aws.codeDeploy("GetDeploymentGroup", names), /does not exist/);
    await aws.codeDeploy("DeleteApplication", { applicationName: one.name });
    await assert.rejects(
      aws.codeDeploy("GetApplication", { applicationName: one.name }),
      /does not exist/,
    );
  });

  it("refuses a group that cannot deploy to ECS", async () => {
    const one = await site();
    const group = { ...groupOf(one.name, one.route), deploymentGroupName: "other" };
    for (const [wrong, message] of [
      [{ serviceRoleArn: aws.role }, /does not have the permissions required to assume the role/],
      [{ deploymentStyle: { deploymentType: "IN_PLACE" } }, /InvalidDeploymentStyleException/],
      [{ deploymentConfigName: "absent" }, /No Deployment Configuration found/],
      [
        { ecsServices: [{ clusterName: CLUSTER, serviceName: "absent" }] },
        /InvalidECSServiceException/,
      ],
    ] as const) {
      await assert.rejects(
        aws.codeDeploy("CreateDeploymentGroup", { ...group, ...wrong }),
        message,
      );
    }
    await aws.create("plain");
    await assert.rejects(
      aws.codeDeploy("CreateDeploymentGroup", {
        ...group,
        ecsServices: [{ clusterName: CLUSTER, serviceName: "plain" }],
      }),
      /must be configured for a CODE_DEPLOY deployment controller/,
    );
  });
});
