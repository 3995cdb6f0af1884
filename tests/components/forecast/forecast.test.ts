import assert from "node:assert/strict";
import fc from "fast-check";
import {
  type DeploymentSettings,
  type Forecast,
  forecastDeployment,
  type Phase,
  type Strategy,
} from "../../../components/index";
import { resolveStrategy } from "../../../components/service/strategy/resolve";

/** Without guards; the test of guards has them. */
const two = { desiredCount: 2, guards: false } as const;
/** The settings of a service with AWS's own defaults. */
const awsDefaults = {
  deregistrationDelay: 300,
  healthCheck: { interval: 30, unhealthyThreshold: 2 },
};

describe("the forecast's figures", () => {
  it("replaces two tasks of a service that starts in 20 s within 120 s", () => {
    assert.equal(forecastDeployment(two, { startupSeconds: 20 }).expectedSeconds, 100);
  });

  it("replaces them in 400 s with AWS's own drain and interval, and in more than ten minutes in two batches", () => {
    const seconds = (strategy: Strategy) =>
      forecastDeployment({ ...two, ...awsDefaults, strategy }).expectedSeconds;
    assert.equal(seconds({ type: "rolling" }), 400);
    assert.equal(seconds({ type: "rolling", maximumPercent: 150 }), 795);
    assert.equal(seconds({ type: "rolling", minimumHealthyPercent: 50, maximumPercent: 100 }), 795);
  });

  it("rolls back a release whose tasks exit at start within 180 s", () => {
    const { rollback, rollbackSeconds } = forecastDeployment(two);
    assert.equal(rollbackSeconds, 100);
    assert.equal(rollback.exits.by, "the circuit breaker, after 3 failed tasks");
  });

  it("rolls back a release that never passes the health check, and says what shortens this", () => {
    const { unhealthy } = forecastDeployment(two).rollback;
    assert.equal(unhealthy.seconds, 260);
    assert.match(unhealthy.whatShortensIt[0] ?? "", /^a shorter healthCheckGracePeriodSeconds/);
    const shorter = { ...two, healthCheckGracePeriodSeconds: 30 };
    assert.equal(forecastDeployment(shorter).rollback.unhealthy.seconds, 200);
  });

  it("explains one drain for each batch, if 500 tasks drain for 17 s in place of 300 s", () => {
    const seconds = (deregistrationDelay: number, maximumPercent: number) =>
      forecastDeployment({
        desiredCount: 500,
        guards: false,
        deregistrationDelay,
        healthCheck: { interval: 30 },
        strategy: { type: "rolling", maximumPercent },
      }).expectedSeconds;
    assert.deepEqual(
      [200, 150].map((percent) => seconds(300, percent) - seconds(17, percent)),
      [283, 566],
    );
  });
});

const healthCheck = fc
  .record({
    interval: fc.integer({ min: 5, max: 300 }),
    unhealthyThreshold: fc.integer({ min: 2, max: 10 }),
  })
  .map((check) => ({ ...check, timeout: 2 }));
const minutes = fc.integer({ min: 4, max: 90 });
const shift = {
  bakeTimeInMinutes: minutes,
  testListener: fc.option(fc.constant({}), { nil: undefined }),
};
const strategies: fc.Arbitrary<Strategy> = fc.oneof(
  fc.record({
    type: fc.constant("rolling" as const),
    minimumHealthyPercent: fc.integer({ min: 1, max: 100 }),
    maximumPercent: fc.integer({ min: 100, max: 300 }),
    alarms: fc.constantFrom([], ["errors"]),
  }),
  fc.record({ type: fc.constant("blue-green" as const), ...shift }),
  fc.record({
    type: fc.constant("canary" as const),
    ...shift,
    canaryPercent: fc.integer({ min: 1, max: 1000 }).map((tenths) => tenths / 10),
    canaryBakeTimeInMinutes: minutes,
  }),
  fc.record({
    type: fc.constant("linear" as const),
    ...shift,
    stepPercent: fc.integer({ min: 30, max: 1000 }).map((tenths) => tenths / 10),
    stepBakeTimeInMinutes: minutes,
  }),
  fc.record({
    type: fc.constant("code-deploy" as const),
    terminationWaitTimeInMinutes: minutes,
    deploymentConfig: fc.record({
      type: fc.constantFrom("TimeBasedCanary" as const, "TimeBasedLinear" as const),
      percentage: fc.integer({ min: 1, max: 99 }),
      interval: minutes.map((interval) => interval + 1),
    }),
  }),
);
const settings: fc.Arbitrary<DeploymentSettings> = fc
  .record({
    desiredCount: fc.integer({ min: 1, max: 50 }),
    deregistrationDelay: fc.integer({ min: 0, max: 600 }),
    healthCheckGracePeriodSeconds: fc.integer({ min: 0, max: 300 }),
    healthCheck,
    guards: fc.constantFrom(undefined, false as const),
    strategy: strategies,
  })
  .filter(({ desiredCount, strategy }) => moves(desiredCount, strategy));

