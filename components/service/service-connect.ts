import { checkRange, checkString } from "../shared/checks";
import { withDefaults } from "../shared/defaults";
import type { Problem } from "../shared/errors";
import type { Unchecked } from "../shared/unchecked";
import { serviceConnectDefaults } from "./defaults";
import type { ResolvedStrategy } from "./strategy/resolve";

/** How the other services of the namespace call a service. A worker, which nobody calls, has none of these. */
export interface ServiceConnectArgs {
  /**
   * The name by which other services call this one: `http://<dnsName>:<port>`.
   * @default the service's name
   * @see https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ServiceConnectClientAlias.html
   */
  readonly dnsName?: string;
  /**
   * The port by which other services call this one, 1 to 65535.
   * @default the service's port
   * @see https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ServiceConnectClientAlias.html
   */
  readonly port?: number;
  /**
   * Seconds after which the proxy ends a request without a complete answer; 0 for no limit.
   * @default 15
   * @see https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_TimeoutConfiguration.html
   */
  readonly perRequestTimeoutSeconds?: number;
}

/** Service Connect with a value for every argument that does not follow from the service's name and port. */
export type ResolvedServiceConnect = Pick<ServiceConnectArgs, "dnsName" | "port"> &
  Required<Omit<ServiceConnectArgs, "dnsName" | "port">>;

export function resolveServiceConnect(args: ServiceConnectArgs): ResolvedServiceConnect {
  return { ...args, ...withDefaults(args, serviceConnectDefaults) };
}

const label = "[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?";

/** The settings of a service that are checked together. */
interface CheckedServiceConnect {
  readonly serviceConnect?: Unchecked<ServiceConnectArgs> | undefined;
  readonly worker?: unknown;
}

/** @param path the service's path */
export function checkServiceConnect(
  { serviceConnect, worker }: CheckedServiceConnect,
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
        "a host name: lower-case letters, digits and hyphens, with dots between its parts, at most 127 characters",
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
              "nothing with the strategy code-deploy: CodeDeploy deploys only services that nothing except a load balancer calls",
            fix: "choose rolling, blue-green, canary or linear, or remove it",
            reads: [`${path}.strategy`],
          },
        ]
      : []),
  ];
}
