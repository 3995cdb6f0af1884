export function mutability(tags: readonly string[]) {
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

/** The policy that lets other accounts pull. Their own policies decide which of their roles may do this. */
export function pullPolicy(accounts: readonly string[], partition: string): string {
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

/** The ARN of a repository, which may be in another account and region. */
export function repositoryArn(repositoryUrl: string, partition: string): string {
  const { account, region, name } = partsOf(repositoryUrl);
  return `arn:${partition}:ecr:${region}:${account}:repository/${name}`;
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
