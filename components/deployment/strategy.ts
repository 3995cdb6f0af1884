import type * as aws from "@pulumi/aws";
import { checkRange, nearest } from "../checks";
import { assertNever, ConfigurationError, type Problem } from "../errors";

/** Replaces tasks a few at a time behind one target group. ECS's `ROLLING` strategy. */
export interface Rolling {
  readonly type: "rolling";
  /**
   * How many percent of the desired tasks stay healthy while a deployment runs, rounded up.
   * @default 100
   */
  readonly minimumHealthyPercent?: number;
  /**
   * How many percent of the desired tasks may run while a deployment runs, rounded down.
   * @default 200
   */
  readonly maximumPercent?: number;
  /**
   * Gives a deployment up whose tasks fail again and again (after half the desired count, at least 3:
   * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-circuit-breaker.html), and with `rollback`
   * returns to the last one that succeeded.
   * @default { enable: true, rollback: true }
   */
  readonly circuitBreaker?: { readonly enable: boolean; readonly rollback: boolean };
  /**
   * Names of CloudWatch alarms that end a deployment and roll it back. An alarm that is already in ALARM when a
   * deployment starts is ignored for that deployment.
   * @default none
   */
  readonly alarms?: readonly string[];
}

/** All traffic moves at once to a second set of tasks. Not built yet. */
export interface BlueGreen {
  readonly type: "blue-green";
}

/** A small share of the traffic moves first, then the rest. Not built yet. */
export interface Canary {
  readonly type: "canary";
}

/** The traffic moves in equal steps. Not built yet. */
export interface Linear {
  readonly type: "linear";
}

/** CodeDeploy moves the traffic. Not built yet. */
export interface CodeDeploy {
  readonly type: "code-deploy";
}

/** How a new release replaces the running one. A name alone takes that strategy's defaults. */
export type Strategy = Rolling | BlueGreen | Canary | Linear | CodeDeploy;
export type StrategyName = Strategy["type"];

export const strategyNames: readonly StrategyName[] = [
  "rolling",
  "blue-green",
  "canary",
  "linear",
  "code-deploy",
];

/** What a strategy asks of the ECS service. Nobody else looks at the strategy. */
export interface DeploymentPlan {
  readonly service: Pick<
    aws.ecs.ServiceArgs,
    | "alarms"
    | "deploymentCircuitBreaker"
    | "deploymentController"
    | "deploymentMaximumPercent"
    | "deploymentMinimumHealthyPercent"
    | "forceNewDeployment"
  >;
  /** Properties of the service that the deployment controller, not Pulumi, owns. */
  readonly ignoreChanges: readonly string[];
}

export function planDeployment(strategy: Strategy): DeploymentPlan {
  switch (strategy.type) {
    case "rolling":
      return planRolling(strategy);
    case "blue-green":
    case "canary":
    case "linear":
    case "code-deploy":
      throw new ConfigurationError("the deployment strategy", [
        notBuilt(strategy.type, "strategy"),
      ]);
    default:
      return assertNever(strategy);
  }
}

function planRolling(strategy: Rolling): DeploymentPlan {
  const { enable, rollback } = strategy.circuitBreaker ?? { enable: true, rollback: true };
  const alarms = strategy.alarms ?? [];
  return {
    service: {
      deploymentController: { type: "ECS" },
      // ECS moves a running service to other capacity (off Spot, say) only with a new deployment. Without this the
      // provider would replace the service, which then starts over with the smallest number of tasks.
      forceNewDeployment: true,
      deploymentMinimumHealthyPercent: strategy.minimumHealthyPercent ?? 100,
      deploymentMaximumPercent: strategy.maximumPercent ?? 200,
      deploymentCircuitBreaker: { enable, rollback },
      ...(alarms.length > 0 && {
        alarms: { alarmNames: [...alarms], enable: true, rollback: true },
      }),
    },
    ignoreChanges: [],
  };
}

/**
 * @param counts the smallest and the largest number of tasks that the service may be asked to run
 */
export function checkStrategy(
  strategy: Strategy,
  counts: readonly [number, number],
  path: string,
): Problem[] {
  if (strategy.type !== "rolling") {
    return [
      strategyNames.includes(strategy.type)
        ? notBuilt(strategy.type, path)
        : unknownStrategy(strategy, path),
    ];
  }
  const problems = [
    ...checkRange(
      `${path}.minimumHealthyPercent`,
      strategy.minimumHealthyPercent,
      [0, 100],
      "percent",
    ),
    ...checkRange(`${path}.maximumPercent`, strategy.maximumPercent, [100, 1000], "percent"),
  ];
  return problems.length > 0 ? problems : checkProgress(strategy, counts, path);
}

/** ECS can neither start a new task nor stop an old one when both bounds round to the count itself. */
function checkProgress(
  { minimumHealthyPercent: minimum = 100, maximumPercent: maximum = 200 }: Rolling,
  [fewest, most]: readonly [number, number],
  path: string,
): Problem[] {
  for (let count = Math.max(fewest, 1); count <= most; count++) {
    const mustStay = Math.ceil((count * minimum) / 100);
    const mayRun = Math.floor((count * maximum) / 100);
    if (mustStay >= count && mayRun <= count) {
      return [
        {
          path,
          value: { minimumHealthyPercent: minimum, maximumPercent: maximum },
          allowed: `percents that let a task start or stop: with ${count} task${count === 1 ? "" : "s"}, ${mustStay} must stay healthy and ${mayRun} may run, so no deployment would ever move`,
          fix: `raise maximumPercent to ${Math.ceil((100 * (count + 1)) / count)} or lower minimumHealthyPercent to ${Math.floor((100 * (count - 1)) / count)}`,
        },
      ];
    }
  }
  return [];
}

export function unknownStrategy(strategy: unknown, path: string): Problem {
  const isObject = typeof strategy === "object" && strategy !== null;
  const name: unknown = isObject ? Reflect.get(strategy, "type") : strategy;
  const meant = typeof name === "string" ? nearest(name, strategyNames) : undefined;
  return {
    path,
    value: name ?? strategy,
    allowed: strategyNames.join(", "),
    fix: meant
      ? `did you mean ${meant}?`
      : "write one of these as its type: rolling is the default",
  };
}

function notBuilt(type: StrategyName, path: string): Problem {
  return {
    path,
    value: type,
    allowed: "rolling; the other strategies are known, but not built yet",
    fix: "use rolling, with circuitBreaker and alarms to roll a bad release back",
  };
}
