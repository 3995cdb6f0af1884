import type { AutoscalingArgs, ScheduledActionArgs } from "./autoscaling";
import { type Compatibility, compatibilityOf } from "./capacity";
import {
  type ContainerSecurity,
  type ResolvedSecurity,
  resolveSecurity,
} from "./container-security";
import {
  autoscalingDefaults,
  capacityDefaults,
  guardDefaults,
  healthCheckDefaults,
  serviceDefaults,
  sidecarDefaults,
  strategyDefaults,
} from "./defaults";
import {
  errorsEvaluation,
  type GuardsArgs,
  latencyEvaluation,
  type ResolvedGuards,
  resolveExits,
  unhealthyEvaluation,
} from "./guards";
import type { HealthCheck, HealthCheckArgs } from "./health-check";
import { type ResolvedMigration, resolveMigration } from "./migration";
import type { ResolvedRule, RuleArgs } from "./rule";
import { type ResolvedScheduledTask, resolveScheduledTask } from "./scheduled-task";
import { type ResolvedServiceConnect, resolveServiceConnect } from "./service-connect";
import type { CapacityProviderStrategy, DeploymentSettings, ServiceSettings } from "./settings";
import type { SidecarArgs } from "./sidecar";
import { type ResolvedSignIn, resolveSignIn } from "./sign-in";
import type {
  BlueGreen,
  Canary,
  CodeDeploy,
  LifecycleStage,
  Linear,
  Pause,
  Rolling,
  Strategy,
  StrategyName,
  TestListener,
  TrafficShift,
} from "./strategy";
import { type ResolvedVolume, resolveVolume } from "./volumes";
import { noHealthCheck, type ResolvedWorker, resolveWorker, workerGuards } from "./worker";

/** `T` with a value for every argument. Arguments in `Off` may stay undefined, which turns them off. */
type Resolved<T, Off extends keyof T = never> = Required<Omit<T, Off>> & Readonly<Pick<T, Off>>;

type Hooks = Readonly<Partial<Record<LifecycleStage, string | Required<Pause>>>>;

/** Fixed values, not options: these strategies run a second complete set of tasks beside the first. */
type WholeSets = Pick<Required<Rolling>, "maximumPercent" | "minimumHealthyPercent">;

type ResolvedShift<S extends TrafficShift> = WholeSets &
  Required<Omit<S, "hooks" | "testListener">> & {
    readonly hooks: Hooks;
    readonly testListener?: Required<TestListener>;
  };

type ResolvedCodeDeploy = WholeSets &
  Resolved<Omit<CodeDeploy, "testListener">, "approvalWaitTimeInMinutes"> & {
    readonly testListener?: Required<TestListener>;
  };

/** A strategy with a value for every option. */
export type ResolvedStrategy =
  | Required<Rolling>
  | ResolvedShift<BlueGreen>
  | ResolvedShift<Canary>
  | ResolvedShift<Linear>
  | ResolvedCodeDeploy;

/** Autoscaling, with a value for every argument that is not off. */
export interface ResolvedAutoscaling
  extends Resolved<
    Omit<AutoscalingArgs, "scheduledActions">,
    "cpuUtilization" | "memoryUtilization" | "messagesPerTask" | "requestCountPerTarget"
  > {
  /** The changes of the bounds at set times. */
  readonly scheduledActions: readonly Resolved<
    ScheduledActionArgs,
    "minCapacity" | "maxCapacity"
  >[];
}

/** A sidecar, with a value for every argument that is not off. */
export type ResolvedSidecar = ResolvedSecurity &
  Resolved<
    Omit<SidecarArgs, keyof ContainerSecurity>,
    "cpu" | "memoryReservation" | "command" | "entryPoint" | "dependsOn" | "healthCheck"
  >;

/** The settings of a deployment, with a value for every argument. */
export interface ResolvedDeployment
  extends Required<
    Omit<
      DeploymentSettings,
      | "autoscaling"
      | "capacityProviderStrategies"
      | "guards"
      | "healthCheck"
      | "migration"
      | "strategy"
      | "worker"
    >
  > {
  /** The scaling of the number of tasks; undefined if it is fixed. */
  readonly autoscaling?: ResolvedAutoscaling;
  /** The capacity that tasks run on. */
  readonly capacityProviderStrategies: readonly Required<CapacityProviderStrategy>[];
  /** What this capacity is: Fargate, or EC2. */
  readonly compatibility: Compatibility;
  /** The alarms that end a bad deployment; those that are off are undefined. */
  readonly guards: ResolvedGuards;
  /** The load balancer's health check. */
  readonly healthCheck: HealthCheck;
  /** The task before each release; undefined if there is none. */
  readonly migration?: ResolvedMigration;
  /** How a new release replaces the running one. */
  readonly strategy: ResolvedStrategy;
  /** The queue of a worker; undefined for a service behind the load balancer. */
  readonly worker?: ResolvedWorker;
  /** The smallest and the largest desired count that the service can have. */
  readonly counts: readonly [fewest: number, most: number];
}

