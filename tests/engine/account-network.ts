/** The VPC that an AWS account has before the stack, for tests that are not about the network. */
import { EC2 } from "@aws-sdk/client-ec2";
import type { Credentials } from "../../sandbox/state";

/** The setting `network` of a stack file for this VPC. */
export interface ExistingNetwork {
  readonly vpcId: string;
  readonly publicSubnetIds: readonly string[];
  readonly privateSubnetIds: readonly string[];
}

/** Creates a VPC with two public and two private subnets. */
export async function createNetwork(
  endpoint: string,
  region: string,
  credentials: Credentials,
): Promise<ExistingNetwork> {
  const ec2 = new EC2({ endpoint, region, credentials });
  const { Vpc } = await ec2.createVpc({ CidrBlock: "10.0.0.0/16" });
  const VpcId = Vpc?.VpcId ?? "";
  const ids: string[] = [];
  for (const [i, zone] of ["a", "b", "a", "b"].entries()) {
    const { Subnet } = await ec2.createSubnet({
      ...{ VpcId, CidrBlock: `10.0.${i}.0/24`, AvailabilityZone: `${region}${zone}` },
    });
    ids.push(Subnet?.SubnetId ?? "");
  }
  return { vpcId: VpcId, publicSubnetIds: ids.slice(0, 2), privateSubnetIds: ids.slice(2) };
}
