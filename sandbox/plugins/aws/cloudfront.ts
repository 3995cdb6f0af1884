/** CloudFront. */
import { createHash, randomUUID } from "node:crypto";
import { CloudFront } from "@aws-sdk/client-cloudfront";
import type * as cloudfront from "@pulumi/aws/cloudfront";
import { accountOf } from "./account";
import { absent, accepted, kept, replacing, stable } from "./definition";
import { partitionOf } from "./partition";

const behavior = {
  defaults: { compress: false, minTtl: 0 },
  computed: ["defaultTtl", "maxTtl"],
};

/** https://www.pulumi.com/registry/packages/aws/api-docs/cloudfront/distribution/ */
const distribution = kept<cloudfront.DistributionArgs, cloudfront.DistributionState>({
  type: "aws:cloudfront/distribution:Distribution",
  global: true,
  properties: {
    ...accepted("comment", "defaultRootObject", "enabled", "webAclId"),
    aliases: { set: true },
    defaultCacheBehavior: {
      block: {
        ...behavior,
        computed: [...behavior.computed, "trustedKeyGroups", "trustedSigners"],
      },
    },
    orderedCacheBehaviors: { block: { ...behavior, ordered: true } },
    httpVersion: { default: "http2" },
    isIpv6Enabled: { default: false },
    origins: {
      block: {
        defaults: { connectionAttempts: 3, connectionTimeout: 10, originPath: "" },
        blocks: {
          customOriginConfig: {
            defaults: { originKeepaliveTimeout: 5, originReadTimeout: 30 },
            computed: ["ipAddressType"],
          },
          vpcOriginConfig: {
            defaults: { originKeepaliveTimeout: 5, originReadTimeout: 30 },
            computed: ["ownerAccountId"],
          },
        },
      },
    },
    priceClass: { default: "PriceClass_All" },
    restrictions: { block: { blocks: { geoRestriction: { computed: ["locations"] } } } },
    retainOnDelete: { local: true, default: false },
    staging: { ...replacing("staging").staging, default: false },
    viewerCertificate: { block: { defaults: { minimumProtocolVersion: "TLSv1" } } },
    waitForDeployment: { local: true, default: true },
  },
  outputs: {
    ...stable("arn", "callerReference", "domainName", "etag", "hostedZoneId"),
    ...stable("lastModifiedTime", "status"),
    ...absent(0, "inProgressValidationBatches"),
    ...absent(false, "loggingV1Enabled"),
    ...absent([], "trustedKeyGroups", "trustedSigners"),
  },
  tagging: true,
  // The workflow of a site empties its cache, so the emulator has a distribution with this id.
  async id({ comment: Comment = "", origins: [origin] }, _, aws) {
    const { Distribution } = await aws.client(CloudFront).createDistribution({
      DistributionConfig: {
        ...{ CallerReference: randomUUID(), Comment, Enabled: true },
        Origins: { Quantity: 1, Items: [{ Id: "kept", DomainName: origin?.domainName }] },
        DefaultCacheBehavior: { TargetOriginId: "kept", ViewerProtocolPolicy: "https-only" },
      },
    });
    return String(Distribution?.Id);
  },
  async gone(aws, Id) {
    const { ETag } = await aws.client(CloudFront).getDistribution({ Id });
    await aws.client(CloudFront).deleteDistribution({ Id, IfMatch: ETag });
  },
  async state(aws, id) {
    return {
      arn: await arnOf(aws, `distribution/${id}`),
      ...{ callerReference: "kept", etag: "kept", status: "Deployed" },
      domainName: `${id.toLowerCase()}.cloudfront.net`,
      // The same for all distributions: https://docs.aws.amazon.com/Route53/latest/APIReference/API_AliasTarget.html
      hostedZoneId: "Z2FDTNDATAQYW2",
      lastModifiedTime: new Date(0).toISOString(),
    };
  },
});

/** https://www.pulumi.com/registry/packages/aws/api-docs/cloudfront/vpcorigin/ */
const vpcOrigin = kept<cloudfront.VpcOriginArgs, cloudfront.VpcOriginState>({
  type: "aws:cloudfront/vpcOrigin:VpcOrigin",
  global: true,
  pluginFramework: true,
  properties: {
    ...accepted("timeouts"),
    vpcOriginEndpointConfig: { block: { blocks: { originSslProtocols: {} } } },
  },
  outputs: stable("arn", "etag"),
  tagging: true,
  id: ({ vpcOriginEndpointConfig: { name } }) => idOf("vo_", name),
  async state(aws, id) {
    return { arn: await arnOf(aws, `vpcorigin/${id}`), etag: "kept" };
  },
});

/** https://www.pulumi.com/registry/packages/aws/api-docs/cloudfront/originaccesscontrol/ */
const originAccessControl = kept<
  cloudfront.OriginAccessControlArgs,
  cloudfront.OriginAccessControlState
>({
  type: "aws:cloudfront/originAccessControl:OriginAccessControl",
  global: true,
  name: { property: "name" },
  properties: {
    ...accepted("name", "originAccessControlOriginType", "signingBehavior", "signingProtocol"),
    description: { default: "Managed by Pulumi" },
  },
  outputs: stable("arn", "etag"),
  id: ({ name }) => idOf("E", name),
  async state(aws, id) {
    return { arn: await arnOf(aws, `origin-access-control/${id}`), etag: "kept" };
  },
});

/** https://www.pulumi.com/registry/packages/aws/api-docs/cloudfront/function/ */
const rewrite = kept<cloudfront.FunctionArgs, cloudfront.FunctionState>({
  type: "aws:cloudfront/function:Function",
  global: true,
  name: { property: "name" },
  properties: {
    ...replacing("name"),
    ...accepted("code", "comment", "runtime"),
    publish: { local: true, default: true },
  },
  outputs: stable("arn", "etag", "liveStageEtag", "status"),
  tagging: true,
  id: ({ name }) => String(name),
  async state(aws, id) {
    const etags = { etag: "kept", liveStageEtag: "kept", status: "UNASSOCIATED" };
    return { arn: await arnOf(aws, `function/${id}`), ...etags };
  },
});

function idOf(prefix: string, name = ""): string {
  return prefix + createHash("sha256").update(name).digest("hex").slice(0, 13).toUpperCase();
}

/** CloudFront has no region in its ARNs. */
async function arnOf(aws: Parameters<typeof accountOf>[0], resource: string): Promise<string> {
  const { partition } = partitionOf(aws.region);
  return `arn:${partition}:cloudfront::${await accountOf(aws)}:${resource}`;
}

export const resources = [distribution, originAccessControl, rewrite, vpcOrigin];
