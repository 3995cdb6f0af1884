import { checkClientVpn, checkClientVpnIn, type KnownNetwork } from "../client-vpn/check";
import { type CreateNetworkArgs, planNetwork } from "../network/plan";
import { locationOf } from "../shared/arn";
import { checkString } from "../shared/checks";
import type { Problem } from "../shared/errors";
import type { Unchecked } from "../shared/unchecked";
import type { StackConfig } from "./schema";

type Config = Unchecked<StackConfig>;
type At = (key: string) => string;

/** A client VPN beside the rest of the stack. */
export function checkVpn(config: Config, at: At, region: string | undefined): Problem[] {
  const { clientVpn, database } = config;
  if (!clientVpn) {
    return [];
  }
  const path = at("clientVpn");
  return [
    ...checkClientVpn(clientVpn, path),
    ...checkVpnNetwork(config, path, at),
    ...checkCertificateRegions(clientVpn, path, region),
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

/** AWS Client VPN uses certificates of its own region. */
function checkCertificateRegions(
  { serverCertificateArn, authentication = {} }: NonNullable<Config["clientVpn"]>,
  path: string,
  region: string | undefined,
): Problem[] {
  const client =
    "clientRootCertificateChainArn" in authentication
      ? authentication.clientRootCertificateChainArn
      : undefined;
  const certificates = [
    [`${path}.serverCertificateArn`, serverCertificateArn],
    [`${path}.authentication.clientRootCertificateChainArn`, client],
  ] as const;
  return certificates.flatMap(([key, arn]) =>
    checkString(key, arn, {
      valid: (text) =>
        region === undefined ||
        !/^arn:[\w-]+:acm:/.test(text) ||
        locationOf(text).region === region,
      allowed: `a certificate in ${region}, the stack's region`,
      fix: `import it there: aws acm import-certificate --region ${region}`,
    }).map((problem) => ({ ...problem, reads: ["aws:region"] })),
  );
}
