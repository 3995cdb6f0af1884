export { DeploymentController, type DeploymentControllerArgs } from "./controller";
export type { DeploymentPlan } from "./plan";
