import * as aws from "@pulumi/aws";
import { findCapacityProblems } from "../capacity/find";
import type { ClusterArgs } from "../cluster";
import type { StackConfig } from "../config";
import { usesLoadBalancer } from "../config";
import { checkPlaceholder } from "../config/check-services";
import type { ExistingLoadBalancerArgs, LoadBalancerSettings } from "../load-balancer";
import { lookAtLoadBalancer } from "../load-balancer/find";
import { unreadable } from "../load-balancer/judge";
import type { NetworkArgs } from "../network";
import { locationOf } from "../shared/arn";
import { ConfigurationError, type Problem, refuse } from "../shared/errors";
import { readStackOutputs } from "../shared/stack-outputs";
import { clientVpnProblems } from "./find-client-vpn";
import { sourceProblems } from "./find-source";
import { judgeShared, type Shared, type SharedOutputs } from "./shared";

/** What the services of a stack need: what to create, and what exists. */
export interface Foundation {
  readonly network: NetworkArgs | undefined;
  readonly cluster: ClusterArgs | undefined;
  /** Undefined for a stack that has none. */
  readonly loadBalancer: ExistingLoadBalancerArgs | LoadBalancerSettings | undefined;
}

/**
 * Reads the shared stack, and looks up everything that the stack adopts.
 *
 * @param read reads the outputs of the shared stack
 * @throws ConfigurationError with everything that AWS would refuse later
 */
export async function findFoundation(
  config: StackConfig,
  read: (stack: string) => Promise<SharedOutputs> = readStackOutputs,
): Promise<Foundation> {
  const { stack } = config.shared ?? {};
  const shared = stack === undefined ? undefined : judgeShared(stack, await read(stack));
  if (shared && "path" in shared) {
    throw new ConfigurationError("The use of another stack", [shared]);
  }
  const network = shared ? withoutInternet(shared) : config.network;
  const cluster = shared ? { existing: shared.cluster } : config.cluster;
  const [{ loadBalancer: existing, problems }, ...others] = await Promise.all([
    lookAtListener(config, shared),
    clusterProblems(cluster),
    capacityProblems(cluster, config),
    clientVpnProblems(config, network),
    sourceProblems(config),
    ...config.services.map((service, i) => logGroupProblems(service, `services[${i}]`)),
  ]);
  refuse(shared ? `The use of ${config.shared?.stack}` : "The use of what exists", [
    ...(shared ? sharedProblems(config, shared) : []),
    ...problems,
    ...others.flat(),
  ]);
  const settings = config.loadBalancer ?? {};
  const own = "existing" in settings ? {} : settings;
  return {
    network,
    cluster,
    loadBalancer: existing ? { existing } : usesLoadBalancer(config) ? own : undefined,
  };
}

function withoutInternet({ network: { internet: _, ...ids } }: Shared): NetworkArgs {
  return ids;
}

/** The problems that only the shared stack's values show. */
function sharedProblems({ services, shared }: StackConfig, found: Shared): Problem[] {
  const { region } = locationOf(found.loadBalancer.listenerArn);
  const own = aws.config.region;
  return [
    ...(own && own !== region
      ? [
          {
            path: "shared.stack",
            value: shared?.stack,
            allowed: `a stack in ${own}, this stack's region: it is in ${region}`,
            fix: `set aws:region to ${region}, or share a stack of this region`,
          },
        ]
      : []),
    ...(found.network.internet
      ? []
      : services.flatMap((service, i) =>
          checkPlaceholder(service, { natGateways: "none" }, `services[${i}].placeholderImage`),
        )),
  ];
}

async function lookAtListener(config: StackConfig, shared: Shared | undefined) {
  if (!usesLoadBalancer(config)) {
    return { loadBalancer: undefined, problems: [] };
  }
  const { loadBalancer = {}, network = {}, services } = config;
  // A worker has no rule.
  const requested = services.filter(({ worker }) => !worker);
  const indexes = services.flatMap(({ worker }, i) => (worker ? [] : [i]));
  const paths = { service: (index: number) => `services[${indexes[index]}]` };
  if (shared) {
    const at = "shared.stack";
    return lookAtLoadBalancer(
      { ...shared.loadBalancer, vpcId: shared.network.vpcId, services: requested },
      {},
      { ...paths, listener: at, testListeners: at },
    );
  }
  if (!("existing" in loadBalancer) || !("vpcId" in network)) {
    return { loadBalancer: undefined, problems: [] };
  }
  const { testListenerArn, ...existing } = loadBalancer.existing;
  const at = "loadBalancer.existing";
  return lookAtLoadBalancer(
    {
      ...existing,
      testListenerArns: testListenerArn === undefined ? [] : [testListenerArn],
      vpcId: network.vpcId,
      services: requested,
    },
    {},
    { ...paths, listener: `${at}.listenerArn`, testListeners: `${at}.testListenerArn` },
  );
}

async function clusterProblems(cluster: ClusterArgs = {}): Promise<Problem[]> {
  if (!("existing" in cluster)) {
    return [];
  }
  const { existing } = cluster;
  const path = "cluster.existing";
  try {
    await aws.ecs.getCluster({ clusterName: existing });
    return [];
  } catch (error) {
    return [unreadable(path, existing, error)];
  }
}

async function capacityProblems(
  cluster: ClusterArgs = {},
  { services }: StackConfig,
): Promise<Problem[]> {
  const providers = "existing" in cluster ? [] : (cluster.capacityProviders ?? []);
  return providers.length === 0
    ? []
    : findCapacityProblems(providers, services, {
        provider: (i) => `cluster.capacityProviders[${i}]`,
        service: (i) => `services[${i}]`,
      });
}

async function logGroupProblems(
  { logGroup }: StackConfig["services"][number],
  path: string,
): Promise<Problem[]> {
  if (!logGroup) {
    return [];
  }
  const at = `${path}.logGroup.existing`;
  try {
    // https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CloudWatch_Logs_Log_Classes.html
    const { logGroupClass } = await aws.cloudwatch.getLogGroup({ name: logGroup.existing });
    return logGroupClass === "DELIVERY"
      ? [
          {
            path: at,
            value: logGroup.existing,
            allowed:
              "a log group of the class STANDARD or INFREQUENT_ACCESS: only AWS services write to DELIVERY",
            fix: "name another log group",
          },
        ]
      : [];
  } catch (error) {
    return [unreadable(at, logGroup.existing, error)];
  }
}
