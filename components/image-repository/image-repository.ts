import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { checkRange } from "../shared/checks";
import { type Problem, refuse } from "../shared/errors";
import { type Transform, transformed } from "../shared/transform";

/** Makes a repository. */
export interface CreateImageRepositoryArgs {
  /**
   * How many released images stay, and how many of the newest images in all. A release marks its image, so builds that
   * were never released do not push out the running image. Untagged images expire after a day. A rollback can only
   * reach an image that is still here.
   * @default 50
   */
  readonly keepReleases?: number;
  /**
   * Whether destroying the stack deletes the images as well. Without it, a destroy fails while images are left.
   * @default false
   */
  readonly forceDelete?: boolean;
  /**
   * Whether Pulumi refuses to delete or replace the repository (`protect`), until this is set to false and applied. A destroy
   * then fails in its preview.
   * @default false
   */
  readonly deletionProtection?: boolean;
  readonly transform?: {
    readonly repository?: Transform<aws.ecr.RepositoryArgs>;
    readonly lifecyclePolicy?: Transform<aws.ecr.LifecyclePolicyArgs>;
  };
}

/**
 * Adopts a repository of this account and region, and leaves its settings alone. Its tags should be immutable: whoever
 * may push can move a mutable tag to another image, which the service then runs with its next task.
 *
 * Stacks that share a repository trust each other: the workflow of dev may push an image that prod then deploys by its
 * tag. Give each stack a repository of its own where dev must not decide what prod runs.
 */
export interface ExistingImageRepositoryArgs {
  /** The repository's name, for example `team/api`. */
  readonly existing: string;
}

export type ImageRepositoryArgs = CreateImageRepositoryArgs | ExistingImageRepositoryArgs;

export function checkImageRepository(args: ImageRepositoryArgs, path: string): Problem[] {
  if ("existing" in args) {
    // https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_CreateRepository.html
    const valid = /^[a-z0-9]+(?:[._-]+[a-z0-9]+)*(?:\/[a-z0-9]+(?:[._-]+[a-z0-9]+)*)*$/;
    return valid.test(args.existing)
      ? []
      : [
          {
            path: `${path}.existing`,
            value: args.existing,
            allowed: "the name of an ECR repository, for example team/api",
            fix: "give the name, without registry and tag",
          },
        ];
  }
  return checkRange(`${path}.keepReleases`, args.keepReleases, [1, 1000], "images");
}

/**
 * An ECR repository for the images of one service: immutable tags, so that a tag names one image for ever; a scan on
 * each push; encryption at rest; a lifecycle that keeps the newest releases.
 *
 * ```ts
 * const images = new ImageRepository("api", { keepReleases: 20 });
 * ```
 *
 * Cost: USD 0.10 a GB and month for what is stored.
 */
export class ImageRepository extends pulumi.ComponentResource {
  readonly arn: pulumi.Output<string>;
  readonly repositoryName: pulumi.Output<string>;
  /** `<account>.dkr.ecr.<region>.amazonaws.com/<name>`, without a tag. */
  readonly repositoryUrl: pulumi.Output<string>;

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
        imageTagMutability: "IMMUTABLE",
        imageScanningConfiguration: { scanOnPush: true },
        encryptionConfigurations: [{ encryptionType: "AES256" }],
        forceDelete: args.forceDelete ?? false,
      }),
      // Not its lifecycle: an edit replaces that (ForceNew in the provider's internal/service/ecr/lifecycle_policy.go).
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
    return repository;
  }
}

/** A warning where tags can be moved. https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-tag-mutability.html */
export function mutableTags(repository: string, mutability: string): string | undefined {
  return mutability === "IMMUTABLE"
    ? undefined
    : `The tags of the repository ${repository} are ${mutability}: whoever may push can replace the image that runs. Make them immutable: aws ecr put-image-tag-mutability --repository-name ${repository} --image-tag-mutability IMMUTABLE`;
}

/** The tag that the workflow adds to an image whose release is verified; the image's digest follows. */
export const releasedTagPrefix = "released-";

/**
 * An image that a rule selects by its tag is out of reach of the rules after it, so a released image expires only after
 * so many newer released ones. One that may still be released is among the newest of all, and so of the released ones.
 * https://docs.aws.amazon.com/AmazonECR/latest/userguide/LifecyclePolicies.html#lp_evaluation_rules
 */
export function lifecyclePolicy(keepReleases: number): string {
  const newest = { countType: "imageCountMoreThan", countNumber: keepReleases };
  return JSON.stringify({
    rules: [
      {
        rulePriority: 1,
        description: "Untagged images expire after a day",
        selection: {
          tagStatus: "untagged",
          countType: "sinceImagePushed",
          countUnit: "days",
          countNumber: 1,
        },
        action: { type: "expire" },
      },
      {
        rulePriority: 2,
        description: `The newest ${keepReleases} releases stay`,
        selection: { tagStatus: "tagged", tagPrefixList: [releasedTagPrefix], ...newest },
        action: { type: "expire" },
      },
      {
        rulePriority: 3,
        description: `Of images that were not released, those among the newest ${keepReleases} of all stay`,
        selection: { tagStatus: "any", ...newest },
        action: { type: "expire" },
      },
    ],
  });
}
