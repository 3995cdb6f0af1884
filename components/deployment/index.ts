export { DeploymentController, type DeploymentControllerArgs } from "./controller";
export type { HealthCheckArgs } from "./health-check";
export type {
  BlueGreen,
  Canary,
  CodeDeploy,
  DeploymentPlan,
  Linear,
  Rolling,
  Strategy,
  StrategyName,
} from "./strategy";
