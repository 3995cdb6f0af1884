import { checkRange, checkString } from "../shared/checks";
import type { Problem } from "../shared/errors";
import type { Unchecked } from "../shared/unchecked";
import type { ResolvedStrategy } from "./resolve";
import type { ServiceSettings } from "./settings";

const label = "[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?";

/** @param path the service's path */
export function checkServiceConnect(
  { serviceConnect, worker }: Unchecked<ServiceSettings>,
  { type }: ResolvedStrategy,
  path: string,
): Problem[] {
  if (!serviceConnect) {
    return [];
  }
  const at = `${path}.serviceConnect`;
  const { dnsName, port, perRequestTimeoutSeconds } = serviceConnect;
  return [
    ...checkString(`${at}.dnsName`, dnsName, {
      valid: new RegExp(`^(?=.{1,127}$)${label}(?:\\.${label})*$`),
      allowed:
        "a host name: lower-case letters, digits and hyphens, with points between its parts, at most 127 characters",
      fix: "for example api",
    }),
    ...checkRange(`${at}.port`, port, [1, 65535], "TCP ports"),
    ...checkRange(
      `${at}.perRequestTimeoutSeconds`,
      perRequestTimeoutSeconds,
      [0, 2147483647],
      "seconds",
    ),
    ...(worker
      ? Object.entries(serviceConnect).map(([key, value]) => ({
          path: `${at}.${key}`,
          value,
          allowed: "nothing for a worker: it calls others, and nobody calls it",
          fix: "write serviceConnect: {}",
          reads: [`${path}.worker`],
        }))
      : []),
    // https://aws.amazon.com/blogs/containers/migrating-from-aws-codedeploy-to-amazon-ecs-for-blue-green-deployments/
    ...(type === "code-deploy"
      ? [
          {
            path: at,
            value: serviceConnect,
            allowed:
              "nothing with the strategy code-deploy: CodeDeploy deploys only services that a load balancer alone calls",
            fix: "choose rolling, blue-green, canary or linear, or remove it",
            reads: [`${path}.strategy`],
          },
        ]
      : []),
  ];
}
