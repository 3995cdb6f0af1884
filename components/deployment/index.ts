export * from "../forecast";
export type { HealthCheckArgs } from "../service/health-check";
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
} from "../service/strategy";
export { DeploymentController, type DeploymentControllerArgs } from "./controller";
export type { DeploymentPlan } from "./plan";
