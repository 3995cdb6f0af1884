import type { Problem } from "../errors";

/** Where the repository keeps a stack's Actions settings. */
export type SettingsScope = "environment" | "repository";

/** The names under which a workflow finds its secret and variables. */
export interface SettingNames {
  /** A secret: the ARN of the role to assume. */
  readonly roleToAssume: string;
  readonly region: string;
  readonly cluster: string;
  readonly imageRepository: string;
  readonly service: string;
  readonly taskDefinition: string;
  readonly releasePointer: string;
  readonly releaseRecord: string;
  /** Under CodeDeploy alone, as the next. */
  readonly codeDeployApplication: string;
  readonly appSpec: string;
}

export interface SettingNamesArgs {
  readonly service: string;
  readonly stack: string;
  readonly scope: SettingsScope;
  /** Whether other services of the stack use the same repository: then each has names of its own. */
  readonly shared: boolean;
}

/** The one source of the names: the settings are written under them, and the workflow reads them. */
export function settingNames({ service, stack, scope, shared }: SettingNamesArgs): SettingNames {
  const ofStack = scope === "repository" ? `_${constant(stack)}` : "";
  const ofService = `${shared ? `_${constant(service)}` : ""}${ofStack}`;
  return {
    roleToAssume: `AWS_ROLE_TO_ASSUME${ofService}`,
    region: `AWS_REGION${ofStack}`,
    cluster: `ECS_CLUSTER${ofStack}`,
    imageRepository: `ECR_REPOSITORY${ofService}`,
    service: `ECS_SERVICE${ofService}`,
    taskDefinition: `ECS_TASK_DEFINITION${ofService}`,
    releasePointer: `RELEASE_POINTER${ofService}`,
    releaseRecord: `RELEASE_RECORD${ofService}`,
    codeDeployApplication: `CODEDEPLOY_APPLICATION${ofService}`,
    appSpec: `APPSPEC${ofService}`,
  };
}

/** GitHub allows letters, digits and underscores in the names of settings. */
function constant(name: string): string {
  return name.toUpperCase().replace(/[^A-Z0-9]/g, "_");
}

/**
 * https://docs.github.com/en/actions/reference/workflows-and-actions/variables#limits-for-configuration-variables
 * and the same for secrets.
 */
const limits: Record<SettingsScope, number> = { environment: 100, repository: 500 };
const variablesOfStack = 2;
const variablesOfService = 5;
const variablesOfCodeDeploy = 2;

/** GitHub's limits bound how many services of a stack share one repository. */
export function checkSettingsLimit(
  services: readonly { readonly codeDeploy: boolean }[],
  scope: SettingsScope,
  repository: string,
  path: string,
): Problem[] {
  const ofCodeDeploy = services.filter(({ codeDeploy }) => codeDeploy).length;
  const variables =
    variablesOfStack + services.length * variablesOfService + ofCodeDeploy * variablesOfCodeDeploy;
  // A repository holds at most 100 secrets, of which each service takes one.
  const secrets = scope === "repository" ? services.length : 0;
  if (variables <= limits[scope] && secrets <= 100) {
    return [];
  }
  return [
    {
      path,
      value: `${services.length} services of ${repository}`,
      allowed: `as many as GitHub has room for: ${limits[scope]} variables in ${scope === "environment" ? "an environment" : "a repository with 100 secrets"}, of which these take ${variables} (${variablesOfService} a service, ${variablesOfCodeDeploy} more under code-deploy)`,
      fix: "give services repositories of their own (repository), or split the stack",
    },
  ];
}
