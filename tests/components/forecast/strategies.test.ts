import assert from "node:assert/strict";
import {
  actionWaitMinutes,
  ConfigurationError,
  type DeploymentSettings,
  forecastDeployment,
  jobLimitWarning,
  jobTimeoutMinutes,
  longestMinutes,
  type Strategy,
  waitMinutes,
} from "../../../components/index";

/** Without guards; the test of guards has them. */
const two = { desiredCount: 2, guards: false } as const;
const of = (strategy: Strategy, settings: DeploymentSettings = two) =>
  forecastDeployment({ ...settings, strategy });

/** Start and length in seconds, what goes on, healthy/running of old and new, the new ones' share of the requests. */
const rows = (strategy: Strategy) =>
  of(strategy).phases.map(
    ({ startSeconds, seconds, name, old, new: fresh, traffic }) =>
      `${startSeconds}+${seconds} ${name} | ${old.healthy}/${old.running} ${fresh.healthy}/${fresh.running} | ${traffic.new}`,
  );

const hook = "arn:aws:lambda:us-east-1:123456789012:function:check";

describe("the forecast of a strategy", () => {
  it("rolls two tasks by 100/150 in two batches", () => {
    assert.deepEqual(rows({ type: "rolling", maximumPercent: 150 }), [
      "0+35 start 1 new | 2/2 0/0 | 0",
      "35+20 1 new start up | 2/2 0/1 | 0",
      "55+15 health check of 1 new | 2/2 0/1 | 0",
      "70+20 drain 1 old | 1/2 1/1 | 50",
      "90+5 stop 1 old | 1/2 1/1 | 50",
      "95+35 start 1 new | 1/1 1/1 | 50",
      "130+20 1 new start up | 1/1 1/2 | 50",
      "150+15 health check of 1 new | 1/1 1/2 | 50",
      "165+20 drain 1 old | 0/1 2/2 | 100",
      "185+5 stop 1 old | 0/1 2/2 | 100",
      "190+5 ECS sees that it is steady | 0/0 2/2 | 100",
    ]);
  });

  it("watches the alarms of a rolling deployment before it is over", () => {
    const watched = of({ type: "rolling", alarms: ["errors"] });
    assert.deepEqual(watched.largestParts[0], { part: "bake", seconds: 210 });
    assert.deepEqual(
      [watched.exposure.noticedBy, watched.exposure.seconds],
      ["alarm", 210 + watched.exposure.rollbackSeconds],
    );
  });

  it("runs the stages of a canary with hooks, a pause and a test listener in their order", () => {
    const strategy: Strategy = {
      type: "canary",
      testListener: {},
      hooks: {
        PRE_SCALE_UP: hook,
        POST_TEST_TRAFFIC_SHIFT: { type: "pause", timeoutInMinutes: 30 },
        POST_PRODUCTION_TRAFFIC_SHIFT: hook,
      },
    };
    assert.deepEqual(rows(strategy), [
      "0+30 hook | 2/2 0/0 | 0",
      "30+35 start 2 new | 2/2 0/0 | 0",
      "65+20 2 new start up | 2/2 0/2 | 0",
      "85+15 health check of 2 new | 2/2 0/2 | 0",
      "100+10 shift test traffic | 2/2 2/2 | 0",
      "110+10 shift traffic to 5 % | 2/2 2/2 | 5",
      "120+600 bake at 5 % | 2/2 2/2 | 5",
      "720+10 shift traffic to 100 % | 2/2 2/2 | 100",
      "730+30 hook | 2/2 2/2 | 100",
      "760+300 bake: both sets run | 2/2 2/2 | 100",
      "1060+20 drain 2 old | 0/2 2/2 | 100",
      "1080+5 stop 2 old | 0/2 2/2 | 100",
      "1085+5 ECS sees that it is steady | 0/0 2/2 | 100",
    ]);
    const { unknowns, configured } = of(strategy);
    assert.equal(configured.approvalMinutes, 30);
    assert.match(unknowns.join("\n"), /a hook takes: assumed 30 s each/);
    assert.match(unknowns.join("\n"), /an approval takes: assumed 0 s/);
  });

  it("runs hooks of a shift before and in each of its steps", () => {
    const hooks = { PRE_PRODUCTION_TRAFFIC_SHIFT: hook, PRODUCTION_TRAFFIC_SHIFT: hook };
    const strategy: Strategy = { type: "linear", stepPercent: 50, stepBakeTimeInMinutes: 1, hooks };
    const steps = rows(strategy).filter((row) => /hook|shift|bake at/.test(row));
    assert.deepEqual(
      steps.map((row) => row.replace(/^\d+\+\d+ /, "").replace(/ \|.*$/, "")),
      ["hook", "shift traffic to 50 %", "hook", "bake at 50 %"].concat([
        "hook",
        "shift traffic to 100 %",
        "hook",
      ]),
    );
  });

  it("counts a pause before each step of a shift", () => {
    const hooks = {
      PRE_PRODUCTION_TRAFFIC_SHIFT: { type: "pause", timeoutInMinutes: 30 },
    } as const;
    const minutes = (strategy: Strategy) => of(strategy).configured.approvalMinutes;
    assert.equal(minutes({ type: "blue-green", hooks }), 30);
    assert.equal(minutes({ type: "canary", hooks }), 60);
    assert.equal(minutes({ type: "linear", stepPercent: 25, hooks }), 120);
  });

  it("shifts in equal steps with a wait between two of them, and none after the last", () => {
    const shares = (strategy: Strategy) =>
      of(strategy)
        .phases.filter(({ part }) => part === "shift")
        .map(({ traffic }) => traffic.new);
    assert.deepEqual(shares({ type: "linear", stepPercent: 33.3 }), [33.3, 66.6, 99.9, 100]);
    assert.equal(
      of({ type: "linear", stepPercent: 50, bakeTimeInMinutes: 0 }).configured.bakeMinutes,
      6,
    );
    assert.deepEqual(shares({ type: "canary", canaryPercent: 100 }), [100]);
  });

  it("knows CodeDeploy's configurations, its approval and its termination wait", () => {
    const minutes = (strategy: Omit<Extract<Strategy, { type: "code-deploy" }>, "type">) =>
      of({ type: "code-deploy", ...strategy }).configured;
    assert.deepEqual(minutes({}), {
      ...{ bakeMinutes: 0, terminationMinutes: 60, approvalMinutes: 0 },
      migrationMinutes: 0,
    });
    assert.equal(
      minutes({ deploymentConfig: "CodeDeployDefault.ECSLinear10PercentEvery3Minutes" })
        .bakeMinutes,
      27,
    );
    assert.equal(
      minutes({ deploymentConfig: "CodeDeployDefault.ECSCanary10Percent15Minutes" }).bakeMinutes,
      15,
    );
    const custom = { type: "TimeBasedLinear", percentage: 40, interval: 7 } as const;
    assert.equal(minutes({ deploymentConfig: custom }).bakeMinutes, 14);
    assert.equal(minutes({ approvalWaitTimeInMinutes: 45 }).approvalMinutes, 45);
  });

  it("rolls a wrong release back by weights while the old tasks run, and by a deployment later", () => {
    const by = (strategy: Strategy) => of(strategy).exposure.by;
    assert.equal(by({ type: "canary" }), "weights");
    assert.equal(by({ type: "blue-green", bakeTimeInMinutes: 30 }), "weights");
    assert.equal(by({ type: "blue-green", bakeTimeInMinutes: 5 }), "a new deployment");
    assert.equal(by({ type: "rolling" }), "a new deployment");
    assert.equal(of({ type: "canary", alarms: ["errors"] }).exposure.peakPercent, 5);
  });

  it("has no end for a bad release if the circuit breaker is off", () => {
    const breaker = (enable: boolean, rollback: boolean) =>
      of({ type: "rolling", circuitBreaker: { enable, rollback } }).rollback.exits;
    assert.equal(breaker(true, true).seconds, 100);
    assert.deepEqual([breaker(false, false).seconds, breaker(true, false).seconds], [null, null]);
    assert.equal(of({ type: "code-deploy" }).rollbackSeconds, 3605);
  });

  it("counts failures to half the desired count, from 3 to 200", () => {
    const by = (desiredCount: number) =>
      forecastDeployment({ desiredCount }).rollback.exits.by.replace(/\D/g, "");
    assert.deepEqual([1, 6, 7, 25, 1000].map(by), ["3", "3", "4", "13", "200"]);
  });

  it("takes the fewest tasks of an autoscaled service, and says so", () => {
    const autoscaling = { minCapacity: 3, maxCapacity: 9 };
    const { count, unknowns } = forecastDeployment({ autoscaling, desiredCount: 1 });
    assert.equal(count, 3);
    assert.match(unknowns.join("\n"), /assumed 3, the minimum; autoscaling allows up to 9/);
    assert.equal(forecastDeployment({ autoscaling: { minCapacity: 0, maxCapacity: 1 } }).count, 1);
  });

  it("warns of a grace period that ends before the application has started", () => {
    const [warning] = forecastDeployment({}, { startupSeconds: 80 }).warnings;
    assert.match(warning ?? "", /Raise healthCheckGracePeriodSeconds to 90 or more/);
    assert.deepEqual(forecastDeployment({}, { startupSeconds: 50 }).warnings, []);
  });

  it("warns of a minimum of no task at all, and shows the gap", () => {
    const none = of({ type: "rolling", minimumHealthyPercent: 0, maximumPercent: 100 });
    assert.match(none.warnings.join("\n"), /users get errors during each deployment/);
    assert.ok(
      none.phases.some((phase) => phase.old.healthy + phase.new.healthy === 0),
      "every phase has a healthy task",
    );
  });

  it("refuses percentages with which ECS can replace no task, as an update does", () => {
    assert.throws(() => of({ type: "rolling", maximumPercent: 100 }), ConfigurationError);
  });
});

