import type * as aws from "@pulumi/aws";
import { checkRange, nearest } from "../checks";
import type { Problem } from "../errors";
import type { Transform } from "../transform";
import {
  appSpecHooks,
  type Canary,
  type CodeDeploy,
  defaultTestPort,
  type Linear,
  lifecycleStages,
  predefinedConfigs,
  type Rolling,
  type Strategy,
  strategyNames,
  type TestListener,
  type TrafficShift,
} from "./strategy";

/** What a strategy must fit: the service's tasks, how they scale, and where they are reached. */
export interface Deployed {
  /** The smallest and the largest number of tasks that the service may be asked to run. */
  readonly counts: readonly [number, number];
  /** Whether it scales by the requests of one target group. */
  readonly requestCountPerTarget: boolean;
}

export function checkStrategy(strategy: Strategy, service: Deployed, path: string): Problem[] {
  switch (strategy.type) {
    case "rolling":
      return checkRolling(strategy, service.counts, path);
    case "blue-green":
      return [...checkShift(strategy, path), ...checkScaling(strategy, service, path)];
    case "canary":
      return [
        ...checkCanary(strategy, path),
        ...checkShift(strategy, path),
        ...checkScaling(strategy, service, path),
      ];
    case "linear":
      return [
        ...checkLinear(strategy, path),
        ...checkShift(strategy, path),
        ...checkScaling(strategy, service, path),
      ];
    case "code-deploy":
      return [...checkCodeDeploy(strategy, path), ...checkScaling(strategy, service, path)];
    default:
      return [unknownStrategy(strategy, path)];
  }
}

