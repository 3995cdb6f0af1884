/**
 * A service as plain data: its settings, strategies, scaling, health check, rule and sidecars, with their defaults.
 * @module
 */
export type { AutoscalingArgs, ScheduledActionArgs } from "./autoscaling";
export type { Compatibility } from "./capacity";
export type {
  ContainerSecurity,
  LinuxCapabilities,
  LinuxCapability,
  ResolvedSecurity,
} from "./container-security";
export type {
  ErrorsGuard,
  Evaluation,
  ExitsGuard,
  GuardsArgs,
  LatencyGuard,
  ResolvedGuards,
  UnhealthyHostsGuard,
} from "./guards";
export type { HealthCheck, HealthCheckArgs } from "./health-check";
export type { MigrationArgs, ResolvedMigration } from "./migration";
export {
  type ResolvedAutoscaling,
  type ResolvedDeployment,
  type ResolvedService,
  type ResolvedSidecar,
  type ResolvedStrategy,
  resolveService,
} from "./resolve";
export type { ResolvedRule, RuleArgs } from "./rule";
export type { ResolvedScheduledTask, ScheduledTaskArgs } from "./scheduled-task";
export type { ResolvedServiceConnect, ServiceConnectArgs } from "./service-connect";
export type {
  CapacityProviderStrategy,
  DeploymentSettings,
  ExistingLogGroup,
  ServiceSettings,
} from "./settings";
export type { ContainerDependency, ContainerHealthCheck, SidecarArgs } from "./sidecar";
export type {
  CognitoArgs,
  CognitoSignIn,
  ExistingCognitoArgs,
  ExistingUserPool,
  OidcArgs,
  OidcSignIn,
  ResolvedSignIn,
  SignInArgs,
  SignInOptions,
} from "./sign-in";
export type {
  AppSpecHook,
  BlueGreen,
  Canary,
  CircuitBreaker,
  CodeDeploy,
  CustomConfig,
  LifecycleStage,
  Linear,
  Pause,
  PredefinedConfig,
  Rolling,
  Strategy,
  StrategyName,
  TestListener,
  TrafficShift,
} from "./strategy";
export type { TaskOverride } from "./task-override";
export type {
  EfsUser,
  ExistingEfsArgs,
  NewEfsArgs,
  ResolvedVolume,
  VolumeArgs,
} from "./volumes";
export type {
  CreateQueueArgs,
  ExistingQueueArgs,
  ResolvedWorker,
  WorkerArgs,
} from "./worker";
