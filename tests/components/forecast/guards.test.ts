import assert from "node:assert/strict";
import {
  ConfigurationError,
  type DeploymentSettings,
  forecastDeployment,
  type StrategyName,
} from "../../../components/index";

describe("the forecast of a guarded service", () => {
  const wrong: [StrategyName, seconds: number, peakPercent: number, by: string][] = [
    ["rolling", 280, 100, "a new deployment"],
    ["blue-green", 220, 100, "weights"],
    ["canary", 220, 5, "weights"],
    ["linear", 220, 10, "weights"],
    ["code-deploy", 220, 100, "weights"],
  ];
  for (const [strategy, seconds, peakPercent, by] of wrong) {
    it(`ends a wrong release under ${strategy} within five minutes`, () => {
      const { exposure } = forecastDeployment({ desiredCount: 2, strategy });
      assert.deepEqual(
        [exposure.seconds, exposure.peakPercent, exposure.by, exposure.noticedBy],
        [seconds, peakPercent, by, "guard"],
      );
      assert.ok(exposure.seconds <= 300, `${exposure.seconds} s`);
    });
  }

  const crashing: [StrategyName, seconds: number, peakPercent: number][] = [
    ["rolling", 340, 100],
    ["blue-green", 280, 100],
    ["canary", 280, 5],
    ["linear", 280, 10],
    ["code-deploy", 280, 100],
  ];
  for (const [strategy, seconds, peakPercent] of crashing) {
    it(`ends a release whose tasks exit again and again under ${strategy}`, () => {
      for (const desiredCount of [1, 2]) {
        const { crashes } = forecastDeployment({ desiredCount, strategy });
        assert.deepEqual(
          [crashes.seconds, crashes.peakPercent, crashes.noticedBy],
          [seconds, peakPercent, "guard"],
        );
      }
    });
  }

  it("sees tasks that exit for as long as two exits are within the four minutes of the guard", () => {
    // The tasks start in 70 s, so they exit 170 or 240 s after each other.
    const noticed = (crashSeconds: number) =>
      forecastDeployment({ strategy: "canary" }, { crashSeconds }).crashes.noticedBy;
    assert.deepEqual([noticed(100), noticed(169), noticed(170)], ["guard", "guard", "people"]);
    const without = { strategy: "canary", guards: { exits: false } } as const;
    assert.equal(forecastDeployment(without).crashes.noticedBy, "people");
  });

  it("ends a release whose tasks exit at start if there is no circuit breaker", () => {
    const exits = (settings: DeploymentSettings) => {
      const { by, seconds } = forecastDeployment(settings).rollback.exits;
      return `${seconds}: ${by}`;
    };
    const strategy = { type: "code-deploy" } as const;
    assert.equal(exits({ strategy }), "215: the guard of exits, after 2 failed tasks");
    assert.match(exits({ strategy: { ...strategy, autoRollback: false } }), /^3605: CodeDeploy's/);
    const circuitBreaker = { enable: false, rollback: false };
    assert.match(exits({ strategy: { type: "canary", circuitBreaker } }), /^215: the guard/);
    assert.match(exits({ strategy: "canary" }), /circuit breaker/);
  });

  it("leaves a wrong release to people if the guard of errors is off, or ends no deployment", () => {
    const noticed = [
      forecastDeployment({ guards: { errors: false } }),
      forecastDeployment({ guards: false, strategy: "canary" }),
      forecastDeployment({ strategy: { type: "code-deploy", autoRollback: false } }),
      forecastDeployment({}, { alarmDelaySeconds: 600 }),
    ].map(({ exposure }) => exposure.noticedBy);
    assert.deepEqual(noticed, ["people", "people", "people", "people"]);
  });

  it("takes longer under rolling, by the time that ECS watches the alarms, and waits for that once", () => {
    const [guarded, plain] = [forecastDeployment({}), forecastDeployment({ guards: false })];
    assert.equal(guarded.expectedSeconds - plain.expectedSeconds, 240);
    assert.deepEqual([guarded.configured.bakeMinutes, plain.configured.bakeMinutes], [4, 0]);
    const slow = forecastDeployment({ healthCheckGracePeriodSeconds: 300 });
    assert.equal(slow.configured.bakeMinutes, 7);
  });

  it("refuses a bake in which no guard can fire, as an update would", () => {
    const strategy = { type: "blue-green", bakeTimeInMinutes: 3 } as const;
    assert.throws(() => forecastDeployment({ strategy }), ConfigurationError);
    assert.equal(forecastDeployment({ strategy, guards: false }).exposure.noticedBy, "people");
  });
});
