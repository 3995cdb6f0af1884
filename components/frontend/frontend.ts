import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { refuse } from "../shared/errors";
import { bucketPolicy, closeBucket } from "../shared/private-bucket";
import { type Transform, transformed } from "../shared/transform";
import { checkFrontend } from "./check";
import { frontendDefaults, liveFolder, rewriteFunction, unreleased } from "./plan";
import type { FrontendSettings } from "./settings";

/** The arguments of a {@link Frontend}. */
export interface FrontendArgs extends FrontendSettings {
  /**
   * Whether a destroy fails while the bucket contains releases.
   * @default false
   */
  readonly deletionProtection?: boolean | undefined;
  /**
   * Changes the arguments of child resources.
   * @default none
   */
  readonly transform?: {
    /** The bucket. */
    readonly bucket?: Transform<aws.s3.BucketArgs>;
  };
}

/** What a CloudFront distribution needs from the site. */
export interface FrontendOrigin {
  /** The bucket's domain name in its region. */
  readonly domainName: pulumi.Output<string>;
  /** How CloudFront signs its requests to the bucket. */
  readonly originAccessControlId: pulumi.Output<string>;
  /** The function that finds the file of a path. */
  readonly functionArn: pulumi.Output<string>;
  /** The paths that do not belong to the site. */
  readonly apiPaths: readonly string[];
}

/**
 * A static site: a private, encrypted bucket that only one CloudFront distribution may read. CI keeps each release under its commit, and copies
 * one of them to where users see it.
 *
 * ```ts
 * const frontend = new Frontend("prod", { buildCommand: "npm ci && npm run build", outputDirectory: "dist" });
 * const cloudfront = new CloudFront("prod", { loadBalancer, frontend });
 * ```
 *
 * Cost: USD 0.023 per GB and month for all releases. CloudFront's requests to the bucket cost about nothing.
 */
export class Frontend extends pulumi.ComponentResource {
  /** The bucket's name. */
  readonly bucket: pulumi.Output<string>;
  /** The bucket's ARN. */
  readonly bucketArn: pulumi.Output<string>;
  /** The SSM parameter with the commit that users see. CI writes it. */
  readonly releasePointer: pulumi.Output<string>;
  /** The parameter's ARN. */
  readonly releasePointerArn: pulumi.Output<string>;
  /** What a distribution needs. */
  readonly origin: FrontendOrigin;
  /** The settings of the build. */
  readonly settings: FrontendSettings;

  constructor(
    private readonly name: string,
    args: FrontendArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    refuse(`Frontend "${name}"`, checkFrontend(args, "args"));
    super("slipway:frontend:Frontend", name, {}, opts);
    const child = { parent: this };
    this.settings = args;
    const logical = `${name}-frontend`;
    const bucket = new aws.s3.Bucket(
      logical,
      transformed(args.transform?.bucket, { forceDestroy: !args.deletionProtection }),
      child,
    );
    this.bucket = bucket.bucket;
    this.bucketArn = bucket.arn;
    this.protect(logical);
    const { id: originAccessControlId } = new aws.cloudfront.OriginAccessControl(
      logical,
      {
        description: "CloudFront's requests to the site's bucket",
        originAccessControlOriginType: "s3",
        signingBehavior: "always",
        signingProtocol: "sigv4",
      },
      child,
    );
    const { arn: functionArn } = new aws.cloudfront.Function(
      logical,
      { runtime: "cloudfront-js-2.0", code: rewriteFunction(args.singlePage ?? false) },
      child,
    );
    this.origin = {
      domainName: bucket.bucketRegionalDomainName,
      ...{ originAccessControlId, functionArn },
      apiPaths: args.apiPaths ?? frontendDefaults.apiPaths,
    };
    const pointer = new aws.ssm.Parameter(
      logical,
      {
        name: `/slipway/${pulumi.getProject()}/${pulumi.getStack()}/frontend-release`,
        type: "String",
        insecureValue: unreleased,
        description: "The commit of the site that users see. CI writes it.",
      },
      { parent: this, ignoreChanges: ["insecureValue"] },
    );
    this.releasePointer = pointer.name;
    this.releasePointerArn = pointer.arn;
    this.registerOutputs({ bucket: this.bucket });
  }

  /** Lets one distribution read what users see, and denies every request without TLS. */
  admit(distributionArn: pulumi.Input<string>): void {
    const policy = pulumi.all([this.bucketArn, distributionArn]).apply(([arn, distribution]) => {
      const reader = {
        Effect: "Allow",
        Principal: { Service: "cloudfront.amazonaws.com" },
        Condition: { StringEquals: { "AWS:SourceArn": distribution } },
      };
      return bucketPolicy(arn, [
        { ...reader, Action: "s3:GetObject", Resource: `${arn}/${liveFolder}/*` },
        // Without it, S3 answers 403 for a file that does not exist.
        { ...reader, Action: "s3:ListBucket", Resource: arn },
      ]);
    });
    new aws.s3.BucketPolicy(
      `${this.name}-frontend`,
      { bucket: this.bucket, policy },
      { parent: this },
    );
  }

  private protect(logical: string): void {
    const { bucket } = this;
    const child = { parent: this };
    closeBucket(logical, bucket, this);
    const versioning = new aws.s3.BucketVersioning(
      logical,
      { bucket, versioningConfiguration: { status: "Enabled" } },
      child,
    );
    new aws.s3.BucketLifecycleConfiguration(
      logical,
      {
        bucket,
        rules: [
          {
            ...{ id: "remove-old-versions", status: "Enabled", filter: { prefix: "" } },
            noncurrentVersionExpiration: { noncurrentDays: 30 },
            abortIncompleteMultipartUpload: { daysAfterInitiation: 1 },
          },
        ],
      },
      { ...child, dependsOn: versioning },
    );
  }
}
