/**
 * What a deployment strategy needs in addition to the service.
 * @module
 */
export type { CodeDeployNames } from "./code-deploy";
export { DeploymentController, type DeploymentControllerArgs } from "./controller";
export type { DeployedService, Deployment } from "./deployment";
export type { StoppedTasksLogs } from "./exits-guard";
export type { Capacity, FoundService } from "./found-service";
export type { RuleSignIn } from "./listener-rules";
export type {
  CodeDeployPlan,
  DeploymentPlan,
  FunctionHook,
  Hook,
  HookStage,
  PauseHook,
} from "./plan";
