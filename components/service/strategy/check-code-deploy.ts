import { checkRange, nearest } from "../../shared/checks";
import type { Problem } from "../../shared/errors";
import { checkAlarms, checkFunctionArn, checkHookNames, checkTestListener } from "./check-options";
import type { ResolvedStrategy } from "./resolve";
import { appSpecHooks, predefinedConfigs } from "./settings";

type CodeDeploy = Extract<ResolvedStrategy, { type: "code-deploy" }>;

/** https://docs.aws.amazon.com/codedeploy/latest/APIReference/API_BlueInstanceTerminationOption.html */
export function checkCodeDeploy(strategy: CodeDeploy, path: string): Problem[] {
  const hooks = Object.entries(strategy.hooks);
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
    ...checkAlarms(strategy.alarms, path),
    ...checkHookNames(
      hooks.map(([name]) => name),
      appSpecHooks,
      path,
    ),
    ...hooks.flatMap(([name, arn]) => checkFunctionArn(arn, `${path}.hooks.${name}`)),
    ...(strategy.hooks.AfterAllowTestTraffic && !strategy.testListener
      ? [
          {
            path: `${path}.hooks.AfterAllowTestTraffic`,
            value: strategy.hooks.AfterAllowTestTraffic,
            allowed: "this hook with a testListener: without one there is no test traffic",
            fix: "add testListener: {}, or use BeforeAllowTraffic",
            reads: [`${path}.testListener`],
          },
        ]
      : []),
  ];
}

function checkDeploymentConfig(config: CodeDeploy["deploymentConfig"], path: string): Problem[] {
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
