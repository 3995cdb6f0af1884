import { randomBytes } from "node:crypto";
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { Frontend } from "../frontend";
import {
  Certificate,
  type Domains,
  type LoadBalancer,
  type LoadBalancerOrigin,
} from "../load-balancer";
import { aliasRecords } from "../load-balancer/domains";
import { type Problem, refuse } from "../shared/errors";
import { type Transform, transformed } from "../shared/transform";
import type { Waf } from "../waf";
import { checkCloudFront } from "./check";
import {
  aliasesOf,
  cloudFrontRegion,
  distributionArgs,
  originHeaderName,
  vpcOriginEndpoint,
} from "./plan";
import type { CloudFrontSettings } from "./settings";

/** The arguments of a {@link CloudFront}. */
export interface CloudFrontArgs extends CloudFrontSettings {
  /** The load balancer behind the distribution, with `onlyFromCloudFront`. If it is internal, CloudFront reaches it in the VPC. */
  readonly loadBalancer: LoadBalancer;
  /**
   * A firewall with the scope `CLOUDFRONT`.
   * @default none
   */
  readonly waf?: Waf | undefined;
  /**
   * A site that has all paths but its `apiPaths`.
   * @default none: the services have all paths
   */
  readonly frontend?: Frontend | undefined;
  /**
   * Changes the arguments of child resources.
   * @default none
   */
  readonly transform?: {
    /** The distribution. */
    readonly distribution?: Transform<aws.cloudfront.DistributionArgs>;
  };
}

/** A header that CloudFront adds to each request, and that the listener's rules require. */
export interface OriginHeader {
  /** The header's name. */
  readonly name: string;
  /** Its secret value; resolves once users reach the distribution. */
  readonly value: pulumi.Output<string>;
}

/**
 * A CloudFront distribution before a load balancer: HTTPS with HTTP/2 and HTTP/3 close to the users, and a load balancer that only
 * CloudFront reaches. It stores no answers.
 *
 * ```ts
 * const https = { domain: "app.example.com", zone: "example.com" };
 * const loadBalancer = new LoadBalancer("prod", { network, https, internal: true, onlyFromCloudFront: true });
 * const cloudfront = new CloudFront("prod", { loadBalancer });
 * ```
 *
 * Cost: by the request and by the GB that it sends to users; the first 10 million requests and 1 TB of an account each month are free.
 */
export class CloudFront extends pulumi.ComponentResource {
  /** The URL for users: with the first name, otherwise with the distribution's own. */
  readonly url: pulumi.Output<string>;
  /** The distribution's id, for invalidations. */
  readonly distributionId: pulumi.Output<string>;
  /** The distribution's ARN. */
  readonly distributionArn: pulumi.Output<string>;
  /** The paths of the services. @default all */
  readonly apiPaths: readonly string[] | undefined;
  /** The names that it serves. */
  readonly aliases: readonly string[];
  /** Whether the load balancer is internal. */
  readonly internal: boolean;
  /** The header that the rules of the listener require; undefined if the load balancer is internal. */
  readonly originHeader: OriginHeader | undefined;

  constructor(
    private readonly name: string,
    private readonly args: CloudFrontArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    const { origin } = args.loadBalancer;
    refuse(`CloudFront "${name}"`, [
      ...(origin
        ? checkCloudFront(args, checked(origin), "args", "loadBalancer.https")
        : [openLoadBalancer(args)]),
      ...checkScope(args.waf),
    ]);
    super("slipway:cloudfront:CloudFront", name, {}, opts);
    const { domains, internal, protocol } = origin as LoadBalancerOrigin;
    this.internal = internal;
    this.apiPaths = args.frontend?.origin.apiPaths;
    this.aliases = aliasesOf(args, { domains });
    const originSecret = internal ? undefined : this.createSecret();
    const zoneId = this.zoneOf(domains);
    const distribution = new aws.cloudfront.Distribution(
      name,
      transformed(
        args.transform?.distribution,
        distributionArgs(args, {
          comment: `${pulumi.getProject()}/${pulumi.getStack()} ${name}`,
          aliases: this.aliases,
          certificateArn: this.certificateArn(domains ? undefined : zoneId),
          protocol,
          originDomainName: args.loadBalancer.dnsName,
          vpcOriginId: internal ? this.createVpcOrigin(protocol) : undefined,
          originSecret,
          webAclArn: args.waf?.webAclArn,
          frontend: args.frontend?.origin,
        }),
      ),
      { parent: this },
    );
    const [alias] = this.aliases;
    this.url = pulumi.interpolate`https://${alias ?? distribution.domainName}`;
    this.distributionId = distribution.id;
    this.distributionArn = distribution.arn;
    args.frontend?.admit(distribution.arn);
    const records = this.createRecords(distribution, domains, zoneId);
    this.originHeader = originSecret && {
      name: originHeaderName,
      // The rules require the header only once users come through CloudFront.
      value: pulumi
        .all([distribution.arn, ...records.map(({ fqdn }) => fqdn)])
        .apply(() => originSecret),
    };
    this.registerOutputs({ url: this.url, distributionId: this.distributionId });
  }