/** A service with a value for every argument. All other parts of Slipway read this. */
export interface ResolvedService
  extends ResolvedDeployment,
    ResolvedSecurity,
    Resolved<
      Omit<
        ServiceSettings,
        | keyof DeploymentSettings
        | keyof ContainerSecurity
        | "rule"
        | "scheduledTasks"
        | "serviceConnect"
        | "sidecars"
        | "signIn"
        | "volumes"
      >,
      "command" | "logGroup" | "logKmsKeyArn" | "port"
    > {
  /** The requests that the service gets. */
  readonly rule: ResolvedRule;
  /** The tasks that run at set times, by their names. */
  readonly scheduledTasks: Readonly<Record<string, ResolvedScheduledTask>>;
  /** The further containers of each task. */
  readonly sidecars: readonly ResolvedSidecar[];
  /** The folders whose files outlive the tasks. */
  readonly volumes: readonly ResolvedVolume[];
  /** How users sign in; undefined if they do not. */
  readonly signIn?: ResolvedSignIn;
  /** How the other services of the stack call it; undefined if they do not. */
  readonly serviceConnect?: ResolvedServiceConnect;
}

/** Fills in every default. Invalid values stay unchanged, because the checks read the result. */
export function resolveService(settings: ServiceSettings): ResolvedService {
  const deployment = resolveDeployment(settings);
  const tasks = Object.entries(settings.scheduledTasks ?? {});
  return {
    ...deployment,
    ...resolveSecurity(settings),
    port: settings.port,
    command: settings.command,
    sidecars: (settings.sidecars ?? []).map(resolveSidecar),
    volumes: (settings.volumes ?? []).map(resolveVolume),
    rule: resolveRule(settings.rule),
    ...(settings.signIn && { signIn: resolveSignIn(settings.signIn) }),
    ...(settings.serviceConnect && {
      serviceConnect: resolveServiceConnect(settings.serviceConnect),
    }),
    scheduledTasks: Object.fromEntries(
      tasks.map(([name, task]) => [name, resolveScheduledTask(task, deployment)]),
    ),
    logGroup: settings.logGroup,
    logKmsKeyArn: settings.logKmsKeyArn,
    logRetentionInDays: settings.logRetentionInDays ?? serviceDefaults.logRetentionInDays,
    enableExecuteCommand: settings.enableExecuteCommand ?? serviceDefaults.enableExecuteCommand,
    taskRolePolicy: settings.taskRolePolicy ?? [],
    executionRolePolicy: settings.executionRolePolicy ?? [],
    placeholderImage: settings.placeholderImage ?? serviceDefaults.placeholderImage,
  };
}

/** The part of {@link resolveService} that a forecast needs. */
export function resolveDeployment(given: DeploymentSettings): ResolvedDeployment {
  const worker = given.worker && resolveWorker(given.worker);
  const settings = worker ? withoutRequests(given) : given;
  const autoscaling = settings.autoscaling && resolveAutoscaling(settings.autoscaling);
  const desiredCount =
    autoscaling?.minCapacity ?? settings.desiredCount ?? serviceDefaults.desiredCount;
  const healthCheckGracePeriodSeconds =
    settings.healthCheckGracePeriodSeconds ?? serviceDefaults.healthCheckGracePeriodSeconds;
  const capacityProviderStrategies = resolveCapacity(settings.capacityProviderStrategies);
  const size = {
    cpu: settings.cpu ?? serviceDefaults.cpu,
    memory: settings.memory ?? serviceDefaults.memory,
  };
  return {
    ...size,
    ephemeralStorage: settings.ephemeralStorage ?? serviceDefaults.ephemeralStorage,
    cpuArchitecture: settings.cpuArchitecture ?? serviceDefaults.cpuArchitecture,
    desiredCount,
    ...(autoscaling && { autoscaling }),
    counts: taskCounts(desiredCount, autoscaling),
    capacityProviderStrategies,
    compatibility: compatibilityOf(capacityProviderStrategies),
    healthCheck: worker ? noHealthCheck : resolveHealthCheck(settings.healthCheck),
    healthCheckGracePeriodSeconds,
    deregistrationDelay: settings.deregistrationDelay ?? serviceDefaults.deregistrationDelay,
    stopTimeout: settings.stopTimeout ?? serviceDefaults.stopTimeout,
    ...(settings.migration && { migration: resolveMigration(settings.migration, size) }),
    strategy: resolveStrategy(settings.strategy),
    ...(worker && { worker }),
    guards: {
      ...(worker && given.guards !== false
        ? workerGuards(worker)
        : resolveGuards(settings.guards, healthCheckGracePeriodSeconds)),
      ...resolveExits(given.guards, desiredCount),
    },
  };
}

