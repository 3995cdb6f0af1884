import { checkCertificate } from "../shared/certificate";
import { checkRange, checkString, checkUnique, prefixLength } from "../shared/checks";
import type { Problem } from "../shared/errors";
import type { Unchecked } from "../shared/unchecked";
import { checkInZone, domainName } from "./check-domain";
import type {
  CertificateArnArgs,
  DomainArgs,
  ExistingLogBucketArgs,
  LoadBalancerSettings,
  NewLogBucketArgs,
} from "./settings";

/**
 * Autonaming appends a hyphen and 7 characters, and a load balancer's name has at most 32:
 * https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateLoadBalancer.html
 */
const longestLoadBalancerName = 32 - 8;

export function checkLoadBalancerName(name: string | undefined, path: string): Problem[] {
  return checkString(path, name, {
    valid: (text) =>
      /^(?!internal-)[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?$/.test(text) &&
      text.length <= longestLoadBalancerName,
    allowed: `at most ${longestLoadBalancerName} letters, digits and hyphens, no hyphen at either end, not starting with internal-: it names the load balancer`,
    fix: (text) => `choose a shorter or plainer name, for example ${JSON.stringify(plain(text))}`,
  });
}

type Checked = Unchecked<
  Omit<LoadBalancerSettings, "https" | "accessLogs"> & {
    readonly https?: CertificateArnArgs & DomainArgs;
    readonly accessLogs?: boolean | (NewLogBucketArgs & ExistingLogBucketArgs);
  }
>;

function plain(name: string): string {
  return name
    .replace(/^internal-/, "")
    .replace(/[^A-Za-z0-9]+/g, "-")
    .slice(0, longestLoadBalancerName)
    .replace(/^-|-$/g, "");
}

export function checkLoadBalancer(args: Checked, path: string): Problem[] {
  const { https = {}, allowedCidrBlocks, allowedTestCidrBlocks, accessLogs } = args;
  return [
    ...("certificateArn" in https
      ? checkCertificate(`${path}.https.certificateArn`, https.certificateArn)
      : checkDomains(https, `${path}.https`)),
    ...checkSslPolicy(https.sslPolicy, `${path}.https.sslPolicy`),
    ...checkRanges(allowedCidrBlocks, `${path}.allowedCidrBlocks`),
    ...checkRanges(allowedTestCidrBlocks, `${path}.allowedTestCidrBlocks`),
    ...checkTestPorts(args, `${path}.testPorts`),
    ...(typeof accessLogs === "object" ? checkAccessLogs(accessLogs, `${path}.accessLogs`) : []),
  ];
}

function checkAccessLogs(
  { retentionInDays, existing, prefix }: Unchecked<NewLogBucketArgs & ExistingLogBucketArgs>,
  path: string,
): Problem[] {
  return [
    ...checkRange(`${path}.retentionInDays`, retentionInDays, [1, 36500], "days"),
    ...checkString(`${path}.existing`, existing, {
      // https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html
      valid: /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/,
      allowed: "the name of a bucket",
      fix: "give the name, not the ARN: aws s3 ls lists them",
    }),
    ...checkString(`${path}.prefix`, prefix, {
      // https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_LoadBalancerAttribute.html
      valid: /^(?!.*AWSLogs)[\w.-]+(?:\/[\w.-]+)*$/,
      allowed:
        "a folder without AWSLogs, which the load balancer adds, and without a slash at either end",
      fix: "for example prod/api",
    }),
  ];
}

function checkTestPorts({ testPorts = [], https }: Checked, path: string): Problem[] {
  const taken = productionPorts({ https });
  return [
    ...testPorts.flatMap((port, i) => [
      ...checkRange(`${path}[${i}]`, port, [1, 65535], "TCP ports"),
      ...(port !== undefined && taken.includes(port)
        ? [
            {
              path: `${path}[${i}]`,
              value: port,
              allowed: `a port that no production listener uses: the load balancer listens on ${taken.join(" and ")}`,
              fix: "choose another, for example 9000",
              reads: [`${path.replace(/testPorts$/, "https")}`],
            },
          ]
        : []),
    ]),
    ...checkUnique(testPorts, (i) => `${path}[${i}]`, {
      allowed: (first) => `each port once: ${first} is the same`,
      fix: "remove it",
    }),
  ];
}

/** Policies with older protocols fail Security Hub's ELB.17, and AWS keeps them only for old clients. */
function checkSslPolicy(policy: string | undefined, path: string): Problem[] {
  return checkString(path, policy, {
    valid: /^ELBSecurityPolicy-TLS13-1-[23](?:-(?:Res|Ext[012]|FIPS|PQ))*-\d{4}-\d{2}$/,
    allowed:
      "a policy with TLS 1.3 and nothing older than TLS 1.2, for example ELBSecurityPolicy-TLS13-1-2-2021-06",
    fix: "remove the key for AWS's recommendation; aws elbv2 describe-ssl-policies lists all",
  });
}

function checkDomains(
  { domain, zone, alternativeNames = [] }: Unchecked<DomainArgs>,
  path: string,
): Problem[] {
  const names = [
    { at: `${path}.domain`, name: domain },
    ...alternativeNames.map((name, i) => ({ at: `${path}.alternativeNames[${i}]`, name })),
  ];
  return names.flatMap(({ at, name }) => [
    ...checkString(at, name, {
      valid: domainName,
      allowed: "a domain name, without scheme, port and path",
      fix: "for example app.example.com",
    }),
    ...checkInZone(name, zone, at, path),
  ]);
}

/** EC2 refuses ranges whose host bits are not zero: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_IpRange.html */
function checkRanges(ranges: readonly (string | undefined)[] | undefined, path: string): Problem[] {
  if (ranges?.length === 0) {
    return [
      {
        path,
        value: ranges,
        allowed: "at least one IPv4 range: with none, nobody could connect",
        fix: "add one, or remove the key. internal: true closes the load balancer to the internet",
      },
    ];
  }
  return (ranges ?? []).flatMap((range, i) =>
    checkString(`${path}[${i}]`, range, {
      valid: (text) => prefixLength(text) !== undefined,
      allowed: "an IPv4 range, for example 203.0.113.0/24",
      fix: "write address and prefix length; one address is /32",
    }),
  );
}

/** The ports of the listeners that serve users. */
export function productionPorts({ https }: { readonly https?: unknown }): number[] {
  return https ? [80, 443] : [80];
}
