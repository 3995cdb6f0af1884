import type { Problem } from "../shared/errors";

/** HTTPS with an existing certificate, in the load balancer's region. */
export interface CertificateArnArgs {
  /** `arn:aws:acm:…:certificate/…` */
  readonly certificateArn: string;
}

/** HTTPS with a new certificate and new DNS records, in a public Route 53 zone of this account. */
export interface DomainArgs {
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

export interface LoadBalancerSettings {
  /**
   * Serves HTTPS on port 443 and redirects HTTP to it.
   * @default only HTTP on port 80
   */
  readonly https?: CertificateArnArgs | DomainArgs;
  /**
   * Whether only the VPC, and networks connected to it, can reach the load balancer.
   * @default false
   */
  readonly internal?: boolean;
  /**
   * IPv4 ranges that may connect.
   * @default ["0.0.0.0/0"]
   */
  readonly allowedCidrBlocks?: readonly string[];
  /**
   * Whether AWS and Pulumi refuse to delete or replace the load balancer. To delete it, set this to false and run an update
   * first. Pulumi's `protect` stops a destroy already in its preview.
   * @default false
   */
  readonly deletionProtection?: boolean;
}

/**
 * Autonaming appends a hyphen and 7 characters, and a load balancer's name has at most 32:
 * https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateLoadBalancer.html
 */
const longestLoadBalancerName = 32 - 8;

export function checkLoadBalancerName(name: string, path: string): Problem[] {
  if (
    /^(?!internal-)[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?$/.test(name) &&
    name.length <= longestLoadBalancerName
  ) {
    return [];
  }
  return [
    {
      path,
      value: name,
      allowed: `at most ${longestLoadBalancerName} letters, digits and hyphens, no hyphen at either end, not starting with internal-: it names the load balancer`,
      fix: `choose a shorter or plainer name, for example ${JSON.stringify(
        name
          .replace(/^internal-/, "")
          .replace(/[^A-Za-z0-9]+/g, "-")
          .slice(0, longestLoadBalancerName)
          .replace(/^-|-$/g, ""),
      )}`,
    },
  ];
}

export function checkLoadBalancer(args: LoadBalancerSettings, path: string): Problem[] {
  const problems: Problem[] = [];
  const { https } = args;
  if (https && "certificateArn" in https) {
    if (!/^arn:[\w-]+:acm:[\w-]+:\d{12}:certificate\/.+$/.test(https.certificateArn)) {
      problems.push({
        path: `${path}.https.certificateArn`,
        value: https.certificateArn,
        allowed: "the ARN of an ACM certificate in the stack's region",
        fix: "aws acm list-certificates lists them",
      });
    }
  } else if (https) {
    const { domain, zone, alternativeNames = [] } = https;
    for (const name of [domain, ...alternativeNames]) {
      if (name !== zone && !name.endsWith(`.${zone}`)) {
        problems.push({
          path: `${path}.https.${name === domain ? "domain" : "alternativeNames"}`,
          value: name,
          allowed: `a name in the zone ${zone}`,
          fix: "correct the name, or set zone to the hosted zone that contains it",
        });
      }
    }
  }
  args.allowedCidrBlocks?.forEach((cidr, i) => {
    if (!/^\d{1,3}(\.\d{1,3}){3}\/\d{1,2}$/.test(cidr)) {
      problems.push({
        path: `${path}.allowedCidrBlocks[${i}]`,
        value: cidr,
        allowed: "an IPv4 range, for example 203.0.113.0/24",
        fix: "write address and prefix length; one address is /32",
      });
    }
  });
  return problems;
}

/** The ports of the listeners that serve users. */
export function productionPorts({ https }: LoadBalancerSettings): number[] {
  return https ? [80, 443] : [80];
}
