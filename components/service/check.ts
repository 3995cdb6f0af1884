import { checkRange, checkString, isDefined } from "../shared/checks";
import type { Problem } from "../shared/errors";
import { checkPolicy } from "../shared/policy";
import type { Unchecked } from "../shared/unchecked";
import { checkAutoscaling } from "./autoscaling";
import { checkCapacity } from "./capacity/check";
import { checkCommands } from "./container/check-commands";
import { checkImage } from "./container/check-image";
import { checkSidecars } from "./container/check-sidecars";
import { checkVariables, type Variables } from "./container/check-variables";
import { checkExec, checkSecurity } from "./container/security";
import { checkGuards } from "./guards/check";
import { checkHealthCheck } from "./health-check";
import { checkLogs } from "./logs";
import { resolveDeployment } from "./resolve";
import { checkRule } from "./rule/check";
import { checkServiceConnect } from "./service-connect";
import type { DeploymentSettings, ServiceSettings } from "./settings";
import { type CheckedSignIn, checkSignIn } from "./sign-in/check";
import { checkStrategy } from "./strategy/check";
import { checkMigration } from "./tasks/migration";
import { checkScheduledTasks } from "./tasks/scheduled-task";
import { checkVolumes } from "./volumes";
import { checkWorker } from "./worker/check";

/** A target group's name has at most 32 characters. Autonaming needs 8, and the suffix of the second group needs 4. */
const longestServiceName = 20;

export function checkServiceName(name: string | undefined, path: string): Problem[] {
  return checkString(path, name, {
    valid: (text) =>
      /^[a-z](?:[a-z0-9-]*[a-z0-9])?$/.test(text) && text.length <= longestServiceName,
    allowed: `a letter, then at most ${longestServiceName - 1} lower-case letters, digits and hyphens, no hyphen at the end: it names the target group, the image repository and the workflow`,
    fix: (text) =>
      `choose a shorter or plainer name, for example ${JSON.stringify(plainServiceName(text))}`,
  });
}

/** A valid name that is similar to another one. */
export function plainServiceName(name: string): string {
  return (
    name
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, "-")
      .replace(/^[^a-z]+/, "")
      .slice(0, longestServiceName)
      .replace(/-+$/, "") || "api"
  );
}

/** The input of the checks: the service's settings, its variables, and the name of its container. */
export type CheckedService = Unchecked<ServiceSettings> &
  Variables & { readonly name?: string | undefined };

export function checkService(args: CheckedService, path: string): Problem[] {
  const service = resolveIncomplete(args);
  const { autoscaling, desiredCount, sidecars = [] } = args;
  return [
    ...checkRange(`${path}.port`, args.port, [1, 65535], "TCP ports"),
    ...checkCapacity(args, service, path),
    ...checkRange(`${path}.desiredCount`, desiredCount, [0, 5000], "tasks"),
    ...(autoscaling && desiredCount !== undefined ? [scaledCount(desiredCount, path)] : []),
    ...checkRange(
      `${path}.healthCheckGracePeriodSeconds`,
      args.healthCheckGracePeriodSeconds,
      [0, 2147483647],
      "seconds",
    ),
    ...checkRange(`${path}.deregistrationDelay`, args.deregistrationDelay, [0, 3600], "seconds"),
    ...checkRange(`${path}.stopTimeout`, args.stopTimeout, [2, 120], "seconds"),
    ...checkLogs(args, path),
    ...(autoscaling ? checkAutoscaling(autoscaling, `${path}.autoscaling`) : []),
    ...checkRule(args.rule ?? {}, `${path}.rule`),
    ...checkWorker(args, path),
    ...reading(
      [`${path}.worker`],
      [
        ...(args.worker ? [] : checkHealthCheck(service.healthCheck, `${path}.healthCheck`)),
        ...checkStrategy(service, `${path}.strategy`),
      ],
    ),
    ...reading(
      [`${path}.cpu`, `${path}.memory`],
      [
        ...checkMigration(args.migration, service, `${path}.migration`),
        ...checkScheduledTasks(args.scheduledTasks ?? {}, service, `${path}.scheduledTasks`),
      ],
    ),
    ...checkGuards(args.guards, service, `${path}.guards`),
    ...checkImage(args.placeholderImage, `${path}.placeholderImage`),
    ...checkPolicy(args.taskRolePolicy ?? [], `${path}.taskRolePolicy`),
    ...checkPolicy(args.executionRolePolicy ?? [], `${path}.executionRolePolicy`),
    ...checkVariables(args, path),
    ...checkCommands(args, path),
    ...checkSecurity(args, path),
    ...checkVolumes(args.volumes ?? [], args.writablePaths ?? [], path),
    ...checkExec(args, path),
    ...(args.signIn
      ? checkSignIn(args.signIn as CheckedSignIn, { ...service, rule: args.rule }, path)
      : []),
    ...checkServiceConnect(args, service.strategy, path),
    ...checkSidecars(sidecars, { ...service, name: args.name }, path),
  ];
}

/** Adds the paths of the other values that these problems depend on. */
function reading(others: readonly string[], problems: readonly Problem[]): Problem[] {
  return problems.map(({ reads = [], ...problem }) => ({
    ...problem,
    reads: [...reads, ...others],
  }));
}

/** Fills in the defaults before the checks. Missing and wrong values stay, and the checks accept that. */
function resolveIncomplete({ autoscaling, ...settings }: Unchecked<DeploymentSettings>) {
  const scheduledActions = autoscaling?.scheduledActions?.filter(isDefined);
  return resolveDeployment({
    ...settings,
    ...(autoscaling && { autoscaling: { ...autoscaling, scheduledActions } }),
    capacityProviderStrategies: (settings.capacityProviderStrategies ?? []).filter(
      (strategy) => strategy?.capacityProvider !== undefined,
    ),
  } as DeploymentSettings);
}

/** Autoscaling sets the number of tasks, so a `desiredCount` has no effect together with it. */
function scaledCount(desiredCount: number, path: string): Problem {
  return {
    path: `${path}.desiredCount`,
    value: desiredCount,
    allowed:
      "nothing together with autoscaling, which sets the number of tasks and starts with minCapacity",
    fix: "remove it, or remove autoscaling",
    reads: [`${path}.autoscaling`],
  };
}
