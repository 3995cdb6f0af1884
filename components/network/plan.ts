import { checkString, checkUnique, prefixLength } from "../shared/checks";
import type { Problem } from "../shared/errors";
import { checkKmsKey } from "../shared/kms";
import { checkRetention } from "../shared/log-retention";
import type { Unchecked } from "../shared/unchecked";

/** The NAT gateways between tasks and the internet. */
export type NatGateways = "none" | "single" | "one-per-az";

/** Creates a VPC. */
export interface CreateNetworkArgs {
  /**
   * The VPC's IPv4 range, /16 to /28. It needs space for two subnets per zone, each at least a /27, as load balancers
   * require. A VPC cannot change its range: another range here replaces the VPC, and a preview shows that.
   * @default "10.0.0.0/16"
   * @see https://docs.aws.amazon.com/vpc/latest/userguide/vpc-cidr-blocks.html
   */
  readonly cidrBlock?: string;
  /**
   * The number of Availability Zones with subnets, 2 to 6. A load balancer needs two.
   * @default 2
   * @see https://docs.aws.amazon.com/elasticloadbalancing/latest/application/application-load-balancers.html
   */
  readonly availabilityZones?: number;
  /**
   * How tasks reach the internet: `single` is cheap but fails if its zone fails, `one-per-az` survives the loss of a zone,
   * `none` leaves only the VPC endpoints (images must then come from ECR).
   * @default "single"
   * @see https://docs.aws.amazon.com/vpc/latest/userguide/vpc-nat-gateway.html
   */
  readonly natGateways?: NatGateways;
  /**
   * AWS services with a VPC endpoint, named as in `com.amazonaws.<region>.<service>`. The gateway endpoints `s3` and
   * `dynamodb` are free; each other endpoint is billed by the hour and zone.
   * @default ["s3"], so that image layers do not pass the NAT gateway; without NAT gateways, the services that Fargate needs
   * @see https://docs.aws.amazon.com/AmazonECR/latest/userguide/vpc-endpoints.html
   */
  readonly vpcEndpoints?: readonly string[];
  /**
   * Records the VPC's connections: who connected to what, and whether a security group let it pass. `true` means the default of
   * each option.
   * @default false
   * @see https://docs.aws.amazon.com/vpc/latest/userguide/flow-logs.html
   */
  readonly flowLogs?: boolean | FlowLogsArgs;
}

/** What flow logs record, and where. */
export interface FlowLogsArgs {
  /**
   * The connections to record. `REJECT` is little, and is what AWS Security Hub asks for (EC2.6). `ALL` is a line for each
   * connection, and may cost more than the tasks.
   * @default "REJECT"
   * @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateFlowLogs.html
   */
  readonly trafficType?: "ACCEPT" | "REJECT" | "ALL";
  /**
   * Days until CloudWatch deletes the records, one of CloudWatch's values; 0 keeps them forever. Not allowed beside `bucketArn`.
   * @default 30
   * @see https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html
   */
  readonly retentionInDays?: number;
  /**
   * The ARN of a KMS key that encrypts the log group. Its policy must allow CloudWatch Logs. Not allowed beside `bucketArn`.
   * @default none: CloudWatch's own key
   * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html
   */
  readonly kmsKeyArn?: string;
  /**
   * Writes to an existing bucket instead, with a folder if you like: `arn:aws:s3:::flow-logs/prod`. Its policy must allow
   * `delivery.logs.amazonaws.com`.
   * @default none: a new log group
   * @see https://docs.aws.amazon.com/vpc/latest/userguide/flow-logs-s3-permissions.html
   */
  readonly bucketArn?: string;
}

export const flowLogDefaults = { trafficType: "REJECT", retentionInDays: 30 } as const;

/** Uses an existing VPC and its subnets, without changing them. */
export interface ExistingNetworkArgs {
  /** The VPC's id: `vpc-…` */
  readonly vpcId: string;
  /** The load balancer's subnets: two or more, in different zones, with a route to an internet gateway. */
  readonly publicSubnetIds: readonly string[];
  /** The tasks' subnets: two or more, with a route to ECR and CloudWatch Logs (NAT or VPC endpoints). */
  readonly privateSubnetIds: readonly string[];
}

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

