import assert from "node:assert/strict";
import {
  ConfigurationError,
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

  it("leaves a wrong release to people if the guard of errors is off, or ends no deployment", () => {
    const noticed = [
      forecastDeployment({ guards: { errors: false } }),
      forecastDeployment({ guards: false, strategy: "canary" }),
      forecastDeployment({ strategy: { type: "code-deploy", autoRollback: false } }),
      forecastDeployment({}, { alarmDelaySeconds: 600 }),
    ].map(({ exposure }) => exposure.noticedBy);
    assert.deepEqual(noticed, ["people", "people", "people", "people"]);
  });

  it("takes as much longer under rolling as ECS watches the alarms, and waits for that once", () => {
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