describe("what a deployment costs in addition to the usual tasks", () => {
  const cost = (settings: DeploymentSettings) =>
    forecastDeployment({ ...two, cpu: 1024, memory: 2048, ...settings }).extraCost;
  const hour = 0.04048 + 2 * 0.004445;
  const near = (actual: number, expected: number) =>
    assert.ok(Math.abs(actual - expected) < 1e-9, `${actual}, not ${expected}`);

  it("is that of the tasks above the desired count, by the second", () => {
    near(cost({}), (2 * 95 * hour) / 3600);
    assert.equal(
      cost({ strategy: { type: "rolling", minimumHealthyPercent: 50, maximumPercent: 100 } }),
      0,
    );
  });

  it("follows the processor, the disk, and the share on Spot", () => {
    near(cost({ cpuArchitecture: "ARM64" }), (2 * 95 * (0.03238 + 2 * 0.00356)) / 3600);
    near(cost({ ephemeralStorage: 30 }), (2 * 95 * (hour + 10 * 0.000111)) / 3600);
    const capacityProviderStrategies = [
      { capacityProvider: "FARGATE", base: 1, weight: 0 },
      { capacityProvider: "FARGATE_SPOT" },
    ] as const;
    near(cost({ capacityProviderStrategies }), (2 * 95 * hour * 0.65) / 3600);
  });

  it("is none on EC2, where only instances cost something and tasks may wait for them", () => {
    const onEc2 = { capacityProviderStrategies: [{ capacityProvider: "arm" }] };
    assert.equal(cost(onEc2), 0);
    const waits = forecastDeployment(onEc2);
    const { expectedSeconds } = forecastDeployment({});
    assert.equal(waits.expectedSeconds, expectedSeconds + 180);
    assert.match(waits.unknowns.join(), /they wait 180 s for new ones \(instanceSeconds\)/);
    assert.equal(
      forecastDeployment(onEc2, { instanceSeconds: 0 }).expectedSeconds,
      expectedSeconds,
    );
  });
});

