/** S3. */
import type * as s3 from "@pulumi/aws/s3";
import { absent, kept, replacing, stable } from "./definition";
import { partitionOf } from "./partition";

/** https://www.pulumi.com/registry/packages/aws/api-docs/s3/bucket/, without what the provider's other types configure. */
const bucket = kept<s3.BucketArgs, s3.BucketState>({
  type: "aws:s3/bucket:Bucket",
  name: { property: "bucket", maxLength: 63, transform: (name) => name.toLowerCase() },
  properties: {
    ...replacing("bucket", "objectLockEnabled"),
    forceDestroy: { local: true, default: false },
  },
  outputs: {
    ...stable("arn", "bucketDomainName", "bucketRegion", "bucketRegionalDomainName"),
    ...stable("hostedZoneId"),
    ...absent("", "websiteDomain", "websiteEndpoint"),
  },
  tagging: true,
  id: ({ bucket }) => String(bucket),
  async state({ region }, name) {
    const { partition, dnsSuffix } = partitionOf(region);
    return {
      arn: `arn:${partition}:s3:::${name}`,
      bucketDomainName: `${name}.s3.${dnsSuffix}`,
      bucketRegion: region,
      // The same for all buckets of a region; nothing here reads it.
      hostedZoneId: "kept",
      bucketRegionalDomainName: `${name}.s3.${region}.${dnsSuffix}`,
    };
  },
});

export const resources = [bucket];