/** The settings of a worker in which those of a load balancer take no time. */
function withoutRequests(settings: DeploymentSettings): DeploymentSettings {
  const { healthCheck: _, ...rest } = settings;
  return { ...rest, guards: false, healthCheckGracePeriodSeconds: 0, deregistrationDelay: 0 };
}

export function resolveGuards(
  args: false | GuardsArgs = {},
  healthCheckGracePeriodSeconds: number,
): ResolvedGuards {
  if (args === false) {
    return {};
  }
  const { errors = {}, latency = {}, unhealthyHosts = {} } = args;
  return {
    ...(errors && {
      errors: {
        percent: errors.percent ?? guardDefaults.percent,
        minimumErrors: errors.minimumErrors ?? guardDefaults.minimumErrors,
        ...errorsEvaluation,
      },
    }),
    ...(latency && {
      latency: {
        milliseconds: latency.milliseconds ?? guardDefaults.milliseconds,
        ...latencyEvaluation,
      },
    }),
    ...(unhealthyHosts && {
      unhealthyHosts: {
        count: unhealthyHosts.count ?? guardDefaults.count,
        ...unhealthyEvaluation(healthCheckGracePeriodSeconds),
      },
    }),
  };
}

export function resolveHealthCheck(args: HealthCheckArgs = {}): HealthCheck {
  return {
    path: args.path ?? healthCheckDefaults.path,
    matcher: args.matcher ?? healthCheckDefaults.matcher,
    interval: args.interval ?? healthCheckDefaults.interval,
    timeout: args.timeout ?? healthCheckDefaults.timeout,
    healthyThreshold: args.healthyThreshold ?? healthCheckDefaults.healthyThreshold,
    unhealthyThreshold: args.unhealthyThreshold ?? healthCheckDefaults.unhealthyThreshold,
  };
}

export function resolveRule(args: RuleArgs = {}): ResolvedRule {
  const { pathPatterns = [], hostHeaders = [], priority } = args;
  return { pathPatterns, hostHeaders, priority };
}

export function resolveAutoscaling(args: AutoscalingArgs): ResolvedAutoscaling {
  const { memoryUtilization, messagesPerTask, requestCountPerTarget } = args;
  const { scheduledActions = [] } = args;
  const scales = [memoryUtilization, messagesPerTask, requestCountPerTarget].some(
    (target) => target !== undefined,
  );
  const byCpu =
    scales || scheduledActions.length > 0 ? undefined : autoscalingDefaults.cpuUtilization;
  return {
    minCapacity: args.minCapacity,
    maxCapacity: args.maxCapacity,
    cpuUtilization: args.cpuUtilization ?? byCpu,
    memoryUtilization,
    messagesPerTask,
    requestCountPerTarget,
    scaleOutCooldown: args.scaleOutCooldown ?? autoscalingDefaults.scaleOutCooldown,
    scaleInCooldown: args.scaleInCooldown ?? autoscalingDefaults.scaleInCooldown,
    scheduledActions: scheduledActions.map((action) => ({
      ...action,
      timezone: action.timezone ?? autoscalingDefaults.timezone,
    })),
  };
}

/** A name means the strategy with the default of each option. */
export function strategyOf(written: Strategy | StrategyName): Strategy {
  return typeof written === "string" ? { type: written } : written;
}