describe("how long CI waits for a deployment", () => {
  it("waits for all that the configuration asks for, within what a job of GitHub's can last", () => {
    const waits = (strategy: Strategy) => {
      const forecast = of(strategy);
      return [waitMinutes(forecast), actionWaitMinutes(forecast), jobTimeoutMinutes(forecast)];
    };
    assert.deepEqual(waits({ type: "rolling" }), [20, 20, 45]);
    assert.deepEqual(waits({ type: "linear" }), [80, 80, 105]);
    assert.deepEqual(waits({ type: "blue-green", bakeTimeInMinutes: 1440 }), [335, 335, 360]);
    // The deploy action adds the termination wait and the approval itself.
    assert.deepEqual(waits({ type: "code-deploy" }), [80, 20, 105]);
    assert.deepEqual(
      waits({
        type: "code-deploy",
        terminationWaitTimeInMinutes: 0,
        approvalWaitTimeInMinutes: 60,
      }),
      [80, 20, 105],
    );
  });

  it("rounds to 5 minutes in the workflow file, so that a difference of seconds does not change the file", () => {
    const minutes = (deregistrationDelay: number) => {
      const strategy = { type: "rolling", maximumPercent: 150 } as const;
      const forecast = of(strategy, { ...two, deregistrationDelay });
      const file = [actionWaitMinutes(forecast), jobTimeoutMinutes(forecast)];
      return [longestMinutes(forecast), file] as const;
    };
    const file = [25, 50];
    assert.deepEqual([5, 20, 40].map(minutes), [
      [22, file],
      [23, file],
      [25, file],
    ]);
    assert.deepEqual(minutes(60), [27, [30, 55]]);
  });

  it("fits into the job, together with the build, whatever CodeDeploy waits for", () => {
    for (let termination = 0; termination <= 2880; termination += 7) {
      const forecast = of({ type: "code-deploy", terminationWaitTimeInMinutes: termination });
      const [wait, action] = [waitMinutes(forecast), actionWaitMinutes(forecast)];
      const job = jobTimeoutMinutes(forecast);
      assert.equal(job % 5, 0);
      assert.ok(job <= 360 && job - wait >= 25, `${termination}: ${wait} of ${job}`);
      if (wait < 335) {
        assert.ok(
          wait >= longestMinutes(forecast),
          `waits ${wait} min for a deployment of ${longestMinutes(forecast)} min`,
        );
        assert.equal(action % 5, 0);
        assert.equal(wait, action + termination);
      }
    }
  });

  it("has a margin of minutes beyond what is expected, whatever the strategy", () => {
    for (const type of ["rolling", "blue-green", "canary", "linear", "code-deploy"] as const) {
      const forecast = of({ type });
      const margin = longestMinutes(forecast) - forecast.expectedSeconds / 60;
      assert.ok(margin >= 10, `${type}: ${margin}`);
    }
  });

  it("waits for as long as a pause may last", () => {
    const hooks = { POST_SCALE_UP: { type: "pause", timeoutInMinutes: 120 } } as const;
    assert.ok(
      waitMinutes(of({ type: "blue-green", hooks })) >= 125,
      "the wait is shorter than the hooks may take",
    );
  });

  it("says what makes a deployment longer than a job", () => {
    assert.equal(jobLimitWarning(of({ type: "linear" })), undefined);
    const late = jobLimitWarning(of({ type: "code-deploy", terminationWaitTimeInMinutes: 2880 }));
    assert.equal(
      longestMinutes(of({ type: "code-deploy", terminationWaitTimeInMinutes: 2880 })),
      2898,
    );
    assert.match(late ?? "", /may take 2898 minutes \(termination wait 2880\).* ends after 360/);
  });
});
