import { endpointsWithoutNat } from "../network/plan";
import { checkCapacityNames } from "../service/capacity/check";
import { isDefined } from "../shared/checks";
import type { Problem } from "../shared/errors";
import type { Unchecked } from "../shared/unchecked";
import type { StackConfig } from "./schema";

type Config = Unchecked<StackConfig>;
type At = (key: string) => string;

/** The cluster's capacity providers on EC2, and the services that name them. */
export function checkInstances(config: Config, at: At): Problem[] {
  const { shared, cluster = {}, services = [] } = config;
  const own = "capacityProviders" in cluster ? (cluster.capacityProviders ?? []) : [];
  const names = own.map((provider) => provider?.name).filter(isDefined);
  const known = shared || "existing" in cluster ? undefined : names;
  return [
    ...services.flatMap((service = {}, i) =>
      checkCapacityNames(service, known, at(`services[${i}]`)).map((problem) => ({
        ...problem,
        reads: [at("shared"), at("cluster")],
      })),
    ),
    ...(own.length > 0 ? checkEndpoints(config, at) : []),
  ];
}

/** https://docs.aws.amazon.com/AmazonECS/latest/developerguide/vpc-endpoints.html */
const ofAgent = ["ecs", "ecs-agent", "ecs-telemetry"];

/** Fargate reaches ECS by itself; the agent on an instance needs a way out of the VPC. */
function checkEndpoints({ network = {} }: Config, at: At): Problem[] {
  if (!("natGateways" in network) || network.natGateways !== "none") {
    return [];
  }
  const { vpcEndpoints = endpointsWithoutNat } = network;
  const missing = ofAgent.filter((service) => !vpcEndpoints.includes(service));
  return missing.length === 0
    ? []
    : [
        {
          path: at("network.vpcEndpoints"),
          value: network.vpcEndpoints,
          allowed: `a list with ${missing.join(", ")}: without NAT gateways, instances reach ECS only through them`,
          fix: `set it to [${[...vpcEndpoints, ...missing].join(", ")}]`,
          reads: [at("network.natGateways"), at("cluster.capacityProviders")],
        },
      ];
}
