/** S3. */
import { type BucketLocationConstraint, type BucketVersioningStatus, S3 } from "@aws-sdk/client-s3";
import type * as s3 from "@pulumi/aws/s3";
import { fromTags, toTagList } from "../kit/tags";
import { policy } from "../kit/values";
import type { AwsContext } from "./context";
import {
  type AnyResource,
  absent,
  kept,
  type Resolved,
  replacing,
  resource,
  stable,
  type Tags,
} from "./definition";
import { partitionOf } from "./partition";

/** https://www.pulumi.com/registry/packages/aws/api-docs/s3/bucket/, without what the provider's other types configure. */
const bucket = resource<s3.BucketArgs, s3.BucketState>({
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
  tagging: {
    async add(aws, { id: Bucket }, added) {
      await setTags(aws, Bucket, { ...(await tagsOf(aws, Bucket)), ...added });
    },
    async remove(aws, { id: Bucket }, removed) {
      const tags = Object.entries(await tagsOf(aws, Bucket));
      await setTags(
        aws,
        Bucket,
        Object.fromEntries(tags.filter(([key]) => !removed.includes(key))),
      );
    },
  },
  async create(aws, { bucket: Bucket = "", objectLockEnabled }, tags) {
    await aws.client(S3).createBucket({
      Bucket,
      ...(objectLockEnabled && { ObjectLockEnabledForBucket: true }),
      // us-east-1 is the one region that S3 does not accept here.
      ...(aws.region !== "us-east-1" && {
        CreateBucketConfiguration: { LocationConstraint: aws.region as BucketLocationConstraint },
      }),
    });
    await setTags(aws, Bucket, tags);
    return Bucket;
  },
  async read(aws, { id: Bucket, inputs }) {
    await aws.client(S3).headBucket({ Bucket });
    const { partition, dnsSuffix } = partitionOf(aws.region);
    return {
      properties: {
        ...{ bucket: Bucket, objectLockEnabled: inputs.objectLockEnabled },
        arn: `arn:${partition}:s3:::${Bucket}`,
        bucketDomainName: `${Bucket}.s3.${dnsSuffix}`,
        bucketRegion: aws.region,
        // The same for all buckets of a region; nothing here reads it.
        hostedZoneId: "kept",
        bucketRegionalDomainName: `${Bucket}.s3.${aws.region}.${dnsSuffix}`,
      },
      tags: await tagsOf(aws, Bucket),
    };
  },
  async delete(aws, { id: Bucket, inputs }) {
    if (inputs.forceDestroy) await empty(aws, Bucket);
    await aws.client(S3).deleteBucket({ Bucket });
  },
});

async function tagsOf(aws: AwsContext, Bucket: string): Promise<Tags> {
  try {
    return fromTags({ Tags: (await aws.client(S3).getBucketTagging({ Bucket })).TagSet });
  } catch (error) {
    if ((error as Error).name === "NoSuchTagSet") return {};
    throw error;
  }
}

async function setTags(aws: AwsContext, Bucket: string, tags: Tags): Promise<void> {
  const TagSet = toTagList(tags);
  if (TagSet) await aws.client(S3).putBucketTagging({ Bucket, Tagging: { TagSet } });
  else await aws.client(S3).deleteBucketTagging({ Bucket });
}

/** Removes all versions of all objects. An answer lists up to a thousand. */
async function empty(aws: AwsContext, Bucket: string): Promise<void> {
  const client = aws.client(S3);
  const { Versions = [], DeleteMarkers = [] } = await client.listObjectVersions({ Bucket });
  const Objects = [...Versions, ...DeleteMarkers].map(({ Key, VersionId }) => ({ Key, VersionId }));
  if (Objects.length === 0) return;
  await client.deleteObjects({ Bucket, Delete: { Objects } });
  await empty(aws, Bucket);
}

interface OfBucket {
  readonly bucket?: unknown;
}

/** The id of a bucket's settings is the bucket's name. */
const idOfBucket = ({ bucket }: OfBucket) => String(bucket);

/** https://www.pulumi.com/registry/packages/aws/api-docs/s3/bucketpolicy/ */
const bucketPolicy = resource<s3.BucketPolicyArgs, s3.BucketPolicyState>({
  type: "aws:s3/bucketPolicy:BucketPolicy",
  properties: { ...replacing("bucket"), policy },
  outputs: {},
  async create(aws, inputs) {
    await putPolicy(aws, inputs);
    return idOfBucket(inputs);
  },
  async read(aws, { id: Bucket }) {
    const { Policy } = await aws.client(S3).getBucketPolicy({ Bucket });
    return { properties: { bucket: Bucket, policy: Policy } };
  },
  update: (aws, _, inputs) => putPolicy(aws, inputs),
  delete: (aws, { id: Bucket }) => aws.client(S3).deleteBucketPolicy({ Bucket }),
});

