export type { AutoscalingArgs, ScheduledActionArgs } from "./autoscaling";
export type { HealthCheckArgs } from "./health-check";
export {
  type ResolvedDeployment,
  type ResolvedService,
  type ResolvedStrategy,
  resolveService,
} from "./resolve";
export type { RuleArgs } from "./rule";
export type { CapacityProviderStrategy, DeploymentSettings, ServiceSettings } from "./settings";
export type { ContainerDependency, ContainerHealthCheck, SidecarArgs } from "./sidecar";
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
