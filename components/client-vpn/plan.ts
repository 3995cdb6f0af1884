import { BlockList } from "node:net";
import type { ClientVpnSettings } from "./settings";

/** A client VPN with a value for every setting. */
export type ClientVpnPlan = Required<
  Pick<
    ClientVpnSettings,
    | "clientCidrBlock"
    | "logRetentionInDays"
    | "sessionTimeoutHours"
    | "targetNetworks"
    | "transportProtocol"
  >
>;

export const clientVpnDefaults: ClientVpnPlan = {
  // At the end of 10.0.0.0/8, far from usual VPCs, home networks and Docker's.
  clientCidrBlock: "10.255.252.0/22",
  targetNetworks: 1,
  transportProtocol: "udp",
  sessionTimeoutHours: 8,
  logRetentionInDays: 30,
};

export function planClientVpn(settings: ClientVpnSettings): ClientVpnPlan {
  return {
    clientCidrBlock: settings.clientCidrBlock ?? clientVpnDefaults.clientCidrBlock,
    targetNetworks: settings.targetNetworks ?? clientVpnDefaults.targetNetworks,
    transportProtocol: settings.transportProtocol ?? clientVpnDefaults.transportProtocol,
    sessionTimeoutHours: settings.sessionTimeoutHours ?? clientVpnDefaults.sessionTimeoutHours,
    logRetentionInDays: settings.logRetentionInDays ?? clientVpnDefaults.logRetentionInDays,
  };
}

/** Whether two IPv4 ranges have an address in common. */
export function overlap(one: string, other: string): boolean {
  return contains(one, other) || contains(other, one);
}

/** Of two ranges that overlap, one contains the other's first address. */
function contains(range: string, other: string): boolean {
  const list = new BlockList();
  list.addSubnet(addressOf(range), Number(range.split("/")[1]));
  return list.check(addressOf(other));
}

/** The VPC's DNS server: https://docs.aws.amazon.com/vpc/latest/userguide/AmazonDNS-concepts.html */
export function dnsServerOf(vpcRange: string): string {
  // A VPC's range is a /28 or larger, so the last number can grow by 2.
  return addressOf(vpcRange).replace(/\d+$/, (last) => String(Number(last) + 2));
}

const addressOf = (range: string) => range.split("/")[0] ?? "";
