import type { Problem } from "../shared/errors";

/** Where the repository keeps a stack's Actions settings. */
export type SettingsScope = "environment" | "repository";

/** Whose settings they are. */
export interface SettingsPlace {
  readonly stack: string;
  readonly scope: SettingsScope;
}

/**
 * The secret that holds the role of one service. The name depends on this service alone, so another service in the
 * repository changes nothing. The environment or, without one, the name says which stack it belongs to.
 */
export function roleSecretName(service: string, { stack, scope }: SettingsPlace): string {
  return `AWS_ROLE_TO_ASSUME_${constant(service)}${ofStack({ stack, scope })}`;
}

export function ofStack({ stack, scope }: SettingsPlace): string {
  return scope === "repository" ? `_${constant(stack)}` : "";
}

/** GitHub allows letters, digits and underscores in the names of settings. */
export function constant(name: string): string {
  return name.toUpperCase().replace(/[^A-Z0-9]/g, "_");
}

/** https://docs.github.com/en/actions/reference/security/secrets#limits-for-secrets */
const limit = 100;

/** GitHub's limit on secrets bounds how many services of a stack share one repository: each takes one. */
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
      allowed: `at most ${limit}: GitHub allows ${limit} secrets in ${place}, and each service takes one`,
      fix: "give services repositories of their own (repository), or split the stack",
    },
  ];
}
