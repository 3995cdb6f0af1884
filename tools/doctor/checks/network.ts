import * as aws from "@pulumi/aws";
import type { StackConfig } from "../../../components/config";
import type { ExistingNetworkArgs } from "../../../components/network";
import { ifExists } from "../../../components/shared/if-exists";
import { bad, type Check, check, good, type Verdict } from "../check";

export interface Subnet {
  readonly id: string;
  readonly vpcId: string;
  readonly availabilityZone: string;
}

/** One check for each group of subnets of an adopted VPC. */
export function networkChecks({ network = {} }: Pick<StackConfig, "network">): Check[] {
  return "vpcId" in network
    ? [subnetsCheck(network, "publicSubnetIds"), subnetsCheck(network, "privateSubnetIds")]
    : [];
}

function subnetsCheck(
  network: ExistingNetworkArgs,
  key: "publicSubnetIds" | "privateSubnetIds",
): Check {
  const title = key === "publicSubnetIds" ? "Public subnets" : "Private subnets";
  return check({
    ...{ id: `network ${key}`, title, area: "AWS" },
    ask: () => Promise.all(network[key].map((id) => ifExists(aws.ec2.getSubnet({ id })))),
    judge: (found) => judgeSubnets(network, key, found),
  });
}

export function judgeSubnets(
  { vpcId, ...network }: ExistingNetworkArgs,
  key: "publicSubnetIds" | "privateSubnetIds",
  found: readonly (Subnet | undefined)[],
): Verdict {
  const fix = `correct network.${key}: aws ec2 describe-subnets --filters Name=vpc-id,Values=${vpcId} lists those of the VPC`;
  const missing = network[key].filter((_, i) => !found[i]);
  if (missing.length > 0) {
    return bad(`there is no subnet ${missing.join(", ")}`, fix);
  }
  const known = found.filter((subnet) => subnet !== undefined);
  const foreign = known.filter((subnet) => subnet.vpcId !== vpcId);
  if (foreign.length > 0) {
    return bad(`${foreign.map(({ id }) => id).join(", ")} is not in ${vpcId}`, fix);
  }
  const zones = new Set(known.map(({ availabilityZone }) => availabilityZone));
  return zones.size >= 2
    ? good(`${known.length} subnets of ${vpcId}, in ${[...zones].sort().join(", ")}`)
    : bad(`all are in ${[...zones].join("")}, and a load balancer needs two zones`, fix);
}