export function checkNetwork(
  args: Unchecked<CreateNetworkArgs & ExistingNetworkArgs>,
  path: string,
): Problem[] {
  if ("vpcId" in args || "publicSubnetIds" in args || "privateSubnetIds" in args) {
    return checkExisting(args, path);
  }
  const { vpcEndpoints = [], cidrBlock, availabilityZones, flowLogs } = args;
  const plan = planNetwork({
    ...(cidrBlock !== undefined && { cidrBlock }),
    ...(availabilityZones !== undefined && { availabilityZones }),
  });
  return [
    ...checkZones(plan, path),
    ...checkCidr(plan, path),
    ...checkEndpoints(vpcEndpoints, `${path}.vpcEndpoints`),
    ...(typeof flowLogs === "object" ? checkFlowLogs(flowLogs, `${path}.flowLogs`) : []),
  ];
}

function checkFlowLogs(args: Unchecked<FlowLogsArgs>, path: string): Problem[] {
  const { bucketArn, retentionInDays, kmsKeyArn } = args;
  const unused = Object.entries({ retentionInDays, kmsKeyArn }).filter(
    ([, value]) => bucketArn !== undefined && value !== undefined,
  );
  return [
    ...checkRetention(retentionInDays, `${path}.retentionInDays`),
    ...checkKmsKey(kmsKeyArn, `${path}.kmsKeyArn`),
    ...checkString(`${path}.bucketArn`, bucketArn, {
      valid: /^arn:[\w-]+:s3:::[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](?:\/.*)?$/,
      allowed: "the ARN of a bucket, with a folder if you like",
      fix: "for example arn:aws:s3:::my-flow-logs/prod",
    }),
    ...unused.map(([key, value]) => ({
      path: `${path}.${key}`,
      value,
      allowed: "nothing beside bucketArn: it is a property of the log group",
      fix: "remove it, and configure the bucket",
      reads: [`${path}.bucketArn`],
    })),
  ];
}

function checkEndpoints(services: readonly (string | undefined)[], path: string): Problem[] {
  return [
    ...services.flatMap((service, i) =>
      checkString(`${path}[${i}]`, service, {
        valid: /^(?!com\.amazonaws\.)[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?$/,
        allowed: "the part of a service's name after com.amazonaws.<region>.",
        fix: (name) =>
          /^com\.amazonaws\.[\w-]+\.(.+)$/.exec(name)
            ? `write ${name.split(".").slice(3).join(".")}`
            : "for example ecr.api; aws ec2 describe-vpc-endpoint-services lists them",
      }),
    ),
    ...checkUnique(services, (i) => `${path}[${i}]`, {
      allowed: (first) => `each service once: ${first} is the same`,
      fix: "remove it",
    }),
  ];
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
      fix: "set availabilityZones to 2. To save money, set natGateways: single: zones are free, NAT gateways are not",
    },
  ];
}

/** Each zone gets a quarter of the VPC's range; with five or six zones, an eighth. */
function zoneBits(availabilityZones: number): number {
  return availabilityZones > 4 ? 3 : 2;
}

/**
 * Each zone has two subnets, each large enough for a load balancer: a /27 with 8 free addresses.
 * https://docs.aws.amazon.com/elasticloadbalancing/latest/application/application-load-balancers.html
 */
function checkCidr({ cidrBlock, availabilityZones }: NetworkPlan, path: string): Problem[] {
  const problem = (allowed: string, fix: string): Problem[] => [
    { path: `${path}.cidrBlock`, value: cidrBlock, allowed, fix },
  ];
  const prefix = prefixLength(cidrBlock);
  if (prefix === undefined) {
    return problem(
      "an IPv4 range whose host bits are zero, for example 10.0.0.0/16",
      "correct the range",
    );
  }
  const smallest = 27 - 1 - zoneBits(availabilityZones);
  if (prefix < 16 || prefix > smallest) {
    return problem(
      `/16 to /${smallest}: each zone has two subnets, and a load balancer needs at least a /27`,
      prefix < 16 ? "use /16" : `use ${cidrBlock.split("/")[0]}/${smallest} or larger`,
    );
  }
  return [];
}

function checkExisting(args: Unchecked<ExistingNetworkArgs>, path: string): Problem[] {
  const problems = checkString(`${path}.vpcId`, args.vpcId, {
    valid: /^vpc-[0-9a-f]+$/,
    allowed: "the id of a VPC, vpc-…",
    fix: "aws ec2 describe-vpcs lists them",
  });
  for (const key of ["publicSubnetIds", "privateSubnetIds"] as const) {
    const ids = args[key];
    if (ids && (new Set(ids).size < 2 || ids.some((id) => id && !/^subnet-[0-9a-f]+$/.test(id)))) {
      problems.push({
        path: `${path}.${key}`,
        value: ids,
        allowed: "two or more subnet ids (subnet-…) in different Availability Zones",
        fix: `aws ec2 describe-subnets --filters Name=vpc-id,Values=${args.vpcId ?? "vpc-…"}`,
      });
    }
  }
  return problems;
}
