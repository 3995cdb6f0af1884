import assert from "node:assert/strict";
import type { Strategy } from "../../../components";
import { checkStrategy, planDeployment } from "../../../components/deployment/strategy";

const path = "strategy";

describe("planDeployment", () => {
  const rolling = {
    deploymentController: { type: "ECS" },
    forceNewDeployment: true,
    deploymentMinimumHealthyPercent: 100,
    deploymentMaximumPercent: 200,
    deploymentCircuitBreaker: { enable: true, rollback: true },
  };
  const table: [Strategy, object][] = [
    [{ type: "rolling" }, rolling],
    [
      { type: "rolling", minimumHealthyPercent: 0, maximumPercent: 100, alarms: [] },
      { ...rolling, deploymentMinimumHealthyPercent: 0, deploymentMaximumPercent: 100 },
    ],
    [
      { type: "rolling", circuitBreaker: { enable: false, rollback: false }, alarms: ["a", "b"] },
      {
        ...rolling,
        deploymentCircuitBreaker: { enable: false, rollback: false },
        alarms: { alarmNames: ["a", "b"], enable: true, rollback: true },
      },
    ],
  ];
  for (const [strategy, service] of table) {
    it(`of ${JSON.stringify(strategy)}`, async () => {
      assert.deepEqual(planDeployment(strategy), { service, ignoreChanges: [] });
    });
  }

  for (const type of ["blue-green", "canary", "linear", "code-deploy"] as const) {
    it(`refuses ${type}, which is not built yet`, async () => {
      assert.throws(() => planDeployment({ type }), {
        name: "Error",
        problems: [
          {
            path,
            value: type,
            allowed: "rolling; the other strategies are known, but not built yet",
            fix: "use rolling, with circuitBreaker and alarms to roll a bad release back",
          },
        ],
      });
    });
  }
});

describe("checkStrategy", () => {
  const stuck = (minimum: number, maximum: number, rest: object) => ({
    path,
    value: { minimumHealthyPercent: minimum, maximumPercent: maximum },
    ...rest,
  });
  const table: [minimum: number, maximum: number, counts: [number, number], object[]][] = [
    // The combinations that teams discuss, and the smallest that move.
    [50, 100, [2, 2], []],
    [50, 150, [2, 10], []],
    [100, 150, [2, 10], []],
    [100, 200, [1, 1], []],
    [0, 100, [1, 1], []],
    [100, 100, [0, 0], []],
    [
      100,
      100,
      [1, 1],
      [
        stuck(100, 100, {
          allowed:
            "percents that let a task start or stop: with 1 task, 1 must stay healthy and 1 may run, so no deployment would ever move",
          fix: "raise maximumPercent to 200 or lower minimumHealthyPercent to 0",
        }),
      ],
    ],
    [
      100,
      150,
      [1, 4],
      [
        stuck(100, 150, {
          allowed:
            "percents that let a task start or stop: with 1 task, 1 must stay healthy and 1 may run, so no deployment would ever move",
          fix: "raise maximumPercent to 200 or lower minimumHealthyPercent to 0",
        }),
      ],
    ],
    [
      51,
      149,
      [2, 2],
      [
        stuck(51, 149, {
          allowed:
            "percents that let a task start or stop: with 2 tasks, 2 must stay healthy and 2 may run, so no deployment would ever move",
          fix: "raise maximumPercent to 150 or lower minimumHealthyPercent to 50",
        }),
      ],
    ],
    [
      101,
      99,
      [1, 1],
      [
        {
          path: "strategy.minimumHealthyPercent",
          value: 101,
          allowed: "a whole number from 0 to 100 (percent)",
          fix: "the nearest is 100",
        },
        {
          path: "strategy.maximumPercent",
          value: 99,
          allowed: "a whole number from 100 to 1000 (percent)",
          fix: "the nearest is 100",
        },
      ],
    ],
  ];
  for (const [minimumHealthyPercent, maximumPercent, counts, problems] of table) {
    const verdict = problems.length === 0 ? "accepts" : "refuses";
    it(`${verdict} ${minimumHealthyPercent}/${maximumPercent} for ${counts.join(" to ")} tasks`, async () => {
      const strategy = { type: "rolling", minimumHealthyPercent, maximumPercent } as const;
      assert.deepEqual(checkStrategy(strategy, counts, path), problems);
    });
  }

  it("proposes percents that move", async () => {
    const pairs = [2, 3, 5, 7, 10, 33].map((count): [number, [number, number]] => [
      count,
      [count, count],
    ]);
    for (const [count, counts] of pairs) {
      const [problem] = checkStrategy(
        { type: "rolling", minimumHealthyPercent: 100, maximumPercent: 100 },
        counts,
        path,
      );
      const [maximumPercent = 0, minimumHealthyPercent = 0] = (
        problem?.fix.match(/\d+/g) ?? []
      ).map(Number);
      const base = { type: "rolling", minimumHealthyPercent: 100, maximumPercent: 100 } as const;
      assert.deepEqual(checkStrategy({ ...base, maximumPercent }, counts, path), [], `${count}`);
      assert.deepEqual(checkStrategy({ ...base, minimumHealthyPercent }, counts, path), []);
    }
  });

  it("refuses a strategy that nobody knows, in a program that no compiler has checked", async () => {
    assert.deepEqual(checkStrategy({ type: "roling" } as unknown as Strategy, [1, 1], path), [
      {
        path,
        value: "roling",
        allowed: "rolling, blue-green, canary, linear, code-deploy",
        fix: "did you mean rolling?",
      },
    ]);
  });
});
