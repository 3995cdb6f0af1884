/** An ECR lifecycle policy as ECR evaluates it. The emulator keeps policies and does not apply them. */

export interface Image {
  readonly tags: readonly string[];
  readonly ageDays: number;
}

interface Rule {
  readonly rulePriority: number;
  readonly selection: {
    readonly tagStatus: "tagged" | "untagged" | "any";
    readonly tagPrefixList?: readonly string[];
    readonly countType: "imageCountMoreThan" | "sinceImagePushed";
    readonly countNumber: number;
  };
}

/**
 * The images that stay, youngest first. Each rule is evaluated over all images that it selects, as if none had expired;
 * an image that a rule selects by its tags cannot be expired by a rule of lower priority.
 * https://docs.aws.amazon.com/AmazonECR/latest/userguide/LifecyclePolicies.html#lp_evaluation_rules
 */
export function survivors(policy: string, images: readonly Image[]): Image[] {
  const { rules } = JSON.parse(policy) as { rules: readonly Rule[] };
  const sorted = [...images].sort((a, b) => a.ageDays - b.ageDays);
  const claimed = new Set<Image>();
  const expired = new Set<Image>();
  for (const { selection } of [...rules].sort((a, b) => a.rulePriority - b.rulePriority)) {
    const selected = sorted.filter((image) => selects(selection, image));
    for (const image of marked(selection, selected)) {
      if (!claimed.has(image)) {
        expired.add(image);
      }
    }
    for (const image of selected) {
      claimed.add(image);
    }
  }
  return sorted.filter((image) => !expired.has(image));
}

function selects({ tagStatus, tagPrefixList = [] }: Rule["selection"], { tags }: Image): boolean {
  switch (tagStatus) {
    case "any":
      return true;
    case "untagged":
      return tags.length === 0;
    case "tagged":
      return tagPrefixList.every((prefix) => tags.some((tag) => tag.startsWith(prefix)));
  }
}

function marked({ countType, countNumber }: Rule["selection"], selected: readonly Image[]) {
  return countType === "imageCountMoreThan"
    ? selected.slice(countNumber)
    : selected.filter(({ ageDays }) => ageDays > countNumber);
}
