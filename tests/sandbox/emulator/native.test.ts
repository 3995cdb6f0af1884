import assert from "node:assert/strict";
import type { DeploymentConfiguration } from "@aws-sdk/client-ecs";
import { CLUSTER, Emulator, type Route } from "./emulator";

const STAGES = [
  "PRE_SCALE_UP",
  "SCALE_UP",
  "POST_SCALE_UP",
  "TEST_TRAFFIC_SHIFT",
  "POST_TEST_TRAFFIC_SHIFT",
  "PRE_PRODUCTION_TRAFFIC_SHIFT",
  "PRODUCTION_TRAFFIC_SHIFT",
  "POST_PRODUCTION_TRAFFIC_SHIFT",
  "BAKE_TIME",
] as const;
const BLUE_GREEN: DeploymentConfiguration = { strategy: "BLUE_GREEN", bakeTimeInMinutes: 5 };

describe("the emulated native strategies", function () {
  this.timeout(10_000);
  let aws: Emulator;
  let count = 0;

  before(async function () {
    aws = await Emulator.start(this);
    await aws.image("exits", "exits");
  });

  async function service(deploymentConfiguration: DeploymentConfiguration = BLUE_GREEN) {
    const name = `service-${count++}`;
    const route = await aws.makeRoute(name);
    const loadBalancers = [aws.shifted(route)];
    const taskDefinition = await aws.create(name, { loadBalancers, deploymentConfiguration });
    await aws.resetTraffic();
    // The service starts in the alternate group, so the route's first group is the one that has the traffic now.
    const [group, alternate] = route.groups;
    return {
      name,
      route: { ...route, groups: [alternate, group] as const },
      taskDefinition,
      loadBalancers,
    };
  }

  /** The share of the second group at each change, from the record. */
  async function shifts(route: Route, rule = route.rule): Promise<number[]> {
    const shares = (await aws.traffic(rule)).map(({ weights }) => weights[route.groups[1]] ?? 0);
    return shares.filter((share, index) => share !== shares[index - 1]);
  }

  it("starts a service in the alternate group, and gives it the traffic", async () => {
    const { name, route, loadBalancers } = await service();
    const [live] = route.groups;
    assert.equal(loadBalancers[0]?.advancedConfiguration.alternateTargetGroupArn, live);
    assert.deepEqual(await aws.weights(route.rule, route), [100, 0]);
    assert.equal((await aws.traffic(route.rule))[0]?.receiving, 2);
    assert.equal((await aws.latest(name)).status, "SUCCESSFUL");
  });

  for (const [strategy, expected] of [
    [{ strategy: "BLUE_GREEN", bakeTimeInMinutes: 5 }, [0, 100]],
    [{ strategy: "CANARY", canaryConfiguration: { canaryPercent: 5 } }, [0, 5, 100]],
    [{ strategy: "CANARY", canaryConfiguration: { canaryPercent: 2.5 } }, [0, 25, 100]],
    [{ strategy: "LINEAR", linearConfiguration: { stepPercent: 25 } }, [0, 25, 50, 75, 100]],
  ] as const) {
    it(`shifts as configured in ${JSON.stringify(strategy)}, and back to the first group next time`, async () => {
      const { name, route, loadBalancers } = await service(strategy);
      const second = await aws.deploy(name, "good:2");
      assert.deepEqual(await shifts(route), expected);
      assert.deepEqual(await aws.weights(route.rule, route), [0, 100]);
      assert.deepEqual(await aws.weights(route.testRule, route), [0, 100]);
      const now = await aws.describe(name);
      assert.deepEqual([now.taskDefinition, now.runningCount], [second, 2]);
      assert.deepEqual(now.loadBalancers, loadBalancers);
      await aws.deploy(name, "good:3");
      assert.deepEqual(await aws.weights(route.rule, route), [100, 0]);
      assert.equal(await aws.leastReceiving(route.rule), 2);
    });
  }

  it("goes through its stages one by one", async () => {
    const { name, route } = await service();
    await aws.pace(name, "manual");
    await aws.deploy(name, "good:2");
    for (const stage of [...STAGES, "CLEAN_UP"]) {
      await aws.advance(name, { until: stage });
      const { lifecycleStage, status } = await aws.latest(name);
      assert.deepEqual([lifecycleStage, status], [stage, "IN_PROGRESS"]);
    }
    const { targetServiceRevision, sourceServiceRevisions } = await aws.latest(name);
    assert.equal(targetServiceRevision?.requestedProductionTrafficWeight, 100);
    assert.equal(sourceServiceRevisions?.[0]?.requestedProductionTrafficWeight, 0);
    assert.equal((await aws.describe(name)).runningCount, 4);
    await aws.advance(name);
    assert.equal((await aws.latest(name)).status, "SUCCESSFUL");
    assert.equal(await aws.leastReceiving(route.rule), 2);
  });

  for (const stage of STAGES) {
    it(`rolls back from ${stage} with traffic at every moment`, async () => {
      const { name, route, taskDefinition } = await service();
      await aws.pace(name, "manual", stage);
      await aws.deploy(name, "good:2");
      const { serviceDeploymentArn, lifecycleStage } = await aws.latest(name);
      assert.equal(lifecycleStage, stage);
      await aws.pace(name, "instant");
      await aws.ecs.stopServiceDeployment({ serviceDeploymentArn });
      assert.equal((await aws.latest(name)).status, "ROLLBACK_SUCCESSFUL");
      const now = await aws.describe(name);
      assert.deepEqual([now.taskDefinition, now.runningCount], [taskDefinition, 2]);
      assert.deepEqual(await aws.weights(route.rule, route), [100, 0]);
      assert.deepEqual(await aws.weights(route.testRule, route), [100, 0]);
      assert.equal(await aws.leastReceiving(route.rule), 2);
    });
  }

  it("rolls back from halfway through a linear shift", async () => {
    const { name, route } = await service({
      strategy: "LINEAR",
      linearConfiguration: { stepPercent: 20 },
    });
    await aws.pace(name, "manual", "PRODUCTION_TRAFFIC_SHIFT");
    await aws.deploy(name, "good:2");
    // Run the bake, run to before the next step, then run the step.
    await aws.advance(name, { steps: 3 });
    assert.deepEqual(await aws.weights(route.rule, route), [60, 40]);
    const { serviceDeploymentArn } = await aws.latest(name);
    await aws.ecs.stopServiceDeployment({ serviceDeploymentArn });
    await aws.advance(name);
    assert.deepEqual(await shifts(route), [0, 20, 40, 0]);
    assert.equal(await aws.leastReceiving(route.rule), 2);
  });

  it("rolls back a release that does not start, before it gets traffic", async () => {
    const { name, route, taskDefinition } = await service({
      ...BLUE_GREEN,
      deploymentCircuitBreaker: { enable: true, rollback: true },
    });
    await aws.deploy(name, "exits:1");
    assert.equal((await aws.describe(name)).taskDefinition, taskDefinition);
    assert.deepEqual(await shifts(route), [0]);
    assert.equal(await aws.leastReceiving(route.rule), 2);
  });

  it("rolls back when a hook fails", async () => {
    const hookTargetArn = `arn:aws:lambda:eu-central-1:123456789012:function:check`;
    const { name, route, taskDefinition } = await service({
      ...BLUE_GREEN,
      lifecycleHooks: [
        { hookTargetArn, roleArn: aws.role, lifecycleStages: ["POST_TEST_TRAFFIC_SHIFT"] },
      ],
    });
    await aws.deploy(name, "good:2");
    assert.equal((await aws.latest(name)).lifecycleHookDetails?.[0]?.status, "SUCCEEDED");
    const good = (await aws.describe(name)).taskDefinition;
    assert.notEqual(good, taskDefinition);
    await aws.control("POST", "hook", { function: hookTargetArn, answer: "FAILED" });
    await aws.deploy(name, "good:3");
    const { status, statusReason, lifecycleHookDetails } = await aws.latest(name);
    assert.deepEqual(
      [status, lifecycleHookDetails?.[0]?.status],
      ["ROLLBACK_SUCCESSFUL", "FAILED"],
    );
    assert.equal(
      statusReason,
      "Service deployment rolled back because POST_TEST_TRAFFIC_SHIFT lifecycle hook(s) failed. " +
        `Lifecycle hook target ${hookTargetArn} returned FAILED status.`,
    );
    assert.equal((await aws.describe(name)).taskDefinition, good);
    assert.equal(await aws.leastReceiving(route.rule), 2);
  });

  for (const [action, status] of [
    ["CONTINUE", "SUCCESSFUL"],
    ["ROLLBACK", "ROLLBACK_SUCCESSFUL"],
  ] as const) {
    it(`pauses, whatever the pace, until ${action}`, async () => {
      const config: DeploymentConfiguration = {
        ...BLUE_GREEN,
        lifecycleHooks: [
          {
            targetType: "PAUSE",
            lifecycleStages: ["POST_TEST_TRAFFIC_SHIFT"],
            timeoutConfiguration: { timeoutInMinutes: 60, action: "ROLLBACK" },
          },
        ],
      };
      const { name, route } = await service();
      await aws.update(name, { deploymentConfiguration: config });
      await aws.deploy(name, "good:2");
      const paused = await aws.latest(name);
      assert.equal(paused.status, "IN_PROGRESS");
      const [hook] = paused.lifecycleHookDetails ?? [];
      assert.deepEqual(
        [hook?.targetType, hook?.status, hook?.timeoutAction],
        ["PAUSE", "AWAITING_ACTION", "ROLLBACK"],
      );
      await aws.ecs.continueServiceDeployment({
        serviceDeploymentArn: paused.serviceDeploymentArn,
        hookId: hook?.hookId,
        action,
      });
      assert.equal((await aws.latest(name)).status, status);
      assert.equal(await aws.leastReceiving(route.rule), 2);
    });
  }

  it("rolls back when an alarm fires during the bake", async () => {
    const AlarmName = "errors";
    await aws.makeAlarm(AlarmName);
    const alarms = { alarmNames: [AlarmName], enable: true, rollback: true };
    const { name, route, taskDefinition } = await service({ ...BLUE_GREEN, alarms });
    await aws.pace(name, "manual", "BAKE_TIME");
    await aws.deploy(name, "good:2");
    assert.deepEqual(await aws.weights(route.rule, route), [0, 100]);
    await aws.setAlarm(AlarmName, "ALARM");
    await aws.advance(name);
    assert.equal((await aws.describe(name)).taskDefinition, taskDefinition);
    assert.deepEqual(await shifts(route), [0, 100, 0]);
    assert.equal(await aws.leastReceiving(route.rule), 2);
  });

  it("fires the alarms of a wrong release as soon as it gets users' requests, and not before", async () => {
    await aws.image("wrong", "wrong");
    const alarms = { alarmNames: ["errors-of-users"], enable: true, rollback: true };
    const { name, route, taskDefinition } = await service({ ...BLUE_GREEN, alarms });
    await aws.pace(name, "manual", "POST_TEST_TRAFFIC_SHIFT");
    await aws.deploy(name, "wrong:2");
    assert.equal((await aws.latest(name)).status, "IN_PROGRESS");
    await aws.advance(name);
    const { status, alarms: seen } = await aws.latest(name);
    assert.equal(status, "ROLLBACK_SUCCESSFUL");
    assert.deepEqual(seen?.triggeredAlarmNames, ["errors-of-users"]);
    assert.equal((await aws.describe(name)).taskDefinition, taskDefinition);
    assert.deepEqual(await shifts(route), [0, 100, 0]);
    assert.equal(await aws.leastReceiving(route.rule), 2);
  });

  it("ends a wrong canary by the alarm that reads its target group's errors, after its datapoints", async () => {
    await aws.image("wrong", "wrong");
    const canary = {
      strategy: "CANARY",
      canaryConfiguration: { canaryPercent: 5, canaryBakeTimeInMinutes: 4 },
      bakeTimeInMinutes: 5,
    } as const;
    const alarmNames = ["guard-of-errors", "guard-of-latency", "guard-of-another-group"];
    const alarms = { alarmNames, enable: true, rollback: true };
    const { name, route } = await service({ ...canary, alarms });
    await aws.makeGuard("guard-of-errors", "HTTPCode_Target_5XX_Count", route.groups);
    await aws.makeGuard("guard-of-latency", "TargetResponseTime", route.groups);
    await aws.makeGuard("guard-of-another-group", "HTTPCode_Target_5XX_Count", ["a:b"]);
    await aws.deploy(name, "wrong:2");
    const { status, alarms: seen } = await aws.latest(name);
    assert.deepEqual(
      [status, seen?.triggeredAlarmNames],
      ["ROLLBACK_SUCCESSFUL", ["guard-of-errors"]],
    );
    assert.deepEqual(await shifts(route), [0, 5, 0]);
    const steps = (await aws.traffic(route.rule)).map(({ what }) => what);
    assert.ok(
      steps.includes(`${name}: rollback begins after 210 s of wrong answers`),
      steps.join("\n"),
    );
  });

  it("restores the previous revision when the next deployment starts before the last one ended", async () => {
    const { name, route } = await service();
    await aws.pace(name, "manual", "BAKE_TIME");
    await aws.deploy(name, "good:2");
    await aws.pace(name, "manual", "RECONCILE_SERVICE");
    const third = await aws.deploy(name, "good:3");
    assert.equal((await aws.latest(name)).lifecycleStage, "RECONCILE_SERVICE");
    await aws.advance(name);
    const now = await aws.describe(name);
    assert.deepEqual([now.taskDefinition, now.runningCount], [third, 2]);
    assert.equal(await aws.leastReceiving(route.rule), 2);
  });

  it("keeps members that an update does not have, but not another strategy's settings", async () => {
    const deploymentCircuitBreaker = { enable: true, rollback: true };
    const canary: DeploymentConfiguration = {
      strategy: "CANARY",
      canaryConfiguration: { canaryPercent: 20 },
      deploymentCircuitBreaker,
    };
    const { name, route } = await service(canary);
    await aws.update(name, { deploymentConfiguration: { maximumPercent: 150 } });
    assert.deepEqual((await aws.describe(name)).deploymentConfiguration, {
      ...canary,
      maximumPercent: 150,
    });
    await aws.deploy(name, "good:2");
    assert.deepEqual(await shifts(route), [0, 20, 100]);
    await aws.update(name, { deploymentConfiguration: { strategy: "BLUE_GREEN" } });
    assert.deepEqual((await aws.describe(name)).deploymentConfiguration, {
      strategy: "BLUE_GREEN",
      deploymentCircuitBreaker,
      maximumPercent: 150,
    });
  });

  it("goes back to rolling when a switch to a native strategy fails", async () => {
    const name = `service-${count++}`;
    const route = await aws.makeRoute(name);
    const plain = [{ targetGroupArn: route.groups[0], containerName: "app", containerPort: 8000 }];
    const breaker = { deploymentCircuitBreaker: { enable: true, rollback: true } };
    const taskDefinition = await aws.create(name, {
      loadBalancers: plain,
      deploymentConfiguration: breaker,
    });
    await aws.resetTraffic();
    await aws.update(name, {
      deploymentConfiguration: BLUE_GREEN,
      loadBalancers: [aws.shifted(route)],
      taskDefinition: await aws.register(name, "exits:1"),
    });
    const now = await aws.describe(name);
    assert.deepEqual([now.taskDefinition, now.loadBalancers], [taskDefinition, plain]);
    assert.deepEqual(await aws.weights(route.rule, route), [100, 0]);
    assert.equal(await aws.leastReceiving(route.rule), 2);
  });

  it("replaces another service in the target group that has no traffic", async () => {
    const { name, route, loadBalancers } = await service();
    await aws.deploy(name, "good:2");
    const next = `${name}-next`;
    await aws.create(next, { loadBalancers, deploymentConfiguration: BLUE_GREEN });
    await aws.ecs.deleteService({ cluster: CLUSTER, service: name, force: true });
    assert.deepEqual(await aws.weights(route.rule, route), [100, 0]);
    assert.equal(await aws.leastReceiving(route.rule), 2);
    await aws.deploy(next, "good:3");
    assert.deepEqual(await aws.weights(route.rule, route), [0, 100]);
    assert.equal(await aws.leastReceiving(route.rule), 2);
  });

  it("exchanges target group and alternate after a deployment, if a test orders it", async () => {
    const { name, route, loadBalancers } = await service();
    await aws.control("POST", "swap", { swap: true });
    await aws.deploy(name, "good:2");
    const [entry] = (await aws.describe(name)).loadBalancers ?? [];
    // The group with the traffic was already the target group, so nothing changes; the next deployment exchanges them.
    assert.deepEqual(entry, loadBalancers[0]);
    await aws.deploy(name, "good:3");
    await aws.control("POST", "swap", { swap: false });
    const [exchanged] = (await aws.describe(name)).loadBalancers ?? [];
    assert.deepEqual(
      [exchanged?.targetGroupArn, exchanged?.advancedConfiguration?.alternateTargetGroupArn],
      route.groups,
    );
  });

  it("switches between rolling and native in place", async () => {
    const { name, route, loadBalancers } = await service();
    await aws.deploy(name, "good:2");
    const live = [{ targetGroupArn: route.groups[1], containerName: "app", containerPort: 8000 }];
    await aws.update(name, {
      deploymentConfiguration: { strategy: "ROLLING" },
      loadBalancers: live,
      taskDefinition: await aws.register(name, "good:3"),
    });
    assert.deepEqual(await aws.weights(route.rule, route), [0, 100]);
    assert.deepEqual((await aws.describe(name)).loadBalancers, live);
    await aws.update(name, {
      deploymentConfiguration: { strategy: "CANARY" },
      loadBalancers,
      taskDefinition: await aws.register(name, "good:4"),
    });
    assert.deepEqual(await aws.weights(route.rule, route), [100, 0]);
    assert.equal((await aws.describe(name)).runningCount, 2);
    assert.equal(await aws.leastReceiving(route.rule), 2);
  });
});
