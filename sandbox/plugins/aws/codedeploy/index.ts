/** The entries of CodeDeploy. */
import { application } from "./application";
import { deploymentConfig } from "./deployment-config";
import { deploymentGroup } from "./deployment-group";

export const resources = [application, deploymentConfig, deploymentGroup];
