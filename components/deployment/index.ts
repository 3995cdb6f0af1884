export type { CodeDeployNames } from "./code-deploy";
export {
  type DeployedService,
  DeploymentController,
  type DeploymentControllerArgs,
} from "./controller";
export type { FoundService } from "./found-service";
export type { CodeDeployPlan, DeploymentPlan, Hook } from "./plan";
