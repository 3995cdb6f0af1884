import { checkRange, checkString, checkUnique, prefixLength } from "../shared/checks";
import type { Problem } from "../shared/errors";
import type { Unchecked } from "../shared/unchecked";
import { checkInZone, domainName } from "./check-domain";

/** What every HTTPS listener has beside its certificate. */
export interface TlsArgs {
  /**
   * The TLS versions and ciphers that clients may use. The default admits TLS 1.3, and TLS 1.2 with forward secrecy and
   * authenticated ciphers; clients that can, exchange keys in a way that quantum computers do not break. Clients from before
   * about 2015 need `ELBSecurityPolicy-TLS13-1-2-2021-06`.
   * @default "ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09", which AWS recommends
   * @see https://docs.aws.amazon.com/elasticloadbalancing/latest/application/describe-ssl-policies.html
   */
  readonly sslPolicy?: string;
}

/** HTTPS with an existing certificate, in the load balancer's region. */
export interface CertificateArnArgs extends TlsArgs {
  /** The certificate's ARN: `arn:aws:acm:…:certificate/…` */
  readonly certificateArn: string;
}

/** HTTPS with a new certificate and new DNS records, in a public Route 53 zone of this account. */
export interface DomainArgs extends TlsArgs {
  /** The domain name that users open: `app.example.com`. */
  readonly domain: string;
  /** The Route 53 hosted zone that contains the domain: `example.com`. */
  readonly zone: string;
  /**
   * Further names for the certificate and the DNS records, for example `*.app.example.com`.
   * @default none
   */
  readonly alternativeNames?: readonly string[];
}

/** Access logs in a new, private bucket. */
export interface NewLogBucketArgs {
  /**
   * Days until S3 deletes a log, 1 to 36500.
   * @default 90
   * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/lifecycle-configuration-examples.html
   */
  readonly retentionInDays?: number;
}

/** Access logs in a bucket of yours, in the load balancer's region. Slipway does not change it. */
export interface ExistingLogBucketArgs {
  /**
   * The bucket's name. Its policy must allow `logdelivery.elasticloadbalancing.amazonaws.com` to write, and its default encryption
   * must be SSE-S3.
   * @see https://docs.aws.amazon.com/elasticloadbalancing/latest/application/enable-access-logging.html
   */
  readonly existing: string;
  /** The folder of the logs: `prod/api`. @default none */
  readonly prefix?: string;
}

/** The settings of a load balancer that are plain values. */
export interface LoadBalancerSettings {
  /**
   * Serves HTTPS on port 443 and redirects HTTP to it.
   * @default only HTTP on port 80
   * @see https://docs.aws.amazon.com/elasticloadbalancing/latest/application/create-https-listener.html
   */
  readonly https?: CertificateArnArgs | DomainArgs;
  /**
   * Whether only the VPC, and networks connected to it, can reach the load balancer. A change replaces it.
   * @default false
   * @see https://docs.aws.amazon.com/elasticloadbalancing/latest/application/application-load-balancers.html
   */
  readonly internal?: boolean;
  /**
   * IPv4 ranges that may connect.
   * @default ["0.0.0.0/0"]
   * @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_IpRange.html
   */
  readonly allowedCidrBlocks?: readonly string[];
  /**
   * IPv4 ranges that may connect to test listeners, where new tasks answer before users reach them. Add the addresses of whoever tests
   * from outside, for example `0.0.0.0/0` for a Lambda function that is not in the VPC.
   * @default the VPC: its range, and for an internet-facing load balancer its NAT gateways; those of an existing VPC must be named
   * @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_IpRange.html
   */
  readonly allowedTestCidrBlocks?: readonly string[];
  /**
   * Whether AWS and Pulumi refuse to delete or replace the load balancer. To delete it, set this to false and run an update
   * first. Pulumi's `protect` stops a destroy already in its preview.
   * @default false
   */
  readonly deletionProtection?: boolean;
  /**
   * Writes a line for each request to a bucket: who, when, what, how long, which answer. `true` means a new bucket. A destroy, or `false`,
   * deletes its logs, unless `deletionProtection` is true: then it fails while the bucket contains logs.
   * @default false
   * @see https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-access-logs.html
   */
  readonly accessLogs?: boolean | NewLogBucketArgs | ExistingLogBucketArgs;
  /**
   * Whether the load balancer may reach port 443 of every address, as it must to sign users in. Set it in a stack whose load balancer
   * other stacks use; in other stacks, a service's `signIn` does.
   * @default false, or true if a service of the stack has `signIn`
   * @see https://docs.aws.amazon.com/elasticloadbalancing/latest/application/listener-authenticate-users.html
   */
  readonly outboundHttps?: boolean;
  /**
   * Ports of listeners for strategies with a `testListener`, in a stack whose load balancer other stacks use. In other stacks, a
   * service's strategy creates its test listener.
   * @default none
   */
  readonly testPorts?: readonly number[];
}

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
      ? checkCertificate(https.certificateArn, `${path}.https.certificateArn`)
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

function checkCertificate(arn: string | undefined, path: string): Problem[] {
  return checkString(path, arn, {
    valid: /^arn:[\w-]+:acm:[\w-]+:\d{12}:certificate\/.+$/,
    allowed: "the ARN of an ACM certificate in the stack's region",
    fix: "aws acm list-certificates lists them",
  });
}

/** Policies with older protocols fail Security Hub's ELB.17, and AWS keeps them only for old clients. */
function checkSslPolicy(policy: string | undefined, path: string): Problem[] {
  return checkString(path, policy, {
    valid: /^ELBSecurityPolicy-TLS13-1-[23](?:-(?:Res|Ext[012]|FIPS|PQ))*-\d{4}-\d{2}$/,
    allowed:
      "a policy with TLS 1.3, and TLS 1.2 or nothing older, for example ELBSecurityPolicy-TLS13-1-2-2021-06",
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
