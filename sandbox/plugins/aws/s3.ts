/** S3. */
import type * as s3 from "@pulumi/aws/s3";
import { policy } from "../kit/values";
import { type AnyResource, absent, kept, replacing, stable } from "./definition";
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

interface OfBucket {
  readonly bucket?: unknown;
}

/** The settings of a bucket, whose id is the bucket's name. */
const idOfBucket = ({ bucket }: OfBucket) => String(bucket);

/** https://www.pulumi.com/registry/packages/aws/api-docs/s3/bucketpolicy/ */
const bucketPolicy = kept<s3.BucketPolicyArgs, s3.BucketPolicyState>({
  type: "aws:s3/bucketPolicy:BucketPolicy",
  properties: { ...replacing("bucket"), policy },
  outputs: {},
  id: idOfBucket,
});

/** https://www.pulumi.com/registry/packages/aws/api-docs/s3/bucketpublicaccessblock/ */
const bucketPublicAccessBlock = kept<
  s3.BucketPublicAccessBlockArgs,
  s3.BucketPublicAccessBlockState
>({
  type: "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock",
  properties: {
    ...replacing("bucket"),
    blockPublicAcls: { default: false },
    blockPublicPolicy: { default: false },
    ignorePublicAcls: { default: false },
    restrictPublicBuckets: { default: false },
    skipDestroy: { local: true },
  },
  outputs: {},
  id: idOfBucket,
});

/** https://www.pulumi.com/registry/packages/aws/api-docs/s3/bucketserversideencryptionconfiguration/ */
const bucketEncryption = kept<
  s3.BucketServerSideEncryptionConfigurationArgs,
  s3.BucketServerSideEncryptionConfigurationState
>({
  type: "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
  properties: {
    ...replacing("bucket"),
    rules: { block: { blocks: { applyServerSideEncryptionByDefault: {} } } },
  },
  outputs: {},
  id: idOfBucket,
});

/** https://www.pulumi.com/registry/packages/aws/api-docs/s3/bucketlifecycleconfiguration/ */
const bucketLifecycle = kept<
  s3.BucketLifecycleConfigurationArgs,
  s3.BucketLifecycleConfigurationState
>({
  type: "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration",
  pluginFramework: true,
  properties: { ...replacing("bucket"), rules: {} },
  outputs: {},
  id: idOfBucket,
});

/** https://www.pulumi.com/registry/packages/aws/api-docs/s3/bucketversioning/ */
const bucketVersioning = kept<s3.BucketVersioningArgs, s3.BucketVersioningState>({
  type: "aws:s3/bucketVersioning:BucketVersioning",
  properties: {
    ...replacing("bucket"),
    versioningConfiguration: { block: { computed: ["mfaDelete"] } },
  },
  outputs: {},
  id: idOfBucket,
});

export const resources: readonly AnyResource[] = [
  bucket,
  bucketEncryption,
  bucketLifecycle,
  bucketPolicy,
  bucketPublicAccessBlock,
  bucketVersioning,
];
