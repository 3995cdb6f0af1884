export { DeploymentController, type DeploymentControllerArgs } from "./controller";
export * from "./forecast";
export type { HealthCheckArgs } from "./health-check";
export type { DeploymentPlan } from "./plan";
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
