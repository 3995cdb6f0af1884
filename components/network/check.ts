import { checkString, checkUnique, prefixLength } from "../shared/checks";
import type { Problem } from "../shared/errors";
import { checkKmsKey } from "../shared/kms";
import { checkRetention } from "../shared/log-retention";
import type { Unchecked } from "../shared/unchecked";
import { type NetworkPlan, planNetwork, zoneBits } from "./plan";
import type { CreateNetworkArgs, ExistingNetworkArgs, FlowLogsArgs } from "./settings";

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
      allowed: "nothing together with bucketArn: it is a property of the log group",
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
