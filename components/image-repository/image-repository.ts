import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { locationOf } from "../shared/arn";
import { checkRange, checkString } from "../shared/checks";
import { type Problem, refuse } from "../shared/errors";
import { checkKmsKey } from "../shared/kms";
import { type Transform, transformed } from "../shared/transform";
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
   * Tags that may be overwritten, for example that of the build's cache. All others are immutable. At most 5.
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

function mutability(tags: readonly string[]) {
  return tags.length === 0
    ? { imageTagMutability: "IMMUTABLE" }
    : {
        imageTagMutability: "IMMUTABLE_WITH_EXCLUSION",
        imageTagMutabilityExclusionFilters: tags.map((filter) => ({
          filter,
          filterType: "WILDCARD",
        })),
      };
}

/** Their own policies decide which of their roles may pull. */
function pullPolicy(accounts: readonly string[], partition: string): string {
  const roots = accounts.map((account) => `arn:${partition}:iam::${account}:root`).sort();
  return JSON.stringify({
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Principal: { AWS: roots }, Action: pullActions }],
  });
}

/** What a pull and the workflow's look-up of a digest need. */
export const pullActions = [
  "ecr:BatchCheckLayerAvailability",
  "ecr:BatchGetImage",
  "ecr:DescribeImages",
  "ecr:GetDownloadUrlForLayer",
] as const;

/** Account, region and name from a URL: https://docs.aws.amazon.com/AmazonECR/latest/userguide/Registries.html */
export function partsOf(repositoryUrl: string) {
  const [, account = "", region = "", name = ""] =
    /^(\d{12})\.dkr\.ecr\.([a-z0-9-]+)\.[^/]+\/(.+)$/.exec(repositoryUrl) ?? [];
  return { account, region, name };
}

/** A warning if tags are mutable. https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-tag-mutability.html */
export function mutableTags(repository: string, mutability: string): string | undefined {
  return mutability === "IMMUTABLE"
    ? undefined
    : `The tags of the repository ${repository} are ${mutability}: anyone who may push can replace the image that runs. Make them immutable: aws ecr put-image-tag-mutability --repository-name ${repository} --image-tag-mutability IMMUTABLE`;
}

/** The workflow adds this tag, followed by the image's digest, to an image whose release is verified. */
export const releasedTagPrefix = "released-";

/**
 * When a rule selects an image by its tag, later rules do not apply to the image. So a released image expires only after
 * `keepReleases` newer releases. An image that may still be released is among the newest of all images, so it stays.
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
