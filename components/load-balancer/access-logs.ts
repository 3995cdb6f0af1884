import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { locationOf } from "../shared/arn";
import { bucketPolicy, closeBucket } from "../shared/private-bucket";

interface AccessLogBucketArgs {
  /** Any ARN in the account of the load balancer. */
  readonly neighbourArn: pulumi.Input<string>;
  /** Days until S3 deletes a log. */
  readonly retentionInDays: number;
  /** Whether a destroy deletes the logs, too. */
  readonly forceDestroy: boolean;
}

/**
 * A private bucket for the access logs of a load balancer of this account, in its region.
 *
 * Cost: USD 0.023 per GB and month.
 */
export class AccessLogBucket extends pulumi.ComponentResource {
  /** The bucket's name; resolves once the load balancer may write. */
  readonly bucket: pulumi.Output<string>;

  constructor(name: string, args: AccessLogBucketArgs, opts?: pulumi.ComponentResourceOptions) {
    super("slipway:load-balancer:AccessLogBucket", name, {}, opts);
    const logs = `${name}-access-logs`;
    const child = { parent: this };
    const { bucket, arn } = new aws.s3.Bucket(logs, { forceDestroy: args.forceDestroy }, child);
    // The only encryption with which a load balancer can write:
    // https://docs.aws.amazon.com/elasticloadbalancing/latest/application/enable-access-logging.html
    closeBucket(logs, bucket, this);
    new aws.s3.BucketLifecycleConfiguration(
      logs,
      {
        bucket,
        rules: [
          {
            id: "expire",
            status: "Enabled",
            filter: { prefix: "" },
            expiration: { days: args.retentionInDays },
          },
        ],
      },
      child,
    );
    const policy = new aws.s3.BucketPolicy(
      logs,
      {
        bucket,
        policy: pulumi
          .all([arn, args.neighbourArn])
          .apply(([bucketArn, neighbour]) =>
            deliveryPolicy(bucketArn, locationOf(neighbour).account),
          ),
      },
      child,
    );
    // AWS tries to write as soon as the load balancer gets the bucket's name.
    this.bucket = policy.bucket;
    this.registerOutputs({ bucket: this.bucket });
  }
}

/**
 * The load balancers of this account may write; their service principal is the same in every region. Requests without TLS are
 * denied. The account's number in the path keeps load balancers of other accounts out.
 * https://docs.aws.amazon.com/elasticloadbalancing/latest/application/enable-access-logging.html
 */
function deliveryPolicy(bucketArn: string, account: string): string {
  return bucketPolicy(bucketArn, [
    {
      Effect: "Allow",
      Principal: { Service: "logdelivery.elasticloadbalancing.amazonaws.com" },
      Action: "s3:PutObject",
      Resource: `${bucketArn}/AWSLogs/${account}/*`,
    },
  ]);
}
