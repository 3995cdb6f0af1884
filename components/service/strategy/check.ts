import { checkRange, nearest } from "../../shared/checks";
import type { Problem } from "../../shared/errors";
import { strategyDefaults } from "../defaults";
import type { ResolvedDeployment } from "../resolve";
import { checkCodeDeploy } from "./check-code-deploy";
import { checkAlarms, checkFunctionArn, checkHookNames, checkTestListener } from "./check-options";
import type { ResolvedStrategy } from "./resolve";
import {
  type LifecycleStage,
  lifecycleStages,
  type Pause,
  stagesWithoutPause,
  strategyNames,
} from "./settings";

type StrategyOf<Name extends ResolvedStrategy["type"]> = Extract<ResolvedStrategy, { type: Name }>;
type Shift = StrategyOf<"blue-green" | "canary" | "linear">;

/** A strategy, with the settings that it must fit: the number of tasks and the autoscaling. */
type Deployed = Pick<ResolvedDeployment, "autoscaling" | "counts" | "strategy" | "worker">;

export function checkStrategy(service: Deployed, path: string): Problem[] {
  const { strategy, worker } = service;
  const shifts = strategyNames.includes(strategy.type) && strategy.type !== "rolling";
  return [
    ...(worker && shifts ? [withoutRequests(strategy, path)] : []),
    ...checkKind(service, path),
  ];
}

function checkKind(service: Deployed, path: string): Problem[] {
  const { strategy, counts } = service;
  switch (strategy.type) {
    case "rolling":
      return checkRolling(strategy, counts, path);
    case "blue-green":
      return [...checkShift(strategy, path), ...checkScaling(service, path)];
    case "canary":
      return [
        ...checkCanary(strategy, path),
        ...checkShift(strategy, path),
        ...checkScaling(service, path),
      ];
    case "linear":
      return [
        ...checkLinear(strategy, path),
        ...checkShift(strategy, path),
        ...checkScaling(service, path),
      ];
    case "code-deploy":
      return [...checkCodeDeploy(strategy, path), ...checkScaling(service, path)];
    default:
      return [unknownStrategy(strategy, path)];
  }
}

function checkRolling(
  strategy: StrategyOf<"rolling">,
  counts: readonly [number, number],
  path: string,
): Problem[] {
  const problems = [
    ...checkRange(
      `${path}.minimumHealthyPercent`,
      strategy.minimumHealthyPercent,
      [0, 100],
      "percent",
    ),
    ...checkRange(`${path}.maximumPercent`, strategy.maximumPercent, [100, 1000], "percent"),
  ];
  return [
    ...(problems.length > 0 ? problems : checkProgress(strategy, counts, path)),
    ...checkAlarms(strategy.alarms, path),
  ];
}

/** If both bounds round to the number of tasks, ECS can neither start a new task nor stop an old one. */
function checkProgress(
  { minimumHealthyPercent: minimum, maximumPercent: maximum }: StrategyOf<"rolling">,
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
          allowed: `percentages that let a task start or stop: with ${count} task${count === 1 ? "" : "s"}, ${mustStay} must stay healthy and ${mayRun} may run, so a deployment could never start`,
          fix: `raise maximumPercent to ${Math.ceil((100 * (count + 1)) / count)} or lower minimumHealthyPercent to ${Math.floor((100 * (count - 1)) / count)}`,
          reads: [beside(path, "desiredCount"), beside(path, "autoscaling")],
        },
      ];
    }
  }
  return [];
}

/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DeploymentConfiguration.html */
const longestBake: readonly [number, number] = [0, 1440];

function checkShift(strategy: Shift, path: string): Problem[] {
  const hooks = Object.entries(strategy.hooks);
  return [
    ...checkRange(`${path}.bakeTimeInMinutes`, strategy.bakeTimeInMinutes, longestBake, "minutes"),
    ...checkTestListener(strategy.testListener, path),
    ...checkAlarms(strategy.alarms, path),
    ...checkHookNames(
      hooks.map(([stage]) => stage),
      lifecycleStages,
      path,
    ),
    ...hooks.flatMap(([stage, hook]) =>
      typeof hook === "string"
        ? checkFunctionArn(hook, `${path}.hooks.${stage}`)
        : checkPause(stage as LifecycleStage, hook, path),
    ),
  ];
}

