/** Reads the policies of buckets, which decide about a call together with the caller's own. */
import { S3 } from "@aws-sdk/client-s3";
import { administrator } from "./account";

export class Buckets {
  private readonly policies = new Map<string, Promise<unknown>>();

  constructor(private readonly endpoint: string) {}

  /** The policy of the bucket that the ARN names or contains; undefined if it has none, or the ARN names something else. */
  policyFor(account: string, arn: string): Promise<unknown> | undefined {
    const bucket = /^arn:[\w-]+:s3:::([^/]+)/.exec(arn)?.[1];
    if (bucket === undefined) return undefined;
    const known = this.policies.get(bucket) ?? this.read(account, bucket);
    this.policies.set(bucket, known);
    return known;
  }

  private async read(account: string, bucket: string): Promise<unknown> {
    const client = new S3(await administrator(this.endpoint, account));
    try {
      const { Policy } = await client.getBucketPolicy({ Bucket: bucket });
      return Policy === undefined ? undefined : JSON.parse(Policy);
    } catch (error) {
      if (/^NoSuchBucket/.test((error as Error).name)) return undefined;
      throw error;
    }
  }
}
