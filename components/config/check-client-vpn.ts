import { checkClientVpn, checkClientVpnIn, type KnownNetwork } from "../client-vpn/check";
import { planNetwork } from "../network/plan";
import type { CreateNetworkArgs } from "../network/settings";
import type { Problem } from "../shared/errors";
import type { Unchecked } from "../shared/unchecked";
import type { StackConfig } from "./schema";

type Config = Unchecked<StackConfig>;
type At = (key: string) => string;

/** Checks a client VPN, also together with the rest of the stack. */
export function checkVpn(config: Config, at: At): Problem[] {
  const { clientVpn, database } = config;
  if (!clientVpn) {
    return [];
  }
  const path = at("clientVpn");
  return [
    ...checkClientVpn(clientVpn, path),
    ...checkVpnNetwork(config, path, at),
    ...(clientVpn.database && !database
      ? [
          {
            path: `${path}.database`,
            value: true,
            allowed: "false, or nothing: the stack has no database",
            fix: "remove it, or add a database",
            reads: [at("database")],
          },
        ]
      : []),
  ];
}

function checkVpnNetwork({ clientVpn, ...config }: Config, path: string, at: At): Problem[] {
  const known = networkOf(config);
  const problems = known && clientVpn ? checkClientVpnIn(known, clientVpn, path) : [];
  return problems.map((problem) => ({ ...problem, reads: [at("network"), at("shared")] }));
}

/** A VPC that this stack creates. Another one is looked up later: see `components/stack/find-client-vpn.ts`. */
function networkOf({ shared, network = {} }: Config): KnownNetwork | undefined {
  if (shared || "vpcId" in network) {
    return undefined;
  }
  const { cidrBlock, availabilityZones } = network as Unchecked<CreateNetworkArgs>;
  const plan = planNetwork({
    ...(cidrBlock !== undefined && { cidrBlock }),
    ...(availabilityZones !== undefined && { availabilityZones }),
  });
  return { ranges: [plan.cidrBlock], privateSubnets: plan.availabilityZones };
}
