import { checkCertificate } from "../shared/certificate";
import { checkRange, checkString, prefixLength } from "../shared/checks";
import type { Problem } from "../shared/errors";
import { checkKmsKey } from "../shared/kms";
import { checkRetention } from "../shared/log-retention";
import type { Unchecked } from "../shared/unchecked";
import { clientVpnDefaults, overlap } from "./plan";
import type { CertificateAuthentication, ClientVpnSettings, SamlAuthentication } from "./settings";

type Settings = Unchecked<ClientVpnSettings>;

/** The most zones that a VPC of Slipway has. */
const mostZones = 6;

/** Returns what AWS would refuse because of the settings alone. */
export function checkClientVpn(settings: Settings, path: string): Problem[] {
  const { serverCertificateArn, authentication, clientCidrBlock, targetNetworks } = settings;
  return [
    ...checkCertificate(`${path}.serverCertificateArn`, serverCertificateArn),
    ...checkAuthentication(authentication ?? {}, `${path}.authentication`),
    ...checkClientRange(clientCidrBlock, `${path}.clientCidrBlock`),
    ...checkRange(`${path}.targetNetworks`, targetNetworks, [1, mostZones], "subnets"),
    ...checkTimeout(settings.sessionTimeoutHours, `${path}.sessionTimeoutHours`),
    ...checkRetention(settings.logRetentionInDays, `${path}.logRetentionInDays`),
    ...checkKmsKey(settings.kmsKeyArn, `${path}.kmsKeyArn`),
  ];
}

function checkAuthentication(
  args: Unchecked<CertificateAuthentication & SamlAuthentication>,
  path: string,
): Problem[] {
  return [
    ...checkCertificate(
      `${path}.clientRootCertificateChainArn`,
      args.clientRootCertificateChainArn,
    ),
    ...checkString(`${path}.samlProviderArn`, args.samlProviderArn, {
      valid: /^arn:[\w-]+:iam::\d{12}:saml-provider\/[\w.-]+$/,
      allowed: "the ARN of a SAML provider: arn:aws:iam::…:saml-provider/…",
      fix: "aws iam list-saml-providers lists them",
    }),
  ];
}

/** https://docs.aws.amazon.com/vpn/latest/clientvpn-admin/what-is-best-practices.html */
function isClientRange(text: string): boolean {
  const prefix = prefixLength(text);
  return prefix !== undefined && prefix >= 12 && prefix <= 22;
}

function checkClientRange(range: string | undefined, path: string): Problem[] {
  return checkString(path, range, {
    valid: isClientRange,
    allowed: "an IPv4 range from /12 to /22 whose host bits are zero",
    fix: `remove it for ${clientVpnDefaults.clientCidrBlock}, or choose for example 10.200.0.0/22`,
  });
}

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateClientVpnEndpoint.html */
function checkTimeout(hours: number | undefined, path: string): Problem[] {
  const known = [8, 10, 12, 24];
  return hours === undefined || known.includes(hours)
    ? []
    : [
        {
          path,
          value: hours,
          allowed: `one of AWS's values: ${known.join(", ")} hours`,
          fix: `set it to ${known.find((longer) => longer > hours) ?? 24}`,
        },
      ];
}

/** The network of a client VPN, as far as it is known. */
export interface KnownNetwork {
  /** The VPC's IPv4 ranges. */
  readonly ranges: readonly string[];
  /** How many private subnets it has, each in another zone. */
  readonly privateSubnets: number;
}

/** Returns what AWS would refuse because of the network. */
export function checkClientVpnIn(
  { ranges, privateSubnets }: KnownNetwork,
  settings: Settings,
  path: string,
): Problem[] {
  const { clientCidrBlock, targetNetworks = clientVpnDefaults.targetNetworks } = settings;
  const clients = clientCidrBlock ?? clientVpnDefaults.clientCidrBlock;
  // Another check reports a range of another form.
  const isVpcRange = (text: string) => (prefixLength(text) ?? 0) >= 16;
  const taken = ranges.find(
    (range) => isClientRange(clients) && isVpcRange(range) && overlap(clients, range),
  );
  return [
    ...(taken === undefined
      ? []
      : [
          {
            path: `${path}.clientCidrBlock`,
            value: clientCidrBlock,
            allowed: `a range that does not overlap with the VPC's, ${taken}: ${clients} does`,
            fix: "choose another one, for example 172.16.0.0/22",
          },
        ]),
    ...(targetNetworks > privateSubnets
      ? [
          {
            path: `${path}.targetNetworks`,
            value: targetNetworks,
            allowed: `at most ${privateSubnets}: the network has so many private subnets, one a zone`,
            fix: `set it to ${privateSubnets}, or remove it`,
          },
        ]
      : []),
  ];
}