function checkPause(stage: LifecycleStage, pause: Pause, path: string): Problem[] {
  const problems = checkRange(
    `${path}.hooks.${stage}.timeoutInMinutes`,
    pause.timeoutInMinutes,
    [1, 20160],
    "minutes",
  );
  if (stagesWithoutPause.includes(stage)) {
    problems.push({
      path: `${path}.hooks.${stage}`,
      value: { type: pause.type },
      allowed: `a Lambda function: ECS cannot pause at ${stagesWithoutPause.join(" and ")}`,
      fix: `pause at PRE_PRODUCTION_TRAFFIC_SHIFT, before traffic moves, or at POST_${stage}`,
    });
  }
  return problems;
}

/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_CanaryConfiguration.html */
function checkCanary(
  { canaryPercent, canaryBakeTimeInMinutes }: StrategyOf<"canary">,
  path: string,
): Problem[] {
  return [
    ...checkShare(`${path}.canaryPercent`, canaryPercent, [0.1, 100]),
    ...checkRange(
      `${path}.canaryBakeTimeInMinutes`,
      canaryBakeTimeInMinutes,
      longestBake,
      "minutes",
    ),
  ];
}

/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_LinearConfiguration.html */
function checkLinear(
  { stepPercent, stepBakeTimeInMinutes }: StrategyOf<"linear">,
  path: string,
): Problem[] {
  return [
    ...checkShare(`${path}.stepPercent`, stepPercent, [3, 100]),
    ...checkRange(`${path}.stepBakeTimeInMinutes`, stepBakeTimeInMinutes, longestBake, "minutes"),
  ];
}

/** Checks a percentage. ECS accepts steps of 0.1. */
function checkShare(
  path: string,
  value: number,
  [minimum, maximum]: readonly [number, number],
): Problem[] {
  const tenths = value * 10;
  const whole = Math.abs(tenths - Math.round(tenths)) < 1e-9;
  if (value >= minimum && value <= maximum && whole) {
    return [];
  }
  const inside = Math.min(maximum, Math.max(minimum, Math.round(tenths) / 10));
  return [
    {
      path,
      value,
      allowed: `${minimum} to ${maximum} percent, with at most one decimal`,
      fix: `the nearest is ${inside}`,
    },
  ];
}

/** The test listener needs a port that no other listener of the load balancer uses. */
export function checkTestPort(
  strategy: ResolvedStrategy,
  taken: readonly number[],
  path: string,
): Problem[] {
  const port = "testListener" in strategy ? strategy.testListener?.port : undefined;
  if (port === undefined || !taken.includes(port)) {
    return [];
  }
  return [
    {
      path: `${path}.testListener.port`,
      value: port,
      allowed: `a port that no production listener uses: the load balancer listens on ${taken.join(" and ")}`,
      fix: `remove it, which means ${strategyDefaults.testListener.port}, or choose another`,
    },
  ];
}

/** With two target groups, the traffic alternates between them, so a policy that counts one group's requests misses half. */
function checkScaling(
  { strategy, counts: [fewest], autoscaling }: Deployed,
  path: string,
): Problem[] {
  const problems: Problem[] = [];
  if (autoscaling?.requestCountPerTarget !== undefined) {
    problems.push({
      path: beside(path, "autoscaling.requestCountPerTarget"),
      value: strategy.type,
      allowed: `a scaling target by requests only with rolling: under ${strategy.type}, the traffic alternates between two target groups, and the policy sees one of them`,
      fix: "scale by cpuUtilization or memoryUtilization, or use rolling",
      reads: [`${path}.type`],
    });
  }
  if (strategy.type === "code-deploy" && fewest === 0) {
    problems.push({
      path: beside(path, "autoscaling.minCapacity"),
      value: 0,
      allowed:
        "at least 1 task: CodeDeploy starts as many new tasks as the service has at that moment, and a deployment without tasks tests nothing",
      fix: "set it to 1, or use another strategy",
      reads: [beside(path, "desiredCount"), `${path}.type`],
    });
  }
  return problems;
}

function withoutRequests({ type }: ResolvedStrategy, path: string): Problem {
  return {
    path,
    value: type,
    allowed: `rolling for a worker: ${type} shifts the requests of a load balancer, and a worker gets none`,
    fix: "remove it, or remove worker",
    reads: [beside(path, "worker")],
  };
}

/** The path of another setting of the service. */
function beside(path: string, setting: string): string {
  return path.replace(/strategy$/, setting);
}

function unknownStrategy(strategy: unknown, path: string): Problem {
  const isObject = typeof strategy === "object" && strategy !== null;
  const name: unknown = isObject ? Reflect.get(strategy, "type") : strategy;
  const meant = typeof name === "string" ? nearest(name, strategyNames) : undefined;
  return {
    path,
    value: name ?? strategy,
    allowed: strategyNames.join(", "),
    fix: meant ? `did you mean ${meant}?` : "set type to one of these; rolling is the default",
  };
}
