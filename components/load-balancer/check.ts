import type { Problem } from "../shared/errors";

/** HTTPS with a certificate that exists, in the load balancer's region. */
export interface CertificateArnArgs {
  /** `arn:aws:acm:…:certificate/…` */
  readonly certificateArn: string;
}

/** HTTPS with a certificate and DNS records of its own, in a public Route 53 zone of this account. */
export interface DomainArgs {
  /** The name that users type: `app.example.com`. */
  readonly domain: string;
  /** The Route 53 hosted zone that holds it: `example.com`. */
  readonly zone: string;
  /**
   * Further names that the certificate and the DNS cover, for example `*.app.example.com`.
   * @default none
   */
  readonly alternativeNames?: readonly string[];
}

export interface LoadBalancerSettings {
  /**
   * Serves HTTPS on port 443 and redirects HTTP to it.
   * @default HTTP on port 80 alone
   */
  readonly https?: CertificateArnArgs | DomainArgs;
  /**
   * Whether only the VPC, and what is connected to it, reaches the load balancer.
   * @default false
   */
  readonly internal?: boolean;
  /**
   * IPv4 ranges that may connect.
   * @default ["0.0.0.0/0"]
   */
  readonly allowedCidrBlocks?: readonly string[];
  /**
   * Refuses to be deleted or replaced until this is set to false and applied: by AWS, and by Pulumi's `protect`, which
   * stops a destroy in its preview.
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
          fix: "correct the name, or set zone to the hosted zone that holds it",
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

/** The ports on which it serves users. */
export function productionPorts({ https }: LoadBalancerSettings): number[] {
  return https ? [80, 443] : [80];
}
