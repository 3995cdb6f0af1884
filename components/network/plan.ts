import type { Problem } from "../shared/errors";

/** What can stand between the tasks and the internet. */
export type NatGateways = "none" | "single" | "one-per-az";

/** Makes a VPC. */
export interface CreateNetworkArgs {
  /**
   * The VPC's IPv4 range. AWS allows /16 to /28; it must hold two subnets a zone of at least /28 each.
   * https://docs.aws.amazon.com/vpc/latest/userguide/vpc-cidr-blocks.html
   * A VPC keeps its range for life: another one here means another VPC, which a preview shows as replacements.
   * @default "10.0.0.0/16"
   */
  readonly cidrBlock?: string;
  /**
   * In how many Availability Zones there are subnets. A load balancer needs two.
   * @default 2
   */
  readonly availabilityZones?: number;
  /**
   * How tasks reach the internet: `single` is cheap and stops with its zone, `one-per-az` survives the loss of a zone,
   * `none` leaves only the VPC endpoints (the tasks' images must then come from ECR).
   * @default "single"
   */
  readonly natGateways?: NatGateways;
  /**
   * AWS services that tasks reach without leaving the VPC, as in `com.amazonaws.<region>.<service>`. The gateway
   * endpoints `s3` and `dynamodb` are free, each other is billed by the hour and zone.
   * @default ["s3"], which keeps image layers off the NAT gateway; without NAT gateways what Fargate itself needs
   */
  readonly vpcEndpoints?: readonly string[];
}

/** Adopts a VPC and its subnets, and leaves them alone. */
export interface ExistingNetworkArgs {
  /** `vpc-…` */
  readonly vpcId: string;
  /** Two or more, in different zones, with a route to an internet gateway: the load balancer's. */
  readonly publicSubnetIds: readonly string[];
  /** Two or more, with a way to ECR and CloudWatch Logs (NAT or VPC endpoints): the tasks'. */
  readonly privateSubnetIds: readonly string[];
}

/** Everything about a new VPC that is decided before anything exists. */
export interface NetworkPlan {
  readonly cidrBlock: string;
  readonly availabilityZones: number;
  /** The prefix length of a zone's share, the same for up to four zones, so that a zone can join without moving the others. */
  readonly zoneMask: number;
  readonly natGateways: NatGateways;
  readonly gatewayEndpoints: readonly string[];
  readonly interfaceEndpoints: readonly string[];
}

/** https://docs.aws.amazon.com/AmazonECR/latest/userguide/vpc-endpoints.html and the same page for ECS Exec and secrets. */
const withoutNat = ["s3", "ecr.api", "ecr.dkr", "logs", "secretsmanager", "ssm", "ssmmessages"];
const gateways: readonly string[] = ["s3", "dynamodb"];

export function planNetwork(args: CreateNetworkArgs): NetworkPlan {
  const natGateways = args.natGateways ?? "single";
  const endpoints = args.vpcEndpoints ?? (natGateways === "none" ? withoutNat : ["s3"]);
  const { cidrBlock = "10.0.0.0/16", availabilityZones = 2 } = args;
  return {
    cidrBlock,
    availabilityZones,
    zoneMask: Number(cidrBlock.split("/")[1]) + zoneBits(availabilityZones),
    natGateways,
    gatewayEndpoints: endpoints.filter((service) => gateways.includes(service)),
    interfaceEndpoints: endpoints.filter((service) => !gateways.includes(service)),
  };
}

export function checkNetwork(
  args: CreateNetworkArgs | ExistingNetworkArgs,
  path: string,
): Problem[] {
  if ("vpcId" in args) {
    return checkExisting(args, path);
  }
  const plan = planNetwork(args);
  return [...checkZones(plan, path), ...checkCidr(plan, path)];
}

function checkZones({ availabilityZones }: NetworkPlan, path: string): Problem[] {
  if (Number.isInteger(availabilityZones) && availabilityZones >= 2 && availabilityZones <= 6) {
    return [];
  }
  return [
    {
      path: `${path}.availabilityZones`,
      value: availabilityZones,
      allowed:
        "2 to 6: an Application Load Balancer needs subnets in at least two Availability Zones",
      fix: "set availabilityZones to 2; NAT gateways, not zones, are what costs (natGateways: single)",
    },
  ];
}

/** A zone's share of the range is a quarter; of five or six zones an eighth. */
function zoneBits(availabilityZones: number): number {
  return availabilityZones > 4 ? 3 : 2;
}

/**
 * Two subnets a zone, each at least what a load balancer needs: a /27 with 8 free addresses.
 * https://docs.aws.amazon.com/elasticloadbalancing/latest/application/application-load-balancers.html
 */
function checkCidr({ cidrBlock, availabilityZones }: NetworkPlan, path: string): Problem[] {
  const problem = (allowed: string, fix: string): Problem[] => [
    { path: `${path}.cidrBlock`, value: cidrBlock, allowed, fix },
  ];
  const prefix = parseCidr(cidrBlock);
  if (prefix === undefined) {
    return problem(
      "an IPv4 range on its own boundary, for example 10.0.0.0/16",
      "correct the range",
    );
  }
  const smallest = 27 - 1 - zoneBits(availabilityZones);
  if (prefix < 16 || prefix > smallest) {
    return problem(
      `/16 to /${smallest}: each zone takes two subnets of at least /27, which a load balancer needs`,
      prefix < 16 ? "use /16" : `use ${cidrBlock.split("/")[0]}/${smallest} or larger`,
    );
  }
  return [];
}

/** The prefix length, or nothing if it is not a range whose host bits are zero. */
function parseCidr(text: string): number | undefined {
  const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})\/(\d{1,2})$/.exec(text);
  const numbers = match?.slice(1).map(Number);
  if (!numbers || numbers.slice(0, 4).some((octet) => octet > 255)) {
    return undefined;
  }
  const [a = 0, b = 0, c = 0, d = 0, prefix = 33] = numbers;
  const address = ((a * 256 + b) * 256 + c) * 256 + d;
  return prefix <= 32 && address % 2 ** (32 - prefix) === 0 ? prefix : undefined;
}

function checkExisting(args: ExistingNetworkArgs, path: string): Problem[] {
  const problems: Problem[] = [];
  if (!/^vpc-[0-9a-f]+$/.test(args.vpcId)) {
    problems.push({
      path: `${path}.vpcId`,
      value: args.vpcId,
      allowed: "the id of a VPC, vpc-…",
      fix: "aws ec2 describe-vpcs lists them",
    });
  }
  for (const key of ["publicSubnetIds", "privateSubnetIds"] as const) {
    const ids = args[key];
    if (ids.length < 2 || ids.some((id) => !/^subnet-[0-9a-f]+$/.test(id))) {
      problems.push({
        path: `${path}.${key}`,
        value: ids,
        allowed: "two or more subnet ids (subnet-…) in different Availability Zones",
        fix: `aws ec2 describe-subnets --filters Name=vpc-id,Values=${args.vpcId}`,
      });
    }
  }
  return problems;
}
