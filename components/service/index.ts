/**
 * A service as plain data: its settings, strategies, scaling, health check, rule and sidecars, with their defaults.
 * @module
 */
export type { AutoscalingArgs, ResolvedAutoscaling, ScheduledActionArgs } from "./autoscaling";
export type { CapacityProviderStrategy, Compatibility } from "./capacity/providers";
export type {
  ContainerSecurity,
  LinuxCapabilities,
  LinuxCapability,
  ResolvedSecurity,
} from "./container/security";
export type {
  ContainerDependency,
  ContainerHealthCheck,
  ResolvedSidecar,
  SidecarArgs,
} from "./container/sidecar";
export type {
  ErrorsGuard,
  Evaluation,
  ExitsGuard,
  GuardsArgs,
  LatencyGuard,
  ResolvedGuards,
  UnhealthyHostsGuard,
} from "./guards/settings";
export type { HealthCheck, HealthCheckArgs } from "./health-check";
export { type ResolvedDeployment, type ResolvedService, resolveService } from "./resolve";
export type { ResolvedRule, RuleArgs } from "./rule/settings";
export type { ResolvedServiceConnect, ServiceConnectArgs } from "./service-connect";
export type { DeploymentSettings, ExistingLogGroup, ServiceSettings } from "./settings";
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
} from "./sign-in/settings";
export type { ResolvedStrategy } from "./strategy/resolve";
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
} from "./strategy/settings";
export type { MigrationArgs, ResolvedMigration } from "./tasks/migration";
export type { TaskOverride } from "./tasks/override";
export type { ResolvedScheduledTask, ScheduledTaskArgs } from "./tasks/scheduled-task";
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
} from "./worker/settings";