export function resolveStrategy(
  written: Strategy | StrategyName = serviceDefaults.strategy,
): ResolvedStrategy {
  const strategy = strategyOf(written);
  switch (strategy.type) {
    case "rolling":
      return {
        type: "rolling",
        minimumHealthyPercent:
          strategy.minimumHealthyPercent ?? strategyDefaults.minimumHealthyPercent,
        maximumPercent: strategy.maximumPercent ?? strategyDefaults.maximumPercent,
        ...resolveFailure(strategy),
      };
    case "blue-green":
      return { type: "blue-green", ...resolveShift(strategy) };
    case "canary":
      return {
        type: "canary",
        canaryPercent: strategy.canaryPercent ?? strategyDefaults.canaryPercent,
        canaryBakeTimeInMinutes:
          strategy.canaryBakeTimeInMinutes ?? strategyDefaults.canaryBakeTimeInMinutes,
        ...resolveShift(strategy),
      };
    case "linear":
      return {
        type: "linear",
        stepPercent: strategy.stepPercent ?? strategyDefaults.stepPercent,
        stepBakeTimeInMinutes:
          strategy.stepBakeTimeInMinutes ?? strategyDefaults.stepBakeTimeInMinutes,
        ...resolveShift(strategy),
      };
    case "code-deploy":
      return {
        type: "code-deploy",
        ...wholeSets,
        deploymentConfig: strategy.deploymentConfig ?? strategyDefaults.deploymentConfig,
        terminationWaitTimeInMinutes:
          strategy.terminationWaitTimeInMinutes ?? strategyDefaults.terminationWaitTimeInMinutes,
        approvalWaitTimeInMinutes: strategy.approvalWaitTimeInMinutes,
        ...resolveTestListener(strategy.testListener),
        hooks: strategy.hooks ?? {},
        alarms: strategy.alarms ?? [],
        autoRollback: strategy.autoRollback ?? strategyDefaults.autoRollback,
      };
    default:
      // Reached only by a program that was not type-checked. The check reports the unknown strategy.
      return strategy;
  }
}

const wholeSets: WholeSets = {
  minimumHealthyPercent: strategyDefaults.minimumHealthyPercent,
  maximumPercent: strategyDefaults.maximumPercent,
};

function resolveShift(strategy: TrafficShift) {
  const hooks = Object.entries(strategy.hooks ?? {}).map(([stage, hook]) => [
    stage,
    typeof hook === "string" ? hook : resolvePause(hook),
  ]);
  return {
    ...wholeSets,
    bakeTimeInMinutes: strategy.bakeTimeInMinutes ?? strategyDefaults.bakeTimeInMinutes,
    ...resolveTestListener(strategy.testListener),
    hooks: Object.fromEntries(hooks) as Hooks,
    ...resolveFailure(strategy),
  };
}

function resolvePause({ type, timeoutInMinutes, action }: Pause): Required<Pause> {
  return {
    type,
    timeoutInMinutes: timeoutInMinutes ?? strategyDefaults.pauseTimeoutInMinutes,
    action: action ?? strategyDefaults.pauseAction,
  };
}

function resolveFailure({ circuitBreaker, alarms }: Pick<Rolling, "circuitBreaker" | "alarms">) {
  return {
    circuitBreaker: circuitBreaker ?? strategyDefaults.circuitBreaker,
    alarms: alarms ?? [],
  };
}

function resolveTestListener(listener: TestListener | undefined) {
  return listener && { testListener: { port: listener.port ?? strategyDefaults.testPort } };
}

function resolveCapacity(
  strategies: readonly CapacityProviderStrategy[] = serviceDefaults.capacityProviderStrategies,
): Required<CapacityProviderStrategy>[] {
  return strategies.map(({ capacityProvider, weight, base }) => ({
    capacityProvider,
    weight: weight ?? capacityDefaults.weight,
    base: base ?? capacityDefaults.base,
  }));
}

function resolveSidecar(sidecar: SidecarArgs): ResolvedSidecar {
  const { essential = sidecarDefaults.essential, environment = {}, secrets = {} } = sidecar;
  return { ...sidecar, ...resolveSecurity(sidecar), essential, environment, secrets };
}

function taskCounts(
  desiredCount: number,
  autoscaling: ResolvedAutoscaling | undefined,
): [number, number] {
  const scheduled = autoscaling?.scheduledActions ?? [];
  const possible = [
    desiredCount,
    autoscaling?.maxCapacity,
    ...scheduled.flatMap(({ minCapacity, maxCapacity }) => [minCapacity, maxCapacity]),
  ].filter((count): count is number => count !== undefined);
  return [Math.min(...possible), Math.max(...possible)];
}
