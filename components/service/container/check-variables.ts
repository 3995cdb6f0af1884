import { checkKeys, checkString } from "../../shared/checks";
import type { Problem } from "../../shared/errors";

export interface Variables {
  readonly environment?: Readonly<Record<string, unknown>> | undefined;
  readonly secrets?: Readonly<Record<string, unknown>> | undefined;
}

export function checkVariables(
  { environment = {}, secrets = {} }: Variables,
  path: string,
): Problem[] {
  const twice = Object.keys(secrets).filter((name) => name in environment);
  return [
    ...checkKeys(`${path}.environment`, environment, variableName),
    ...checkKeys(`${path}.secrets`, secrets, variableName),
    ...Object.entries(secrets).flatMap(([name, value]) =>
      typeof value === "string" ? checkReference(value, `${path}.secrets.${name}`) : [],
    ),
    ...twice.map((name) => ({
      path: `${path}.secrets.${name}`,
      value: secrets[name],
      allowed: `a name that is not in environment: ECS refuses a container with ${name} in both`,
      fix: "remove it from one of them",
    })),
  ];
}

/** A process cannot get other names: https://pubs.opengroup.org/onlinepubs/9799919799/basedefs/V1_chap08.html */
const variableName = {
  valid: /^[^\s=\p{Cc}]+$/u,
  allowed: "the name of an environment variable: not empty, without spaces and =",
  fix: "for example LOG_LEVEL",
};

/**
 * https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_Secret.html, with the characters allowed in names:
 * https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_CreateSecret.html
 * `*` and `?` are not allowed: in the execution role's policy they would be wildcards and give access to other secrets.
 */
function checkReference(reference: string, path: string): Problem[] {
  return checkString(path, reference, {
    valid:
      /^(?:\/[\w.\-/]+|arn:[\w-]+:ssm:[\w-]+:\d{12}:parameter\/[\w.\-/]+|arn:[\w-]+:secretsmanager:[\w-]+:\d{12}:secret:[\w/+=.@-]+(?::[^*?\p{Cc}]*)?)$/u,
    allowed:
      "a reference without wildcards: the ARN of a Secrets Manager secret or SSM parameter, or a parameter's path (/team/key)",
    fix: "store the value in Secrets Manager or SSM and give its ARN or path here",
  });
}
