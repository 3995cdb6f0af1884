/**
 * The permissions of the calls that release a site.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-with-s3-policy-actions.html
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazons3.html
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoncloudfront.html
 */
import { type AwsCall, type Permission, partition, text } from "./calls";

interface Place {
  readonly bucket: string;
  readonly key: string;
  readonly version?: string;
}

type Rule = (call: AwsCall) => Permission[];

export const siteRules: Readonly<Record<string, Rule>> = {
  "s3:ListObjectsV2": (call) => [
    {
      action: "s3:ListBucket",
      resource: bucketArn(call, text(call, "bucket")),
      context: keys(call, "query", ["prefix", "delimiter", "max-keys"]),
    },
  ],
  "s3:GetObject": (call) => [read(call, placeOf(call))],
  "s3:HeadObject": (call) => [read(call, placeOf(call))],
  "s3:PutObject": write,
  "s3:CopyObject": copy,
  "s3:DeleteObject": (call) => [on(call, "DeleteObject", placeOf(call))],
  // A file of 8 MB or more.
  "s3:CreateMultipartUpload": write,
  "s3:UploadPart": write,
  "s3:UploadPartCopy": copy,
  "s3:CompleteMultipartUpload": write,
  "s3:AbortMultipartUpload": (call) => [
    { action: "s3:AbortMultipartUpload", resource: objectArn(call, placeOf(call)) },
  ],

  "cloudfront:CreateInvalidation": onDistribution,
  "cloudfront:GetInvalidation": onDistribution,
};

function read(call: AwsCall, place: Place): Permission {
  return on(call, "GetObject", place);
}

function write(call: AwsCall): Permission[] {
  const headers = call.input.headers as Readonly<Record<string, string>>;
  const resource = objectArn(call, placeOf(call));
  const also = [
    ...(Object.keys(headers).some((name) => /^x-amz-(?:acl|grant-)/.test(name))
      ? ["s3:PutObjectAcl"]
      : []),
    ...(headers["x-amz-tagging"] === undefined ? [] : ["s3:PutObjectTagging"]),
  ];
  return ["s3:PutObject", ...also].map((action) => ({
    ...{ action, resource },
    context: keys(call, "headers", WRITTEN),
  }));
}

function copy(call: AwsCall): Permission[] {
  return [read(call, call.input.source as Place), ...write(call)];
}

/** The headers that are condition keys. */
const WRITTEN = [
  ...["x-amz-acl", "x-amz-copy-source", "x-amz-metadata-directive", "x-amz-storage-class"],
  ...["x-amz-server-side-encryption", "x-amz-server-side-encryption-aws-kms-key-id"],
  ...["x-amz-content-sha256", "x-amz-website-redirect-location"],
];

function keys(call: AwsCall, part: "headers" | "query", names: readonly string[]) {
  const given = call.input[part] as Readonly<Record<string, string>>;
  const found = Object.entries(given).filter(([name]) => names.includes(name));
  return Object.fromEntries(found.map(([name, value]) => [`s3:${name}`, value]));
}

function placeOf(call: AwsCall): Place {
  const { versionId } = call.input.query as Readonly<Record<string, string>>;
  const place = { bucket: text(call, "bucket"), key: text(call, "key") };
  return { ...place, ...(versionId && { version: versionId }) };
}

/** Another version of an object has an action of its own. */
function on(call: AwsCall, action: string, place: Place): Permission {
  const { version } = place;
  return {
    action: `s3:${action}${version === undefined ? "" : "Version"}`,
    resource: objectArn(call, place),
    ...(version !== undefined && { context: { "s3:versionid": version } }),
  };
}

function bucketArn({ region }: AwsCall, bucket: string): string {
  return `arn:${partition(region)}:s3:::${bucket}`;
}

function objectArn(call: AwsCall, { bucket, key }: Place): string {
  return `${bucketArn(call, bucket)}/${key}`;
}

function onDistribution(call: AwsCall): Permission[] {
  const { service, operation, region, account } = call;
  const id = text(call, "distribution");
  const resource = `arn:${partition(region)}:cloudfront::${account}:distribution/${id}`;
  return [{ action: `${service}:${operation}`, resource }];
}
