import assert from "node:assert/strict";
import { CLUSTER, Emulator, type Route } from "./emulator";

const BREAKER = { enable: true, rollback: true };

describe("the emulated rolling deployment", function () {
  this.timeout(10_000);
  let aws: Emulator;
  let count = 0;

  before(async function () {
    aws = await Emulator.start(this);
    await aws.image("exits", "exits", "no such file");
    await aws.image("sick", "unhealthy");
    await aws.image("absent", "pull-fails");
  });

  /** A service behind its own rule. */
  async function service(deploymentConfiguration = {}, desiredCount = 2) {
    const name = `service-${count++}`;
    const route = await aws.makeRoute(name);
    const loadBalancers = [
      { targetGroupArn: route.groups[0], containerName: "app", containerPort: 8000 },
    ];
    const taskDefinition = await aws.create(name, {
      loadBalancers,
      desiredCount,
      deploymentConfiguration,
    });
    await aws.resetTraffic();
    return { name, route, taskDefinition };
  }

  async function health(route: Route): Promise<(string | undefined)[]> {
    const input = { TargetGroupArn: route.groups[0] };
    const { TargetHealthDescriptions = [] } = await aws.elb.describeTargetHealth(input);
    return TargetHealthDescriptions.map(({ TargetHealth }) => TargetHealth?.State);
  }

  for (const [minimumHealthyPercent, maximumPercent, least, most] of [
    [50, 100, 1, 2],
    [50, 150, 1, 3],
    [100, 150, 2, 3],
    [100, 200, 2, 4],
  ] as const) {
    it(`stays within ${minimumHealthyPercent}/${maximumPercent}`, async () => {
      const { name, route } = await service({ minimumHealthyPercent, maximumPercent });
      const taskDefinition = await aws.deploy(name, "good:2");
      const samples = await aws.traffic(route.rule);
      assert.equal(Math.min(...samples.map(({ receiving }) => receiving)), least);
      const registered = samples.map(({ groups }) => groups[route.groups[0]]?.registered ?? 0);
      assert.ok(
        Math.max(...registered) <= most,
        `${Math.max(...registered)} targets were registered, more than ${most}`,
      );
      const { deployments, taskDefinition: now, runningCount } = await aws.describe(name);
      assert.deepEqual([deployments?.length, now, runningCount], [1, taskDefinition, 2]);
    });
  }

  it("stops between steps at manual pace", async () => {
    const { name, route } = await service();
    await aws.pace(name, "manual");
    await aws.deploy(name, "good:2");
    assert.match((await aws.advance(name, { steps: 2 })).join(), /begins,started/);
    const { deployments, pendingCount } = await aws.describe(name);
    assert.deepEqual(
      deployments?.map(({ status, rolloutState }) => [status, rolloutState]),
      [
        ["PRIMARY", "IN_PROGRESS"],
        ["ACTIVE", "COMPLETED"],
      ],
    );
    assert.equal(pendingCount, 1);
    assert.equal((await aws.latest(name)).status, "IN_PROGRESS");
    await aws.advance(name, { steps: 2 });
    assert.deepEqual((await health(route)).sort(), ["healthy", "healthy", "initial"]);
    await aws.advance(name);
    assert.equal((await aws.describe(name)).deployments?.length, 1);
    assert.equal((await aws.latest(name)).status, "SUCCESSFUL");
    assert.deepEqual(await health(route), ["healthy", "healthy"]);
  });

  it("reports that it can neither stop nor start a task", async () => {
    const { name } = await service({ minimumHealthyPercent: 100, maximumPercent: 100 });
    await aws.deploy(name, "good:2");
    const { deployments, events } = await aws.describe(name);
    assert.equal(deployments?.[0]?.rolloutState, "IN_PROGRESS");
    assert.match(events?.[0]?.message ?? "", /was unable to stop or start tasks/);
  });

  for (const [image, stopCode, reason] of [
    ["exits:1", "EssentialContainerExited", /^Essential container in task exited$/],
    ["sick:1", "ServiceSchedulerInitiated", /^Task failed ELB health checks in \(target-group arn/],
    ["absent:1", "TaskFailedToStart", /^CannotPullContainerError: /],
  ] as const) {
    it(`rolls a release of ${image} back`, async () => {
      const { name, route, taskDefinition } = await service({ deploymentCircuitBreaker: BREAKER });
      const before = (await aws.describe(name)).deployments?.[0]?.id;
      await aws.deploy(name, image);
      const { deployments = [], events = [], ...now } = await aws.describe(name);
      assert.deepEqual([now.taskDefinition, now.runningCount], [taskDefinition, 2]);
      assert.equal(deployments.length, 1);
      assert.equal(deployments[0]?.rolloutState, "COMPLETED");
      assert.equal(deployments[0]?.taskDefinition, taskDefinition);
      const latest = await aws.latest(name);
      assert.equal(latest.status, "ROLLBACK_SUCCESSFUL");
      assert.match(latest.statusReason ?? "", /circuit breaker threshold was exceeded/);
      assert.deepEqual(latest.deploymentCircuitBreaker, {
        status: "TRIGGERED",
        failureCount: 3,
        threshold: 3,
      });
      const messages = events.map(({ message }) => message);
      assert.ok(
        messages.includes(`(service ${name}) rolling back to deployment ${before}.`),
        `no event of a rollback to ${before} in:\n${messages.join("\n")}`,
      );
      assert.ok(
        messages.some((text) => text?.endsWith("deployment failed: tasks failed to start.")),
        messages.join("\n"),
      );
      const [stopped] = (await aws.tasks(name, "STOPPED")).filter(
        (task) => task.taskDefinitionArn !== taskDefinition,
      );
      assert.equal(stopped?.stopCode, stopCode);
      assert.match(stopped?.stoppedReason ?? "", reason);
      assert.equal(await aws.leastReceiving(route.rule), 2);
    });
  }

  it("shows the exit code and its reason", async () => {
    const { name } = await service({ deploymentCircuitBreaker: BREAKER });
    await aws.deploy(name, "exits:2");
    const stopped = await aws.tasks(name, "STOPPED");
    const container = stopped.find(({ stopCode }) => stopCode === "EssentialContainerExited");
    assert.equal(container?.containers?.[0]?.exitCode, 1);
    assert.equal(container?.containers?.[0]?.reason, "no such file");
  });

  it("leaves a failed deployment as it is if the breaker does not roll back", async () => {
    const { name, taskDefinition } = await service({
      deploymentCircuitBreaker: { enable: true, rollback: false },
    });
    const bad = await aws.deploy(name, "exits:1");
    const { deployments = [] } = await aws.describe(name);
    assert.deepEqual(
      deployments.map((one) => [one.status, one.taskDefinition, one.rolloutState]),
      [
        ["PRIMARY", bad, "FAILED"],
        ["ACTIVE", taskDefinition, "COMPLETED"],
      ],
    );
    assert.equal((await aws.latest(name)).status, "STOPPED");
    assert.equal((await aws.tasks(name)).length, 2);
  });

  it("does not end without a breaker, and recovers with the next release", async () => {
    const { name, route } = await service();
    await aws.deploy(name, "exits:1");
    const [primary] = (await aws.describe(name)).deployments ?? [];
    assert.equal(primary?.rolloutState, "IN_PROGRESS");
    assert.ok(
      (primary?.failedTasks ?? 0) >= 10,
      `${primary?.failedTasks} tasks failed, not at least 10`,
    );
    const good = await aws.deploy(name, "good:3");
    const { deployments, taskDefinition } = await aws.describe(name);
    assert.deepEqual([deployments?.length, taskDefinition], [1, good]);
    assert.equal(await aws.leastReceiving(route.rule), 2);
  });

  it("has no deployment to roll back to when the first one fails", async () => {
    const taskDefinition = await aws.register("stillborn", "exits:1");
    await aws.create("stillborn", {
      taskDefinition,
      deploymentConfiguration: { deploymentCircuitBreaker: BREAKER },
    });
    const [primary] = (await aws.describe("stillborn")).deployments ?? [];
    assert.equal(primary?.rolloutState, "FAILED");
    assert.equal(
      primary?.rolloutStateReason,
      "ECS deployment circuit breaker: tasks failed to start.",
    );
  });

  it("rolls back when an alarm fires, unless it fired before the deployment", async () => {
    const AlarmName = "errors";
    await aws.makeAlarm(AlarmName);
    const fire = (state: "ALARM" | "OK") => aws.setAlarm(AlarmName, state);
    const alarms = { alarmNames: [AlarmName], enable: true, rollback: true };
    const { name, route, taskDefinition } = await service({ alarms });
    await aws.pace(name, "manual");
    await aws.deploy(name, "good:2");
    await aws.advance(name, { steps: 6 });
    await fire("ALARM");
    await aws.advance(name);
    assert.equal((await aws.describe(name)).taskDefinition, taskDefinition);
    const { status, alarms: seen } = await aws.latest(name);
    assert.equal(status, "ROLLBACK_SUCCESSFUL");
    assert.deepEqual(seen?.triggeredAlarmNames, [AlarmName]);
    assert.equal(await aws.leastReceiving(route.rule), 2);

    const next = await aws.deploy(name, "good:3");
    await aws.advance(name);
    assert.equal((await aws.describe(name)).taskDefinition, next);
    await fire("OK");
  });

  it("rolls a wrong release back with an alarm, and completes it without", async () => {
    await aws.image("wrong", "wrong");
    const alarms = { alarmNames: ["errors-of-users"], enable: true, rollback: true };
    const watched = await service({ alarms });
    await aws.deploy(watched.name, "wrong:2");
    assert.equal((await aws.latest(watched.name)).status, "ROLLBACK_SUCCESSFUL");
    const { taskDefinition } = await aws.describe(watched.name);
    assert.equal(taskDefinition, watched.taskDefinition);

    const { name } = await service();
    const wrong = await aws.deploy(name, "wrong:2");
    assert.equal((await aws.latest(name)).status, "SUCCESSFUL");
    assert.equal((await aws.describe(name)).taskDefinition, wrong);
  });

  it("ends a task of RunTask with the exit code of its main container, or without one", async () => {
    await aws.image("migrates-wrongly", "task-fails", undefined, 3);
    const run = async (image: string) => {
      const { tasks: [started] = [] } = await aws.ecs.runTask({
        cluster: CLUSTER,
        taskDefinition: await aws.register("one-off", image),
        launchType: "FARGATE",
        networkConfiguration: aws.network(),
        startedBy: "migration",
      });
      const tasks = [started?.taskArn ?? ""];
      const { tasks: [task] = [] } = await aws.ecs.describeTasks({ cluster: CLUSTER, tasks });
      const { name, exitCode } = task?.containers?.[0] ?? {};
      return [task?.lastStatus, task?.stoppedReason, name, exitCode];
    };
    const ended = "Essential container in task exited";
    assert.deepEqual(await run("good:1"), ["STOPPED", ended, "app", 0]);
    assert.deepEqual(await run("migrates-wrongly:1"), ["STOPPED", ended, "app", 3]);
    assert.deepEqual((await run("absent:1")).slice(1), [
      "CannotPullContainerError: absent:1: not found",
      "app",
      undefined,
    ]);
    const running = await aws.ecs.listTasks({ cluster: CLUSTER, startedBy: "migration" });
    assert.deepEqual(running.taskArns, []);
  });

  it("scales, and replaces a task that was stopped", async () => {
    const { name, route } = await service();
    await aws.update(name, { desiredCount: 4 });
    assert.equal((await health(route)).length, 4);
    const [task] = await aws.tasks(name);
    await aws.ecs.stopTask({ cluster: CLUSTER, task: task?.taskArn });
    assert.equal((await aws.tasks(name)).length, 4);
    await aws.update(name, { desiredCount: 1 });
    assert.equal((await health(route)).length, 1);
  });

  it("keeps traffic while another service replaces it in the same target group", async () => {
    const { name, route, taskDefinition } = await service();
    const loadBalancers = [
      { targetGroupArn: route.groups[0], containerName: "app", containerPort: 8000 },
    ];
    await aws.create(`${name}-b`, { taskDefinition, loadBalancers });
    assert.equal((await health(route)).length, 4);
    await aws.ecs.deleteService({ cluster: CLUSTER, service: name, force: true });
    assert.deepEqual(await health(route), ["healthy", "healthy"]);
    assert.equal(await aws.leastReceiving(route.rule), 2);
  });
});