function checkRolling(
  strategy: Rolling,
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

/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DeploymentConfiguration.html */
const longestBake: readonly [number, number] = [0, 1440];

function checkShift(strategy: TrafficShift, path: string): Problem[] {
  const hooks = Object.entries(strategy.hooks ?? {});
  return [
    ...checkRange(`${path}.bakeTimeInMinutes`, strategy.bakeTimeInMinutes, longestBake, "minutes"),
    ...checkTestListener(strategy.testListener, path),
    ...checkHookNames(
      hooks.map(([stage]) => stage),
      lifecycleStages,
      path,
    ),
    ...hooks.flatMap(([stage, hook]) =>
      typeof hook === "string"
        ? checkFunctionArn(hook, `${path}.hooks.${stage}`)
        : checkRange(
            `${path}.hooks.${stage}.timeoutInMinutes`,
            hook.timeoutInMinutes,
            [1, 20160],
            "minutes",
          ),
    ),
  ];
}

/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_CanaryConfiguration.html */
function checkCanary({ canaryPercent, canaryBakeTimeInMinutes }: Canary, path: string): Problem[] {
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
function checkLinear({ stepPercent, stepBakeTimeInMinutes }: Linear, path: string): Problem[] {
  return [
    ...checkShare(`${path}.stepPercent`, stepPercent, [3, 100]),
    ...checkRange(`${path}.stepBakeTimeInMinutes`, stepBakeTimeInMinutes, longestBake, "minutes"),
  ];
}

/** Percents in steps of 0.1, as ECS takes them. */
function checkShare(
  path: string,
  value: number | undefined,
  [minimum, maximum]: readonly [number, number],
): Problem[] {
  const tenths = (value ?? minimum) * 10;
  const whole = Math.abs(tenths - Math.round(tenths)) < 1e-9;
  if (value === undefined || (value >= minimum && value <= maximum && whole)) {
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

/** https://docs.aws.amazon.com/codedeploy/latest/APIReference/API_BlueInstanceTerminationOption.html */
function checkCodeDeploy(strategy: CodeDeploy, path: string): Problem[] {
  const hooks = Object.entries(strategy.hooks ?? {});
  return [
    ...checkDeploymentConfig(strategy.deploymentConfig, path),
    ...checkRange(
      `${path}.terminationWaitTimeInMinutes`,
      strategy.terminationWaitTimeInMinutes,
      [0, 2880],
      "minutes",
    ),
    ...checkRange(
      `${path}.approvalWaitTimeInMinutes`,
      strategy.approvalWaitTimeInMinutes,
      [1, 2880],
      "minutes",
    ),
    ...checkTestListener(strategy.testListener, path),
    ...checkHookNames(
      hooks.map(([name]) => name),
      appSpecHooks,
      path,
    ),
    ...hooks.flatMap(([name, arn]) => checkFunctionArn(arn, `${path}.hooks.${name}`)),
    ...(strategy.hooks?.AfterAllowTestTraffic && !strategy.testListener
      ? [
          {
            path: `${path}.hooks.AfterAllowTestTraffic`,
            value: strategy.hooks.AfterAllowTestTraffic,
            allowed: "this hook with a testListener: without one there is no test traffic",
            fix: "add testListener: {}, or use BeforeAllowTraffic",
          },
        ]
      : []),
  ];
}

function checkDeploymentConfig(config: CodeDeploy["deploymentConfig"], path: string): Problem[] {
  if (config === undefined) {
    return [];
  }
  if (typeof config !== "string") {
    return [
      ...checkRange(`${path}.deploymentConfig.percentage`, config.percentage, [1, 99], "percent"),
      ...checkRange(`${path}.deploymentConfig.interval`, config.interval, [1, 2880], "minutes"),
    ];
  }
  if (predefinedConfigs.includes(config)) {
    return [];
  }
  const meant = nearest(config, predefinedConfigs);
  return [
    {
      path: `${path}.deploymentConfig`,
      value: config,
      allowed: predefinedConfigs.join(", "),
      fix: meant
        ? `did you mean ${meant}?`
        : "choose one of these, or write your own: { type: TimeBasedCanary, percentage: 20, interval: 5 }",
    },
  ];
}

function checkTestListener(listener: TestListener | undefined, path: string): Problem[] {
  return listener
    ? checkRange(`${path}.testListener.port`, listener.port, [1, 65535], "TCP ports")
    : [];
}

/** The test listener cannot stand on a port that the load balancer's other listeners have. */
export function checkTestPort(
  strategy: Strategy,
  taken: readonly number[],
  path: string,
): Problem[] {
  const listener = "testListener" in strategy ? strategy.testListener : undefined;
  const port = listener && (listener.port ?? defaultTestPort);
  if (port === undefined || !taken.includes(port)) {
    return [];
  }
  return [
    {
      path: `${path}.testListener.port`,
      value: port,
      allowed: `a port that no production listener has: the load balancer listens on ${taken.join(" and ")}`,
      fix: `leave it out for ${defaultTestPort}, or choose another`,
    },
  ];
}

/**
 * ECS rewrites the actions of the rule that it shifts, and CodeDeploy too: one that does more than forward would lose the
 * rest. https://docs.aws.amazon.com/AmazonECS/latest/developerguide/alb-resources-for-blue-green.html
 */
export function checkRuleActions(
  strategy: Strategy,
  transform: Transform<aws.lb.ListenerRuleArgs> | undefined,
  path: string,
): Problem[] {
  const types = tried(transform, {
    actions: [{ type: "forward" }],
    conditions: [],
    listenerArn: "",
  })?.actions;
  const others = (Array.isArray(types) ? types : [])
    .map((action: object) => Reflect.get(action, "type"))
    .filter((type) => typeof type === "string" && type !== "forward");
  if (strategy.type === "rolling" || others.length === 0) {
    return [];
  }
  return [
    {
      path,
      value: others,
      allowed: `a rule that forwards and does nothing else: under ${strategy.type} the deployment rewrites its actions`,
      fix: "authenticate in the application, or use rolling",
    },
  ];
}

/** Alarms of a CODE_DEPLOY service belong on the deployment group; the service's own are refused by ECS. */
export function checkServiceAlarms(
  strategy: Strategy,
  transform: Transform<aws.ecs.ServiceArgs> | undefined,
  path: string,
): Problem[] {
  const alarms = tried(transform, { cluster: "", loadBalancers: [] })?.alarms;
  if (strategy.type !== "code-deploy" || alarms === undefined) {
    return [];
  }
  return [
    {
      path,
      value: alarms,
      allowed: "no alarms of the service: with code-deploy they belong to the deployment group",
      fix: "name them in strategy.alarms",
    },
  ];
}

/** What a transform makes of plain arguments; nothing, if it needs more than these. */
function tried<Args>(transform: Transform<Args> | undefined, args: Args): Args | undefined {
  try {
    return transform?.(args);
  } catch {
    return undefined;
  }
}

function checkHookNames(
  names: readonly string[],
  known: readonly string[],
  path: string,
): Problem[] {
  return names
    .filter((name) => !known.includes(name))
    .map((name) => {
      const meant = nearest(name, known);
      return {
        path: `${path}.hooks.${name}`,
        value: name,
        allowed: known.join(", "),
        fix: meant ? `did you mean ${meant}?` : "write one of these",
      };
    });
}

function checkFunctionArn(arn: string, path: string): Problem[] {
  if (/^arn:[\w-]+:lambda:[\w-]+:\d{12}:function:[\w-]{1,64}(?::[\w$-]+)?$/.test(arn)) {
    return [];
  }
  return [
    {
      path,
      value: arn,
      allowed: "the ARN of a Lambda function, of a version or of an alias",
      fix: "aws lambda get-function --function-name <name> --query Configuration.FunctionArn",
    },
  ];
}

/** A second target group gets the traffic with every other release: what counts one group's requests is then blind. */
function checkScaling(
  strategy: Strategy,
  { counts: [fewest], requestCountPerTarget }: Deployed,
  path: string,
): Problem[] {
  const problems: Problem[] = [];
  if (requestCountPerTarget) {
    problems.push({
      path: path.replace(/strategy$/, "autoscaling.requestCountPerTarget"),
      value: strategy.type,
      allowed: `requests as a scaling target with rolling alone: under ${strategy.type} the traffic alternates between two target groups, and the policy sees one of them`,
      fix: "scale by cpuUtilization or memoryUtilization, or use rolling",
    });
  }
  if (strategy.type === "code-deploy" && fewest === 0) {
    problems.push({
      path: path.replace(/strategy$/, "autoscaling.minCapacity"),
      value: 0,
      allowed:
        "at least 1 task: CodeDeploy makes the new task set as large as the service is at that moment, and a deployment of none proves nothing",
      fix: "set it to 1, or use another strategy",
    });
  }
  return problems;
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
