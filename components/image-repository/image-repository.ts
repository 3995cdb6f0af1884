import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { locationOf } from "../shared/arn";
import { refuse } from "../shared/errors";
import { transformed } from "../shared/transform";
import { lifecyclePolicy, mutability, mutableTags, pullPolicy } from "./plan";
import {
  type CreateImageRepositoryArgs,
  checkImageRepository,
  type ExistingImageRepositoryArgs,
  type ImageRepositoryArgs,
} from "./settings";

/**
 * An ECR repository for the images of one service: immutable tags, so a tag always names the same image; a scan on each push;
 * encryption at rest; a lifecycle policy that keeps the newest releases.
 *
 * ```ts
 * const images = new ImageRepository("api", { keepReleases: 20 });
 * ```
 *
 * Cost: USD 0.10 per GB and month of storage. A KMS key of yours costs USD 1 a month, and USD 0.03 for 10,000 requests.
 */
export class ImageRepository extends pulumi.ComponentResource {
  /** The repository's ARN. */
  readonly arn: pulumi.Output<string>;
  /** The repository's name, without registry. */
  readonly repositoryName: pulumi.Output<string>;
  /** `<account>.dkr.ecr.<region>.amazonaws.com/<name>`, without a tag. */
  readonly repositoryUrl: pulumi.Output<string>;
  /** Whether tags can move: `IMMUTABLE`, `MUTABLE`, or one of the two with exclusions. */
  readonly imageTagMutability: pulumi.Output<string>;

  constructor(
    name: string,
    args: ImageRepositoryArgs = {},
    opts?: pulumi.ComponentResourceOptions,
  ) {
    refuse(`ImageRepository "${name}"`, checkImageRepository(args, "args"));
    super("slipway:image-repository:ImageRepository", name, {}, opts);

    const repository = "existing" in args ? this.adopt(args) : this.create(name, args);

    this.arn = repository.arn;
    this.repositoryName = repository.name;
    this.repositoryUrl = repository.repositoryUrl;
    this.imageTagMutability = pulumi
      .output(repository.imageTagMutability)
      .apply((mutability = "MUTABLE") => mutability);
    this.registerOutputs({ repositoryUrl: this.repositoryUrl });
  }

  private adopt({ existing }: ExistingImageRepositoryArgs) {
    const repository = aws.ecr.getRepositoryOutput({ name: existing }, { parent: this });
    repository.imageTagMutability.apply((mutability) => {
      const warning = mutableTags(existing, mutability);
      if (warning) {
        void pulumi.log.warn(warning, this);
      }
    });
    return repository;
  }

  private create(name: string, args: CreateImageRepositoryArgs): aws.ecr.Repository {
    const repository = new aws.ecr.Repository(
      name,
      transformed(args.transform?.repository, {
        ...mutability(args.mutableTags ?? []),
        imageScanningConfiguration: { scanOnPush: true },
        encryptionConfigurations: [
          args.kmsKeyArn === undefined
            ? { encryptionType: "AES256" }
            : { encryptionType: "KMS", kmsKey: args.kmsKeyArn },
        ],
        forceDelete: args.forceDelete ?? false,
      }),
      // The lifecycle policy is not protected: an edit replaces it (ForceNew in the provider's
      // internal/service/ecr/lifecycle_policy.go).
      { parent: this, protect: args.deletionProtection },
    );
    new aws.ecr.LifecyclePolicy(
      name,
      transformed(args.transform?.lifecyclePolicy, {
        repository: repository.name,
        policy: lifecyclePolicy(args.keepReleases ?? 50),
      }),
      { parent: this },
    );
    const { pullAccounts: accounts = [] } = args;
    if (accounts.length > 0) {
      new aws.ecr.RepositoryPolicy(
        name,
        transformed(args.transform?.repositoryPolicy, {
          repository: repository.name,
          policy: repository.arn.apply((arn) => pullPolicy(accounts, locationOf(arn).partition)),
        }),
        { parent: this },
      );
    }
    return repository;
  }
}
