import assert from "node:assert/strict";
import type { Strategy } from "../../../../components/index";
import { resolveDeployment } from "../../../../components/service/resolve";
import { checkStrategy, checkTestPort } from "../../../../components/service/strategy/check";
import { resolveStrategy } from "../../../../components/service/strategy/resolve";
import type { Problem } from "../../../../components/shared/errors";
import { withoutReads } from "../../../harness";

const path = "strategy";
const check = (strategy: Strategy, counts: readonly [number, number], at = path) =>
  checkStrategy({ strategy: resolveStrategy(strategy), counts }, at);

describe("checkStrategy", () => {
  const stuck = (minimum: number, maximum: number, rest: object) => ({
    path,
    value: { minimumHealthyPercent: minimum, maximumPercent: maximum },
    ...rest,
  });
  const table: [minimum: number, maximum: number, counts: [number, number], object[]][] = [
    // The combinations that teams discuss, and the smallest ones with which ECS can replace tasks.
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
            "percentages that let a task start or stop: with 1 task, 1 must stay healthy and 1 may run, so a deployment could never start",
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
            "percentages that let a task start or stop: with 1 task, 1 must stay healthy and 1 may run, so a deployment could never start",
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
            "percentages that let a task start or stop: with 2 tasks, 2 must stay healthy and 2 may run, so a deployment could never start",
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
      assert.deepEqual(withoutReads(check(strategy, counts)), problems);
    });
  }

  it("proposes percentages with which ECS can replace tasks", async () => {
    const pairs = [2, 3, 5, 7, 10, 33].map((count): [number, [number, number]] => [
      count,
      [count, count],
    ]);
    for (const [count, counts] of pairs) {
      const [problem] = check(
        { type: "rolling", minimumHealthyPercent: 100, maximumPercent: 100 },
        counts,
      );
      const [maximumPercent = 0, minimumHealthyPercent = 0] = (
        problem?.fix.match(/\d+/g) ?? []
      ).map(Number);
      const base = { type: "rolling", minimumHealthyPercent: 100, maximumPercent: 100 } as const;
      assert.deepEqual(withoutReads(check({ ...base, maximumPercent }, counts)), [], `${count}`);
      assert.deepEqual(withoutReads(check({ ...base, minimumHealthyPercent }, counts)), []);
    }
  });

  it("refuses an unknown strategy in a program that no compiler has checked", async () => {
    assert.deepEqual(withoutReads(check({ type: "roling" } as unknown as Strategy, [1, 1])), [
      {
        path,
        value: "roling",
        allowed: "rolling, blue-green, canary, linear, code-deploy",
        fix: "did you mean rolling?",
      },
    ]);
  });

  const range = (field: string, value: number, allowed: string, nearest: number) => ({
    path: `strategy.${field}`,
    value,
    allowed,
    fix: `the nearest is ${nearest}`,
  });
  const minutes = (most: number) => `a whole number from 0 to ${most} (minutes)`;
  const arn = "arn:aws:lambda:eu-central-1:123456789012:function:check:live";
  const functionArn = (hook: string, value: string) => ({
    path: `strategy.hooks.${hook}`,
    value,
    allowed: "the ARN of a Lambda function, optionally with a version or an alias",
    fix: "aws lambda get-function --function-name <name> --query Configuration.FunctionArn",
  });
  const refused: [Strategy, object[]][] = [
    [{ type: "blue-green", bakeTimeInMinutes: 1440, hooks: { POST_SCALE_UP: arn } }, []],
    [
      { type: "blue-green", bakeTimeInMinutes: 1441 },
      [range("bakeTimeInMinutes", 1441, minutes(1440), 1440)],
    ],
    [
      { type: "blue-green", hooks: { POST_SCALE_UP: "check" } },
      [functionArn("POST_SCALE_UP", "check")],
    ],
    [
      { type: "linear", hooks: { POST_SCALE: arn } as object },
      [
        {
          path: "strategy.hooks.POST_SCALE",
          value: "POST_SCALE",
          allowed:
            "RECONCILE_SERVICE, PRE_SCALE_UP, POST_SCALE_UP, TEST_TRAFFIC_SHIFT, POST_TEST_TRAFFIC_SHIFT, PRE_PRODUCTION_TRAFFIC_SHIFT, PRODUCTION_TRAFFIC_SHIFT, POST_PRODUCTION_TRAFFIC_SHIFT",
          fix: "did you mean POST_SCALE_UP?",
        },
      ],
    ],
    [{ type: "linear", hooks: { PRE_PRODUCTION_TRAFFIC_SHIFT: { type: "pause" } } }, []],
    [{ type: "linear", hooks: { PRODUCTION_TRAFFIC_SHIFT: arn } }, []],
    ...(["TEST_TRAFFIC_SHIFT", "PRODUCTION_TRAFFIC_SHIFT"] as const).map(
      (stage): [Strategy, Problem[]] => [
        { type: "blue-green", hooks: { [stage]: { type: "pause" } } },
        [
          {
            path: `strategy.hooks.${stage}`,
            value: { type: "pause" },
            allowed:
              "a Lambda function: ECS cannot pause at TEST_TRAFFIC_SHIFT and PRODUCTION_TRAFFIC_SHIFT",
            fix: `pause at PRE_PRODUCTION_TRAFFIC_SHIFT, before traffic moves, or at POST_${stage}`,
          },
        ],
      ],
    ),
    [
      { type: "canary", canaryPercent: 0.05, canaryBakeTimeInMinutes: -1 },
      [
        {
          path: "strategy.canaryPercent",
          value: 0.05,
          allowed: "0.1 to 100 percent, with at most one decimal",
          fix: "the nearest is 0.1",
        },
        range("canaryBakeTimeInMinutes", -1, minutes(1440), 0),
      ],
    ],
    [{ type: "canary", canaryPercent: 0.1 }, []],
    [
      { type: "linear", stepPercent: 2.9 },
      [
        {
          path: "strategy.stepPercent",
          value: 2.9,
          allowed: "3 to 100 percent, with at most one decimal",
          fix: "the nearest is 3",
        },
      ],
    ],
    [{ type: "linear", stepPercent: 3 }, []],
    [
      { type: "code-deploy", terminationWaitTimeInMinutes: 2881 },
      [range("terminationWaitTimeInMinutes", 2881, minutes(2880), 2880)],
    ],
    [
      {
        type: "code-deploy",
        deploymentConfig: { type: "TimeBasedLinear", percentage: 100, interval: 1 },
        hooks: { AfterInstall: "lambda" },
      },
      [
        range("deploymentConfig.percentage", 100, "a whole number from 1 to 99 (percent)", 99),
        functionArn("AfterInstall", "lambda"),
      ],
    ],
    [
      { type: "code-deploy", deploymentConfig: "CodeDeployDefault.ECSAllAtOne" as never },
      [
        {
          path: "strategy.deploymentConfig",
          value: "CodeDeployDefault.ECSAllAtOne",
          allowed:
            "CodeDeployDefault.ECSAllAtOnce, CodeDeployDefault.ECSCanary10Percent5Minutes, CodeDeployDefault.ECSCanary10Percent15Minutes, CodeDeployDefault.ECSLinear10PercentEvery1Minutes, CodeDeployDefault.ECSLinear10PercentEvery3Minutes",
          fix: "did you mean CodeDeployDefault.ECSAllAtOnce?",
        },
      ],
    ],
    [
      { type: "code-deploy", hooks: { AfterAllowTestTraffic: arn } },
      [
        {
          path: "strategy.hooks.AfterAllowTestTraffic",
          value: arn,
          allowed: "this hook with a testListener: without one there is no test traffic",
          fix: "add testListener: {}, or use BeforeAllowTraffic",
        },
      ],
    ],
    [{ type: "code-deploy", testListener: {}, hooks: { AfterAllowTestTraffic: arn } }, []],
  ];
  for (const [strategy, problems] of refused) {
    it(`${problems.length === 0 ? "accepts" : "refuses"} ${JSON.stringify(strategy)}`, async () => {
      assert.deepEqual(withoutReads(check(strategy, [1, 1])), problems);
    });
  }

  for (const type of ["blue-green", "canary", "linear", "code-deploy"] as const) {
    it(`refuses to scale by one target group's requests under ${type}`, async () => {
      const autoscaling = { minCapacity: 1, maxCapacity: 4, requestCountPerTarget: 100 };
      const scaled = resolveDeployment({ strategy: { type }, autoscaling });
      assert.deepEqual(withoutReads(checkStrategy(scaled, "services[0].strategy")), [
        {
          path: "services[0].autoscaling.requestCountPerTarget",
          value: type,
          allowed: `a scaling target by requests only with rolling: under ${type}, the traffic alternates between two target groups, and the policy sees one of them`,
          fix: "scale by cpuUtilization or memoryUtilization, or use rolling",
        },
      ]);
    });
  }

  it("refuses code-deploy for a service that may scale to nothing", async () => {
    assert.deepEqual(withoutReads(check({ type: "code-deploy" }, [0, 4])), [
      {
        path: "autoscaling.minCapacity",
        value: 0,
        allowed:
          "at least 1 task: CodeDeploy starts as many new tasks as the service has at that moment, and a deployment without tasks tests nothing",
        fix: "set it to 1, or use another strategy",
      },
    ]);
  });
});

describe("checkTestPort", () => {
  const clash = (port: number) => ({
    path: "strategy.testListener.port",
    value: port,
    allowed: "a port that no production listener uses: the load balancer listens on 80 and 443",
    fix: "remove it, which means 8080, or choose another",
  });
  const table: [Strategy, object[]][] = [
    [{ type: "rolling" }, []],
    [{ type: "canary" }, []],
    [{ type: "canary", testListener: {} }, []],
    [{ type: "canary", testListener: { port: 443 } }, [clash(443)]],
    [{ type: "code-deploy", testListener: { port: 80 } }, [clash(80)]],
  ];
  for (const [strategy, problems] of table) {
    it(`of ${JSON.stringify(strategy)}`, async () => {
      assert.deepEqual(checkTestPort(resolveStrategy(strategy), [80, 443], path), problems);
    });
  }
});
