import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { refuse } from "../shared/errors";
import { bucketPolicy, closeBucket } from "../shared/private-bucket";
import { type Transform, transformed } from "../shared/transform";
import { checkCodePipeline } from "./check";
import { confirmation } from "./confirmation";
import { scriptNames, scriptOf } from "./scripts";
import { type CodePipelineSettings, codePipelineDefaults } from "./settings";
import { providerTypes } from "./source";

/** The arguments of {@link Pipelines}. */
export interface PipelinesArgs extends CodePipelineSettings {
  /** The names of the services that get a pipeline. */
  readonly services: readonly string[];
  /** Changes the arguments of child resources. @default none */
  readonly transform?: {
    /** The bucket of the artifacts. */
    readonly bucket?: Transform<aws.s3.BucketArgs>;
    /** The connection to the repositories' host. */
    readonly connection?: Transform<aws.codeconnections.ConnectionArgs>;
  };
}

/**
 * What the pipelines of a stack share: a private, encrypted bucket that deletes old artifacts, the scripts of the builds, and the
 * connection to the host of the repositories.
 *
 * Cost: USD 0.023 per GB and month for artifacts. A connection is free.
 */
export class Pipelines extends pulumi.ComponentResource {
  /** The settings of all pipelines. */
  readonly settings: CodePipelineSettings;
  /** The name of the bucket; resolves once it is private. */
  readonly bucket: pulumi.Output<string>;
  /** The bucket's ARN. */
  readonly bucketArn: pulumi.Output<string>;
  /** `s3://<bucket>/scripts`; resolves once the scripts are there. */
  readonly scripts: pulumi.Output<string>;
  /** The connection's ARN; undefined with CodeCommit. */
  readonly connectionArn: pulumi.Output<string> | undefined;

  constructor(
    private readonly name: string,
    args: PipelinesArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    refuse(`Pipelines "${name}"`, checkCodePipeline(args, "args"));
    super("slipway:codepipeline:Pipelines", name, {}, opts);
    const { transform: _, services: __, ...settings } = args;
    this.settings = settings;
    const { bucket, arn } = this.createBucket(args);
    this.bucket = bucket;
    this.bucketArn = arn;
    const keys = scriptNames.map(
      (script) =>
        new aws.s3.BucketObjectv2(
          `${name}-${script}`,
          { bucket, key: `scripts/${script}`, content: scriptOf(script) },
          { parent: this },
        ).key,
    );
    this.scripts = pulumi.all([bucket, ...keys]).apply(([it]) => `s3://${it}/scripts`);
    this.connectionArn = this.connect(args);
    this.registerOutputs({ bucket: this.bucket });
  }

  private createBucket({
    services,
    forceDestroy,
    artifactRetentionInDays,
    transform,
  }: PipelinesArgs) {
    const name = `${this.name}-artifacts`;
    const child = { parent: this };
    const created = new aws.s3.Bucket(
      name,
      transformed(transform?.bucket, { forceDestroy: forceDestroy ?? false }),
      child,
    );
    const { bucket, arn } = created;
    // CodePipeline encrypts artifacts with the account's own key of S3; the bucket's encryption is for the scripts.
    // https://docs.aws.amazon.com/codepipeline/latest/userguide/S3-artifact-encryption.html
    const access = closeBucket(name, bucket, this);
    const days = artifactRetentionInDays ?? codePipelineDefaults.artifactRetentionInDays;
    new aws.s3.BucketLifecycleConfiguration(
      name,
      {
        bucket,
        // The scripts stay. CodePipeline puts artifacts under the first 20 characters of the pipeline's name.
        rules: services.map((service) => ({
          id: service,
          status: "Enabled",
          filter: { prefix: `${service}-`.slice(0, 20) },
          expiration: { days },
        })),
      },
      child,
    );
    const policy = new aws.s3.BucketPolicy(
      name,
      { bucket, policy: arn.apply((it) => bucketPolicy(it)) },
      // Two changes of a bucket's access at the same time conflict.
      { ...child, dependsOn: access },
    );
    return { bucket: policy.bucket, arn };
  }

  private connect({ source, transform }: PipelinesArgs): pulumi.Output<string> | undefined {
    if (source.type === "codecommit") {
      return undefined;
    }
    if (source.connectionArn !== undefined) {
      return pulumi.output(source.connectionArn);
    }
    const connection = new aws.codeconnections.Connection(
      this.name,
      transformed(transform?.connection, { providerType: providerTypes[source.type] }),
      { parent: this },
    );
    pulumi.all([connection.arn, connection.connectionStatus]).apply(([arn, status]) => {
      if (status !== "AVAILABLE") {
        void pulumi.log.warn(
          `The connection ${arn} is ${status}, so no pipeline can read its repository yet. AWS lets only a person confirm it: ${confirmation(arn)}. After that, push, or start the pipeline.`,
          this,
        );
      }
    });
    return connection.arn;
  }
}
