import { checkString } from "../shared/checks";
import type { Problem } from "../shared/errors";

/** Where GitHub stores a stack's secrets and variables. */
export type SettingsScope = "environment" | "repository";

/** The stack of some settings, and where GitHub stores them. */
export interface SettingsPlace {
  /** The stack. */
  readonly stack: string;
  /** An environment, or the repository. */
  readonly scope: SettingsScope;
}

/**
 * The name of the secret that contains the ARN of a service's role. It depends only on this service, so other services in the
 * repository do not change it. Without an environment, it also contains the stack.
 */
export function roleSecretName(service: string, { stack, scope }: SettingsPlace): string {
  return `AWS_ROLE_TO_ASSUME_${upperSnakeCase(service)}${stackSuffix({ stack, scope })}`;
}

/** The name of the variable that contains the names of a service's AWS objects, if the workflow file does not contain them. */
export function namesVariableName(service: string, place: SettingsPlace): string {
  return `SLIPWAY_${upperSnakeCase(service)}${stackSuffix(place)}`;
}

/** The name of the secret that contains the stack's incoming webhook of Slack. */
export function slackSecretName(place: SettingsPlace): string {
  return `SLIPWAY_SLACK_WEBHOOK${stackSuffix(place)}`;
}

export function stackSuffix({ stack, scope }: SettingsPlace): string {
  return scope === "repository" ? `_${upperSnakeCase(stack)}` : "";
}

/** GitHub allows only letters, digits and underscores in the names of settings. */
export function upperSnakeCase(name: string): string {
  return name.toUpperCase().replace(/[^A-Z0-9]/g, "_");
}

/** https://docs.github.com/en/actions/reference/security/secrets#limits-for-secrets */
const limit = 100;

/** Each service needs one secret, so GitHub's limit on secrets also limits the services of a stack in one repository. */
export function checkSettingsLimit(
  services: number,
  scope: SettingsScope,
  repository: string,
  path: string,
): Problem[] {
  if (services <= limit) {
    return [];
  }
  const place = scope === "environment" ? "an environment" : "a repository";
  return [
    {
      path,
      value: `${services} services of ${repository}`,
      allowed: `at most ${limit}: GitHub allows ${limit} secrets in ${place}, and each service needs one`,
      fix: "move services to other repositories (repository), or split the stack",
    },
  ];
}

/** https://docs.github.com/en/actions/reference/security/secrets#naming-your-secrets */
export function checkSecretName(
  name: string | undefined,
  path: string,
  example: string,
): Problem[] {
  return checkString(path, name, {
    valid: /^(?!GITHUB_)[A-Z_][A-Z0-9_]*$/i,
    allowed:
      "the name of a secret on GitHub: letters, digits and _, no digit first, not beginning with GITHUB_",
    fix: `gh secret set ${example} creates one; name it here, not its value`,
  });
}
