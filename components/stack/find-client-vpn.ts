import * as aws from "@pulumi/aws";
import { checkClientVpnIn } from "../client-vpn/check";
import type { StackConfig } from "../config";
import { unreadable } from "../load-balancer/judge";
import type { NetworkArgs } from "../network";
import type { Problem } from "../shared/errors";

/** The problems of a client VPN that only a look at its existing VPC, or at the VPC of the shared stack, can find. */
export async function clientVpnProblems(
  { clientVpn, shared }: StackConfig,
  network: NetworkArgs = {},
): Promise<Problem[]> {
  if (!clientVpn || !("vpcId" in network)) {
    return [];
  }
  const { vpcId, privateSubnetIds } = network;
  const path = shared ? "shared.stack" : "network.vpcId";
  try {
    const vpc = await aws.ec2.getVpc({ id: vpcId });
    const ranges = [vpc.cidrBlock, ...vpc.cidrBlockAssociations.map((one) => one.cidrBlock)];
    return [
      ...checkClientVpnIn(
        { ranges, privateSubnets: privateSubnetIds.length },
        clientVpn,
        "clientVpn",
      ),
      // https://docs.aws.amazon.com/vpn/latest/clientvpn-admin/what-is-best-practices.html
      ...(vpc.instanceTenancy === "dedicated"
        ? [
            {
              path: "clientVpn",
              value: clientVpn,
              allowed: `nothing in ${vpcId}: AWS Client VPN does not support VPCs with dedicated tenancy`,
              fix: "remove it, and use npm run connect",
            },
          ]
        : []),
    ];
  } catch (error) {
    return [unreadable(path, shared?.stack ?? vpcId, error)];
  }
}
