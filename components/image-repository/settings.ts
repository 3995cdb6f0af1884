import type * as aws from "@pulumi/aws";
import { checkRange, checkString } from "../shared/checks";
import type { Problem } from "../shared/errors";
import { checkKmsKey } from "../shared/kms";
import type { Transform } from "../shared/transform";
import type { Unchecked } from "../shared/unchecked";

/** Creates a repository. */
export interface CreateImageRepositoryArgs {
  /**
   * How many released images the repository keeps, 1 to 1000, and how many of the newest images of any kind. A release tags
   * its image, so builds that were never released do not push out the running image. Untagged images expire after a day. A
   * rollback needs an image that is still in the repository.
   * @default 50
   * @see https://docs.aws.amazon.com/AmazonECR/latest/userguide/LifecyclePolicies.html#lp_evaluation_rules
   */
  readonly keepReleases?: number;
  /**
   * Whether destroying the stack also deletes the images. If false, a destroy fails while the repository contains images.
   * @default false
   */
  readonly forceDelete?: boolean;
  /**
   * Whether Pulumi refuses to delete or replace the repository (`protect`). A destroy then fails in its preview. To delete the
   * repository, set this to false and run an update first.
   * @default false
   */
  readonly deletionProtection?: boolean;
  /**
   * The ARN of a KMS key that encrypts the images. Whoever runs `pulumi up` needs `kms:CreateGrant` and `kms:DescribeKey` for it; ECR
   * gives itself the rest, so no role that pushes or pulls needs a permission. A change replaces the repository, **and its images are
   * lost**; `deletionProtection` refuses that.
   * @default none: AES-256 with keys of ECR
   * @see https://docs.aws.amazon.com/AmazonECR/latest/userguide/encryption-at-rest.html
   */
  readonly kmsKeyArn?: string;
  /**
   * Ids of other AWS accounts that may pull images, for stacks that promote them (`github.promote`).
   * @default none
   * @see https://docs.aws.amazon.com/AmazonECR/latest/userguide/repository-policy-examples.html
   */
  readonly pullAccounts?: readonly string[];
  /**
   * Tags that may be overwritten, for example the tag of the build's cache. All others are immutable. At most 5.
   * @default none
   * @see https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-tag-mutability.html
   */
  readonly mutableTags?: readonly string[];
  /**
   * Changes the arguments of child resources.
   * @default none
   */
  readonly transform?: {
    /** The ECR repository. */
    readonly repository?: Transform<aws.ecr.RepositoryArgs>;
    /** What the repository keeps. */
    readonly lifecyclePolicy?: Transform<aws.ecr.LifecyclePolicyArgs>;
    /** Which other accounts may pull. */
    readonly repositoryPolicy?: Transform<aws.ecr.RepositoryPolicyArgs>;
  };
}

/**
 * Uses an existing repository of this account and region, without changing its settings. Its tags should be immutable: anyone
 * who may push can move a mutable tag to another image, and the service's next task then runs that image.
 *
 * Stacks that share a repository trust each other: the workflow of dev may push an image that prod then deploys by its
 * tag. If dev must not decide what prod runs, give each stack its own repository.
 */
export interface ExistingImageRepositoryArgs {
  /** The repository's name, for example `team/api`. */
  readonly existing: string;
}

/** A new repository, or an existing one. */
export type ImageRepositoryArgs = CreateImageRepositoryArgs | ExistingImageRepositoryArgs;

type Checked = Unchecked<
  Pick<CreateImageRepositoryArgs, "keepReleases" | "kmsKeyArn" | "pullAccounts" | "mutableTags"> &
    ExistingImageRepositoryArgs
>;

export function checkImageRepository(args: Checked, path: string): Problem[] {
  if ("existing" in args) {
    return checkString(`${path}.existing`, args.existing, {
      // https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_CreateRepository.html
      valid: /^(?=.{2,256}$)[a-z0-9]+(?:[._-]+[a-z0-9]+)*(?:\/[a-z0-9]+(?:[._-]+[a-z0-9]+)*)*$/,
      allowed: "the name of an ECR repository, for example team/api",
      fix: "give the name, without registry and tag",
    });
  }
  const { pullAccounts = [], mutableTags = [] } = args;
  return [
    ...checkRange(`${path}.keepReleases`, args.keepReleases, [1, 1000], "images"),
    ...checkKmsKey(args.kmsKeyArn, `${path}.kmsKeyArn`),
    ...pullAccounts.flatMap((account, i) =>
      checkString(`${path}.pullAccounts[${i}]`, account, {
        valid: /^\d{12}$/,
        allowed: "the id of an AWS account: 12 digits, in quotes",
        fix: "aws sts get-caller-identity --query Account prints it",
      }),
    ),
    // https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_ImageTagMutabilityExclusionFilter.html
    ...mutableTags.flatMap((tag, i) =>
      checkString(`${path}.mutableTags[${i}]`, tag, {
        valid: /^[0-9a-zA-Z._*-]{1,128}$/,
        allowed: "a tag, with * for any characters",
        fix: "for example buildcache",
      }),
    ),
    ...(mutableTags.length > 5
      ? [
          {
            path: `${path}.mutableTags`,
            value: mutableTags.length,
            allowed: "at most 5: ECR's limit for a repository",
            fix: "use * for several tags",
          },
        ]
      : []),
  ];
}