/** Whether ECS can replace a task. It cannot if both percentages round to the count itself; another test checks that this is refused. */
function moves(count: number, strategy: Strategy): boolean {
  if (strategy.type !== "rolling") {
    return true;
  }
  const { minimumHealthyPercent = 100, maximumPercent = 200 } = strategy;
  return (
    Math.ceil((count * minimumHealthyPercent) / 100) < count ||
    Math.floor((count * maximumPercent) / 100) > count
  );
}

function everyPhase({ phases, rollback }: Forecast): (readonly Phase[])[] {
  return [phases, rollback.exits.phases, rollback.unhealthy.phases];
}

describe("every phase of every forecast", () => {
  const holds = (check: (forecast: Forecast, phase: Phase) => void) =>
    fc.assert(
      fc.property(settings, fc.boolean(), (service, drainingTasksCount) => {
        const forecast = forecastDeployment(service, { drainingTasksCount });
        for (const phase of everyPhase(forecast).flat()) {
          check(forecast, phase);
        }
      }),
      { numRuns: 400 },
    );

  it("keeps as many healthy tasks behind the load balancer as configured, and never none", () => {
    holds(({ minimumHealthy }, { old, new: fresh, traffic }) => {
      const serving = (traffic.old > 0 ? old.healthy : 0) + (traffic.new > 0 ? fresh.healthy : 0);
      assert.ok(serving >= Math.max(1, minimumHealthy), `${serving} of ${minimumHealthy}`);
    });
  });

  it("sends no request to a revision that has no healthy task, and all of them somewhere", () => {
    holds((_, { old, new: fresh, traffic }) => {
      assert.ok(
        traffic.old === 0 || old.healthy > 0,
        `${traffic.old} % of the requests go to no healthy old task`,
      );
      assert.ok(
        traffic.new === 0 || fresh.healthy > 0,
        `${traffic.new} % of the requests go to no healthy new task`,
      );
      assert.ok(
        Math.abs(traffic.old + traffic.new - 100) < 1e-9,
        `${traffic.old} % and ${traffic.new} % are not all requests`,
      );
    });
  });

  it("follows the one before without a gap, and runs no more tasks than the configuration allows", () => {
    fc.assert(
      fc.property(settings, (service) => {
        const forecast = forecastDeployment(service);
        const strategy = resolveStrategy(service.strategy);
        const percent = strategy.type === "rolling" ? strategy.maximumPercent : undefined;
        const most = Math.floor((forecast.count * (percent ?? 200)) / 100);
        for (const phases of everyPhase(forecast)) {
          let end = 0;
          for (const { startSeconds, seconds, tasks } of phases) {
            assert.ok(
              Math.abs(startSeconds - end) < 1e-6,
              `the phase starts at ${startSeconds} s, and the one before ends at ${end} s`,
            );
            assert.ok(
              seconds > 0 && tasks <= most,
              `the phase has ${seconds} s and ${tasks} of at most ${most} tasks`,
            );
            end = startSeconds + seconds;
          }
        }
      }),
    );
  });

  it("ends with the new tasks alone, or after a rollback with the old ones alone", () => {
    fc.assert(
      fc.property(settings, (service) => {
        const { phases, rollback, count, expectedSeconds, largestParts } =
          forecastDeployment(service);
        const all = { pending: 0, running: count, healthy: count };
        assert.deepEqual(phases.at(-1)?.new, all);
        assert.equal(phases.at(-1)?.old.running, 0);
        if (resolveStrategy(service.strategy).type !== "code-deploy") {
          assert.deepEqual(rollback.exits.phases.at(-1)?.old, all);
          assert.deepEqual(rollback.unhealthy.phases.at(-1)?.old, all);
        }
        const together = largestParts.reduce((sum, { seconds }) => sum + seconds, 0);
        assert.ok(
          Math.abs(together - expectedSeconds) < 1e-6,
          `the parts take ${together} s, and the deployment ${expectedSeconds} s`,
        );
      }),
    );
  });
});