function putPolicy(aws: AwsContext, inputs: Resolved<s3.BucketPolicyArgs>) {
  const Policy = typeof inputs.policy === "string" ? inputs.policy : JSON.stringify(inputs.policy);
  return aws.client(S3).putBucketPolicy({ Bucket: idOfBucket(inputs), Policy });
}

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
const bucketVersioning = resource<s3.BucketVersioningArgs, s3.BucketVersioningState>({
  type: "aws:s3/bucketVersioning:BucketVersioning",
  properties: {
    ...replacing("bucket"),
    versioningConfiguration: { block: { computed: ["mfaDelete"] } },
  },
  outputs: {},
  async create(aws, inputs) {
    await putVersioning(aws, idOfBucket(inputs), inputs.versioningConfiguration.status);
    return idOfBucket(inputs);
  },
  async read(aws, { id: Bucket }) {
    const { Status } = await aws.client(S3).getBucketVersioning({ Bucket });
    // The provider's word for a bucket that has never had it.
    return {
      properties: { bucket: Bucket, versioningConfiguration: { status: Status ?? "Disabled" } },
    };
  },
  update: (aws, id, { versioningConfiguration: { status } }) => putVersioning(aws, id, status),
  delete: (aws, { id }) => putVersioning(aws, id, "Suspended"),
});

function putVersioning(aws: AwsContext, Bucket: string, status: string) {
  const VersioningConfiguration = { Status: status as BucketVersioningStatus };
  return aws.client(S3).putBucketVersioning({ Bucket, VersioningConfiguration });
}

/** https://www.pulumi.com/registry/packages/aws/api-docs/s3/bucketobjectv2/ */
const bucketObject = resource<s3.BucketObjectv2Args, s3.BucketObjectv2State>({
  type: "aws:s3/bucketObjectv2:BucketObjectv2",
  properties: {
    ...replacing("bucket", "key"),
    content: { local: true },
    forceDestroy: { local: true, default: false },
    acl: { computed: true },
    bucketKeyEnabled: { computed: true },
    contentType: { computed: true },
    etag: { computed: true },
    kmsKeyId: { computed: true },
    serverSideEncryption: { computed: true },
    storageClass: { computed: true, absent: "STANDARD" },
  },
  outputs: {
    arn: "stable",
    ...absent("", "checksumCrc32", "checksumCrc32c", "checksumCrc64nvme"),
    ...absent("", "checksumSha1", "checksumSha256"),
    versionId: { when: ["content"] },
  },
  async create(aws, inputs, tags) {
    await putObject(aws, inputs, tags);
    return `${idOfBucket(inputs)}/${inputs.key}`;
  },
  async read(aws, { id }) {
    const { Bucket, Key } = placeOf(id);
    const found = await aws.client(S3).headObject({ Bucket, Key });
    return {
      properties: {
        ...{ bucket: Bucket, key: Key, contentType: found.ContentType },
        arn: `arn:${partitionOf(aws.region).partition}:s3:::${id}`,
        etag: found.ETag?.replaceAll('"', ""),
        serverSideEncryption: found.ServerSideEncryption ?? "AES256",
        ...{ acl: "private", bucketKeyEnabled: false, kmsKeyId: "" },
        versionId: found.VersionId ?? "",
      },
      tags: await tagsOfObject(aws, id),
    };
  },
  // A new object has no tags of the one that it replaces.
  update: async (aws, id, inputs) => putObject(aws, inputs, await tagsOfObject(aws, id)),
  delete: (aws, { id }) => aws.client(S3).deleteObject(placeOf(id)),
  tagging: {
    async add(aws, { id }, added) {
      await setObjectTags(aws, id, { ...(await tagsOfObject(aws, id)), ...added });
    },
    async remove(aws, { id }, removed) {
      const tags = Object.entries(await tagsOfObject(aws, id));
      await setObjectTags(
        aws,
        id,
        Object.fromEntries(tags.filter(([key]) => !removed.includes(key))),
      );
    },
  },
});

async function tagsOfObject(aws: AwsContext, id: string): Promise<Tags> {
  return fromTags({ Tags: (await aws.client(S3).getObjectTagging(placeOf(id))).TagSet });
}

function setObjectTags(aws: AwsContext, id: string, tags: Tags) {
  const Tagging = { TagSet: toTagList(tags) ?? [] };
  return aws.client(S3).putObjectTagging({ ...placeOf(id), Tagging });
}

function placeOf(id: string) {
  const [Bucket = "", ...key] = id.split("/");
  return { Bucket, Key: key.join("/") };
}

function putObject(aws: AwsContext, inputs: Resolved<s3.BucketObjectv2Args>, tags: Tags) {
  const Tagging = new URLSearchParams(tags).toString();
  return aws.client(S3).putObject({
    ...{ Bucket: idOfBucket(inputs), Key: inputs.key, Body: inputs.content },
    ...(Tagging && { Tagging }),
  });
}

export const resources: readonly AnyResource[] = [
  bucket,
  bucketEncryption,
  bucketLifecycle,
  bucketObject,
  bucketPolicy,
  bucketPublicAccessBlock,
  bucketVersioning,
];
