import { serviceConnectDefaults } from "./defaults";

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

export function resolveServiceConnect({
  perRequestTimeoutSeconds = serviceConnectDefaults.perRequestTimeoutSeconds,
  ...alias
}: ServiceConnectArgs): ResolvedServiceConnect {
  return { ...alias, perRequestTimeoutSeconds };
}
