/** The arguments of a distribution, in CloudFront's words. Pure. */
import type * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import type { FrontendOrigin } from "../frontend";
import { liveFolder } from "../frontend/plan";
import type { LoadBalancerOrigin } from "../load-balancer";
import type { CloudFrontSettings } from "./settings";

const cloudFrontDefaults = {
  minimumProtocolVersion: "TLSv1.2_2021",
  priceClass: "PriceClass_All",
  originReadTimeout: 30,
  securityHeaders: true,
} as const;

/** CloudFront's certificates and web ACLs are in this region. */
export const cloudFrontRegion = "us-east-1";

/** The header that says that a request comes from this distribution. */
export const originHeaderName = "X-Origin-Verify";

/**
 * Policies that AWS maintains have the same id in every account:
 * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/using-managed-cache-policies.html,
 * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/using-managed-origin-request-policies.html and
 * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/using-managed-response-headers-policies.html
 */
const managedPolicies = {
  cachingOptimized: "658327ea-f89d-4fab-a63d-7e88639e58f6",
  cachingDisabled: "4135ea2d-6df8-44a3-9df3-4b5a84be39ad",
  allViewer: "216adef6-5c7f-47e4-b989-5492eafa07d3",
  securityHeaders: "67f7725c-6f97-4210-82d7-5512b31e9d03",
};

/** The names that users open; none means the distribution's own name. */
export function aliasesOf(
  { aliases = [] }: Pick<CloudFrontSettings, "aliases">,
  { domains }: Pick<LoadBalancerOrigin, "domains">,
): readonly string[] {
  return domains?.names ?? aliases;
}

/** The values that exist before the distribution. */
export interface DistributionParts {
  /** CloudFront's console shows it next to the id. */
  readonly comment: string;
  readonly aliases: readonly string[];
  /** The certificate of the aliases. */
  readonly certificateArn: pulumi.Input<string> | undefined;
  readonly protocol: "http" | "https";
  readonly originDomainName: pulumi.Input<string>;
  /** The VPC origin, for an internal load balancer. */
  readonly vpcOriginId: pulumi.Input<string> | undefined;
  /** The value of the header, for an internet-facing load balancer. */
  readonly originSecret: pulumi.Input<string> | undefined;
  readonly webAclArn: pulumi.Input<string> | undefined;
  /** The site that has all paths but those of the services. */
  readonly frontend: FrontendOrigin | undefined;
}

export function distributionArgs(
  settings: CloudFrontSettings,
  parts: DistributionParts,
): aws.cloudfront.DistributionArgs {
  const { priceClass } = { ...cloudFrontDefaults, ...settings };
  const { comment, aliases, webAclArn, frontend } = parts;
  const ofServices = serviceBehavior(settings);
  return {
    comment,
    enabled: true,
    isIpv6Enabled: true,
    httpVersion: "http2and3",
    priceClass,
    ...(aliases.length > 0 && { aliases: [...aliases] }),
    ...(webAclArn && { webAclId: webAclArn }),
    origins: [originArgs(settings, parts), ...(frontend ? [siteOrigin(frontend)] : [])],
    ...(frontend
      ? {
          defaultRootObject: "index.html",
          defaultCacheBehavior: siteBehavior(settings, frontend),
          orderedCacheBehaviors: frontend.apiPaths.map((pathPattern) => ({
            pathPattern,
            ...ofServices,
          })),
        }
      : { defaultCacheBehavior: ofServices }),
    restrictions: { geoRestriction: { restrictionType: "none" } },
    viewerCertificate: viewerCertificate(settings, parts),
  };
}

const originId = "load-balancer";
const siteOriginId = "frontend";

/** The settings of both kinds of paths. */
function commonBehavior(settings: CloudFrontSettings) {
  const { securityHeaders } = { ...cloudFrontDefaults, ...settings };
  return {
    viewerProtocolPolicy: "redirect-to-https",
    cachedMethods: ["GET", "HEAD"],
    compress: true,
    ...(securityHeaders && { responseHeadersPolicyId: managedPolicies.securityHeaders }),
  };
}

function serviceBehavior(settings: CloudFrontSettings) {
  return {
    ...commonBehavior(settings),
    targetOriginId: originId,
    allowedMethods: ["GET", "HEAD", "OPTIONS", "PUT", "POST", "PATCH", "DELETE"],
    cachePolicyId: managedPolicies.cachingDisabled,
    // With the Host header: the listener's rules decide by it, and the load balancer's certificate has that name.
    originRequestPolicyId: managedPolicies.allViewer,
  };
}

/** Without an origin request policy: S3 decides by the Host header, which must be the bucket's. */
function siteBehavior(settings: CloudFrontSettings, { functionArn }: FrontendOrigin) {
  return {
    ...commonBehavior(settings),
    targetOriginId: siteOriginId,
    allowedMethods: ["GET", "HEAD", "OPTIONS"],
    cachePolicyId: managedPolicies.cachingOptimized,
    functionAssociations: [{ eventType: "viewer-request", functionArn }],
  };
}

function siteOrigin({ domainName, originAccessControlId }: FrontendOrigin) {
  return {
    originId: siteOriginId,
    ...{ domainName, originAccessControlId },
    originPath: `/${liveFolder}`,
  };
}

function originArgs(
  settings: CloudFrontSettings,
  { protocol, originDomainName: domainName, vpcOriginId, originSecret }: DistributionParts,
): aws.types.input.cloudfront.DistributionOrigin {
  const { originReadTimeout } = { ...cloudFrontDefaults, ...settings };
  return {
    originId,
    domainName,
    ...(originSecret && { customHeaders: [{ name: originHeaderName, value: originSecret }] }),
    ...(vpcOriginId
      ? { vpcOriginConfig: { vpcOriginId, originReadTimeout } }
      : { customOriginConfig: { ...endpoint(protocol), originReadTimeout } }),
  };
}

/** How CloudFront connects to the load balancer. */
function endpoint(protocol: "http" | "https") {
  return {
    httpPort: 80,
    httpsPort: 443,
    originProtocolPolicy: `${protocol}-only`,
    originSslProtocols: ["TLSv1.2"],
  };
}

export function vpcOriginEndpoint(protocol: "http" | "https") {
  const { originSslProtocols: items, ...rest } = endpoint(protocol);
  return { ...rest, originSslProtocols: { items, quantity: items.length } };
}

function viewerCertificate(
  settings: CloudFrontSettings,
  { certificateArn }: DistributionParts,
): aws.types.input.cloudfront.DistributionViewerCertificate {
  const { minimumProtocolVersion } = { ...cloudFrontDefaults, ...settings };
  return certificateArn
    ? { acmCertificateArn: certificateArn, sslSupportMethod: "sni-only", minimumProtocolVersion }
    : { cloudfrontDefaultCertificate: true };
}
