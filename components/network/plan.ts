import type { CreateNetworkArgs, FlowLogsArgs, NatGateways } from "./settings";

/** All properties of a new VPC. */
export interface NetworkPlan {
  readonly cidrBlock: string;
  readonly availabilityZones: number;
  /** The prefix length of a zone's range. It is the same for two to four zones, so a new zone does not move the others. */
  readonly zoneMask: number;
  readonly natGateways: NatGateways;
  readonly gatewayEndpoints: readonly string[];
  readonly interfaceEndpoints: readonly string[];
  /** Undefined if they are off. */
  readonly flowLogs: FlowLogsArgs | undefined;
}

/** https://docs.aws.amazon.com/AmazonECR/latest/userguide/vpc-endpoints.html and the same page for ECS Exec and secrets. */
export const endpointsWithoutNat = [
  "s3",
  "ecr.api",
  "ecr.dkr",
  "logs",
  "secretsmanager",
  "ssm",
  "ssmmessages",
];
const gateways: readonly string[] = ["s3", "dynamodb"];

export function planNetwork(args: CreateNetworkArgs): NetworkPlan {
  const natGateways = args.natGateways ?? "single";
  const endpoints = args.vpcEndpoints ?? (natGateways === "none" ? endpointsWithoutNat : ["s3"]);
  const { cidrBlock = "10.0.0.0/16", availabilityZones = 2 } = args;
  return {
    cidrBlock,
    availabilityZones,
    zoneMask: Number(cidrBlock.split("/")[1]) + zoneBits(availabilityZones),
    natGateways,
    gatewayEndpoints: endpoints.filter((service) => gateways.includes(service)),
    interfaceEndpoints: endpoints.filter((service) => !gateways.includes(service)),
    flowLogs: args.flowLogs === true ? {} : args.flowLogs || undefined,
  };
}

/** Each zone gets a quarter of the VPC's range; with five or six zones, an eighth. */
export function zoneBits(availabilityZones: number): number {
  return availabilityZones > 4 ? 3 : 2;
}