  /** The zone of the names, if this component creates their records. */
  private zoneOf(domains: LoadBalancerOrigin["domains"]): pulumi.Output<string> | undefined {
    const { zone } = this.args;
    return zone === undefined
      ? domains?.zoneId
      : aws.route53.getZoneOutput({ name: zone }, { parent: this }).zoneId;
  }

  /**
   * A new certificate for the names, if there are any. The records that validate the load balancer's certificate validate this one, too:
   * https://docs.aws.amazon.com/acm/latest/userguide/dns-validation.html
   */
  private certificateArn(zoneId: pulumi.Output<string> | undefined) {
    const [domain, ...alternativeNames] = this.aliases;
    if (this.args.certificateArn !== undefined || domain === undefined) {
      return this.args.certificateArn;
    }
    return new Certificate(
      `${this.name}-cloudfront`,
      { domain, alternativeNames, zoneId, region: cloudFrontRegion },
      { parent: this },
    ).arn;
  }

  /**
   * CloudFront refuses to change a VPC origin that a distribution uses, so each change makes another one. Its name contains what can
   * change: https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-vpc-origins.html
   */
  private createVpcOrigin(protocol: "http" | "https"): pulumi.Output<string> {
    const { arn, arnSuffix } = this.args.loadBalancer;
    return new aws.cloudfront.VpcOrigin(
      this.name,
      {
        vpcOriginEndpointConfig: {
          ...vpcOriginEndpoint(protocol),
          name: arnSuffix.apply((suffix) => `${suffix.split("/")[1]}-${protocol}`),
          arn,
        },
      },
      { parent: this, replaceOnChanges: ["vpcOriginEndpointConfig"] },
    ).id;
  }

  /** The first value stays, although each run of the program makes another one. */
  private createSecret(): pulumi.Output<string> {
    return new aws.ssm.Parameter(
      `${this.name}-origin-header`,
      {
        // Next to the parameters of the services, which the stack's previews may read.
        name: `/slipway/${pulumi.getProject()}/${pulumi.getStack()}/origin-header`,
        type: "SecureString",
        value: pulumi.secret(randomBytes(24).toString("hex")),
        description: `${originHeaderName}: CloudFront sends it, the load balancer asks for it`,
      },
      { parent: this, ignoreChanges: ["value"] },
    ).value;
  }

  private createRecords(
    { domainName, hostedZoneId }: aws.cloudfront.Distribution,
    domains: Domains | undefined,
    zoneId: pulumi.Output<string> | undefined,
  ): readonly aws.route53.Record[] {
    if (!zoneId) {
      return [];
    }
    const target = { dnsName: domainName, zoneId: hostedZoneId, evaluateTargetHealth: false };
    const records = { names: this.aliases, zoneId, target };
    return [
      ...(domains ? domains.point(target) : aliasRecords(this.name, records, this)),
      ...aliasRecords(this.name, { ...records, type: "AAAA" }, this),
    ];
  }
}

/** The load balancer as the checks know it from a stack file. */
function checked({ protocol, domains, internal }: LoadBalancerOrigin) {
  const https = domains ? { domain: domains.names[0] } : { certificateArn: undefined };
  return { internal, ...(protocol === "https" && { https }) };
}

function openLoadBalancer({ loadBalancer: { existing } }: CloudFrontArgs): Problem {
  return {
    path: "args.loadBalancer",
    value: existing?.listenerArn,
    allowed: existing
      ? "a load balancer of this program: an existing one also answers users who do not come through CloudFront"
      : "a load balancer with onlyFromCloudFront: others also answer users who do not come through CloudFront",
    fix: existing
      ? "create the distribution where the load balancer is created"
      : "add onlyFromCloudFront: true to its arguments",
  };
}

function checkScope(waf: Waf | undefined): Problem[] {
  return waf && waf.scope !== "CLOUDFRONT"
    ? [
        {
          path: "args.waf",
          value: waf.scope,
          allowed: "a firewall with the scope CLOUDFRONT",
          fix: 'create it with scope: "CLOUDFRONT" in place of loadBalancer',
        },
      ]
    : [];
}
