import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";

/** Closes a bucket for everybody outside the account, and encrypts it with S3's own key. */
export function closeBucket(
  name: string,
  bucket: pulumi.Input<string>,
  parent: pulumi.Resource,
): aws.s3.BucketPublicAccessBlock {
  new aws.s3.BucketServerSideEncryptionConfiguration(
    name,
    { bucket, rules: [{ applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256" } }] },
    { parent },
  );
  return new aws.s3.BucketPublicAccessBlock(
    name,
    {
      bucket,
      blockPublicAcls: true,
      blockPublicPolicy: true,
      ignorePublicAcls: true,
      restrictPublicBuckets: true,
    },
    { parent },
  );
}

/** The policy of a bucket: its statements, and one that denies every request without TLS. */
export function bucketPolicy(bucketArn: string, statements: readonly object[] = []): string {
  return JSON.stringify({
    Version: "2012-10-17",
    Statement: [
      ...statements,
      {
        Effect: "Deny",
        Principal: "*",
        Action: "s3:*",
        Resource: [bucketArn, `${bucketArn}/*`],
        Condition: { Bool: { "aws:SecureTransport": "false" } },
      },
    ],
  });
}
