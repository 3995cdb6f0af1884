import { withDefaults } from "../shared/defaults";
import type { Resolved } from "../shared/resolved";
import { type ResolvedAutoscaling, resolveAutoscaling, taskCounts } from "./autoscaling";
import {
  type CapacityProviderStrategy,
  type Compatibility,
  compatibilityOf,
  resolveCapacity,
} from "./capacity/providers";
import {
  type ContainerSecurity,
  type ResolvedSecurity,
  resolveSecurity,
} from "./container/security";
import { type ResolvedSidecar, resolveSidecar } from "./container/sidecar";
import { deploymentDefaults, serviceDefaults } from "./defaults";
import { type ResolvedGuards, resolveExits, resolveGuards } from "./guards/settings";
import { type HealthCheck, resolveHealthCheck } from "./health-check";
import { type ResolvedRule, resolveRule } from "./rule/settings";
import { type ResolvedServiceConnect, resolveServiceConnect } from "./service-connect";
import type { DeploymentSettings, ServiceSettings } from "./settings";
import { type ResolvedSignIn, resolveSignIn } from "./sign-in/settings";
import { type ResolvedStrategy, resolveStrategy } from "./strategy/resolve";
import { type ResolvedMigration, resolveMigration } from "./tasks/migration";
import { type ResolvedScheduledTask, resolveScheduledTask } from "./tasks/scheduled-task";
import { type ResolvedVolume, resolveVolume } from "./volumes";
import { noHealthCheck, type ResolvedWorker, resolveWorker, workerGuards } from "./worker/settings";

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
  /** The folders on EFS, whose files stay when tasks end. */
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
    ...withDefaults(settings, serviceDefaults),
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
  };
}

/** The part of {@link resolveService} that a forecast needs. */
export function resolveDeployment(given: DeploymentSettings): ResolvedDeployment {
  const worker = given.worker && resolveWorker(given.worker);
  const settings = worker ? withoutRequests(given) : given;
  const autoscaling = settings.autoscaling && resolveAutoscaling(settings.autoscaling);
  const values = withDefaults(settings, deploymentDefaults);
  const desiredCount = autoscaling?.minCapacity ?? values.desiredCount;
  const capacityProviderStrategies = resolveCapacity(values.capacityProviderStrategies);
  return {
    ...values,
    desiredCount,
    ...(autoscaling && { autoscaling }),
    counts: taskCounts(desiredCount, autoscaling),
    capacityProviderStrategies,
    compatibility: compatibilityOf(capacityProviderStrategies),
    healthCheck: worker ? noHealthCheck : resolveHealthCheck(settings.healthCheck),
    ...(settings.migration && { migration: resolveMigration(settings.migration, values) }),
    strategy: resolveStrategy(values.strategy),
    ...(worker && { worker }),
    guards: {
      ...(worker && given.guards !== false
        ? workerGuards(worker)
        : resolveGuards(settings.guards, values.healthCheckGracePeriodSeconds)),
      ...resolveExits(given.guards, desiredCount),
    },
  };
}

/** The settings of a worker. The load balancer's settings get values that take no time in a deployment. */
function withoutRequests(settings: DeploymentSettings): DeploymentSettings {
  const { healthCheck: _, ...rest } = settings;
  return { ...rest, guards: false, healthCheckGracePeriodSeconds: 0, deregistrationDelay: 0 };
}
