import { checkRange, repeated } from "../shared/checks";
import type { Problem } from "../shared/errors";
import { checkAutoscaling } from "./autoscaling";
import { checkCommands } from "./check-commands";
import { checkStrategy } from "./check-strategy";
import { checkHealthCheck } from "./health-check";
import { type ResolvedService, resolveService } from "./resolve";
import { checkRule } from "./rule";
import type { ServiceSettings } from "./settings";
import { checkSize } from "./size";

/** A target group's name has at most 32 characters. Autonaming needs 8, and the suffix of the second group needs 4. */
const longestServiceName = 20;

/** https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html */
const retentions = [
  0, 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922,
  3288, 3653,
];

export function checkServiceName(name: string, path: string): Problem[] {
  if (/^[a-z](?:[a-z0-9-]*[a-z0-9])?$/.test(name) && name.length <= longestServiceName) {
    return [];
  }
  return [
    {
      path,
      value: name,
      allowed: `a letter, then at most ${longestServiceName - 1} lower-case letters, digits and hyphens, no hyphen at the end: it names the target group, the image repository and the workflow`,
      fix: `choose a shorter or plainer name, for example ${JSON.stringify(
        name
          .toLowerCase()
          .replace(/[^a-z0-9]+/g, "-")
          .replace(/^[^a-z]+/, "")
          .slice(0, longestServiceName)
          .replace(/-+$/, "") || "api",
      )}`,
    },
  ];
}

/** The input of the checks: the service's settings, its variables, and the name of its container. */
export type CheckedService = ServiceSettings & Variables & { readonly name?: string };

interface Variables {
  readonly environment?: Readonly<Record<string, unknown>>;
  readonly secrets?: Readonly<Record<string, unknown>>;
}

export function checkService(args: CheckedService, path: string): Problem[] {
  const service = resolveService(args);
  return [
    ...checkRange(`${path}.port`, args.port, [1, 65535], "TCP ports"),
    ...checkSize(service.cpu, service.memory, path),
    ...checkRange(`${path}.ephemeralStorage`, args.ephemeralStorage, [21, 200], "GiB"),
    ...checkRange(`${path}.desiredCount`, args.desiredCount, [0, 5000], "tasks"),
    ...checkRange(
      `${path}.healthCheckGracePeriodSeconds`,
      args.healthCheckGracePeriodSeconds,
      [0, 2147483647],
      "seconds",
    ),
    ...checkRange(`${path}.deregistrationDelay`, args.deregistrationDelay, [0, 3600], "seconds"),
    ...checkRange(`${path}.stopTimeout`, args.stopTimeout, [2, 120], "seconds"),
    ...checkRetention(args.logRetentionInDays, path),
    ...(args.autoscaling ? checkAutoscaling(args.autoscaling, `${path}.autoscaling`) : []),
    ...checkRule(service.rule, `${path}.rule`),
    ...checkHealthCheck(service.healthCheck, `${path}.healthCheck`),
    ...checkStrategy(service, `${path}.strategy`),
    ...checkCapacity(service, path),
    ...checkVariables(args, path),
    ...checkCommands(args, path),
    ...checkSidecars(args, path),
  ];
}

function checkRetention(days: number | undefined, path: string): Problem[] {
  if (days === undefined || retentions.includes(days)) {
    return [];
  }
  const longer = retentions.find((known) => known > days);
  return [
    {
      path: `${path}.logRetentionInDays`,
      value: days,
      allowed: `one of CloudWatch's values: ${retentions.join(", ")} days; 0 keeps logs forever`,
      fix: `set it to ${longer ?? 3653}`,
    },
  ];
}

function checkCapacity({ capacityProviderStrategies }: ResolvedService, path: string): Problem[] {
  const problems = capacityProviderStrategies.flatMap(({ weight, base }, i) => [
    ...checkRange(`${path}.capacityProviderStrategies[${i}].weight`, weight, [0, 1000], "shares"),
    ...checkRange(`${path}.capacityProviderStrategies[${i}].base`, base, [0, 100000], "tasks"),
  ]);
  const withBase = capacityProviderStrategies.filter(({ base }) => base > 0);
  if (withBase.length > 1) {
    problems.push({
      path: `${path}.capacityProviderStrategies`,
      value: withBase.map(({ capacityProvider }) => capacityProvider),
      allowed: "a base for only one capacity provider",
      fix: "remove base from the other",
    });
  }
  if (
    capacityProviderStrategies.length > 0 &&
    capacityProviderStrategies.every(({ weight }) => weight === 0)
  ) {
    problems.push({
      path: `${path}.capacityProviderStrategies`,
      value: 0,
      allowed: "a weight above 0 for at least one capacity provider",
      fix: "raise a weight",
    });
  }
  return problems;
}

/**
 * https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_Secret.html, with the characters allowed in names:
 * https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_CreateSecret.html
 * `*` and `?` are not allowed: in the execution role's policy they would be wildcards and give access to other secrets.
 */
function checkSecrets(secrets: Readonly<Record<string, unknown>>, path: string): Problem[] {
  const reference =
    /^(?:\/[\w.\-/]+|arn:[\w-]+:ssm:[\w-]+:\d{12}:parameter\/[\w.\-/]+|arn:[\w-]+:secretsmanager:[\w-]+:\d{12}:secret:[\w/+=.@-]+(?::[^*?\p{Cc}]*)?)$/u;
  return Object.entries(secrets)
    .filter(([, value]) => typeof value === "string" && !reference.test(value))
    .map(([name, value]) => ({
      path: `${path}.${name}`,
      // The value may be the secret itself, put here by mistake, so it must not be printed.
      value: `${String(value).slice(0, 3)}… (${String(value).length} characters)`,
      allowed:
        "a reference without wildcards: the ARN of a Secrets Manager secret or SSM parameter, or a parameter's path (/team/key)",
      fix: "store the value in Secrets Manager or SSM and give its ARN or path here",
    }));
}

function checkVariables({ environment = {}, secrets = {} }: Variables, path: string): Problem[] {
  const twice = Object.keys(secrets).filter((name) => name in environment);
  return [
    ...checkSecrets(secrets, `${path}.secrets`),
    ...twice.map((name) => ({
      path: `${path}.secrets.${name}`,
      value: secrets[name],
      allowed: `a name that is not in environment: ECS refuses a container with ${name} in both`,
      fix: "remove it from one of them",
    })),
  ];
}

function checkSidecars({ name: main, sidecars = [] }: CheckedService, path: string): Problem[] {
  const containers = [{ name: main }, ...sidecars];
  const names = containers.map(({ name }) => name).filter((name) => name !== undefined);
  return [
    ...[...repeated(containers, ({ name }) => name)].map(([name, [, second = 1]]) => ({
      path: `${path}.sidecars[${second - 1}].name`,
      value: name,
      allowed: "a name that no other container of the task has",
      fix: "rename one of them",
    })),
    ...sidecars.flatMap((sidecar, i) => [
      ...checkVariables(sidecar, `${path}.sidecars[${i}]`),
      ...(sidecar.dependsOn ?? []).flatMap(({ containerName }, j) =>
        main === undefined || (containerName !== sidecar.name && names.includes(containerName))
          ? []
          : [
              {
                path: `${path}.sidecars[${i}].dependsOn[${j}].containerName`,
                value: containerName,
                allowed: `another container of the task: ${names.filter((name) => name !== sidecar.name).join(", ")}`,
                fix: "name one of these, or remove the dependency",
              },
            ],
      ),
    ]),
  ];
}
