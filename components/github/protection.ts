import type * as github from "@pulumi/github";
import { checkRange } from "../shared/checks";
import type { Problem } from "../shared/errors";
import type { Unchecked } from "../shared/unchecked";

/**
 * The protection rules of an environment. An update does not change a rule that is not set here, so a rule that somebody set on
 * GitHub stays. Private repositories need GitHub's Enterprise plan for most of these rules:
 * https://docs.github.com/en/actions/reference/workflows-and-actions/deployments-and-environments#deployment-protection-rules
 */
export interface EnvironmentProtection {
  /**
   * One of these must approve each deployment. At most 6 users and teams together, by their numeric ids (`gh api users/NAME
   * --jq .id`, `gh api orgs/ORG/teams/SLUG --jq .id`). An empty object removes all reviewers.
   * @default what the environment has
   * @see https://docs.github.com/en/actions/reference/workflows-and-actions/deployments-and-environments
   */
  readonly reviewers?: Reviewers | undefined;
  /**
   * Minutes that a job waits before it starts, 0 to 43200.
   * @default what the environment has
   * @see https://docs.github.com/en/actions/reference/workflows-and-actions/deployments-and-environments
   */
  readonly waitTimer?: number | undefined;
  /**
   * Whether reviewers may not approve a run that they started themselves.
   * @default what the environment has
   * @see https://docs.github.com/en/actions/reference/workflows-and-actions/deployments-and-environments
   */
  readonly preventSelfReview?: boolean | undefined;
  /**
   * Whether an admin of the repository may skip these rules.
   * @default what the environment has
   * @see https://docs.github.com/en/actions/reference/workflows-and-actions/deployments-and-environments
   */
  readonly canAdminsBypass?: boolean | undefined;
}

/** The rules of a new environment, or `adopt` for an existing one. */
export type EnvironmentSettings = EnvironmentProtection | "adopt";

/** The people who may approve a deployment. */
export interface Reviewers {
  /** Ids of users. @default none */
  readonly users?: readonly number[] | undefined;
  /** Ids of teams. @default none */
  readonly teams?: readonly number[] | undefined;
}

export interface ProtectionPlan {
  readonly inputs: Pick<
    github.RepositoryEnvironmentArgs,
    "reviewers" | "waitTimer" | "preventSelfReview" | "canAdminsBypass"
  >;
  /**
   * The rules that are not configured. The provider always writes the whole environment: for a missing value it would send no
   * reviewers, no timer and the defaults. For an ignored property it sends the value that the refresh read.
   * (`createUpdateEnvironmentData` in integrations/terraform-provider-github, github/resource_github_repository_environment.go;
   * `newIgnoreChanges` in pulumi/pulumi-terraform-bridge, pkg/tfbridge/diff.go.)
   */
  readonly ignoreChanges: string[];
}

export function planProtection(configured: EnvironmentProtection = {}): ProtectionPlan {
  const { reviewers, waitTimer, preventSelfReview, canAdminsBypass } = configured;
  const { users = [], teams = [] } = reviewers ?? {};
  const fields = ["reviewers", "waitTimer", "preventSelfReview", "canAdminsBypass"] as const;
  return {
    inputs: {
      ...(users.length + teams.length > 0 && {
        reviewers: [{ users: [...users], teams: [...teams] }],
      }),
      ...(waitTimer !== undefined && { waitTimer }),
      ...(preventSelfReview !== undefined && { preventSelfReview }),
      ...(canAdminsBypass !== undefined && { canAdminsBypass }),
    },
    ignoreChanges: fields.filter((field) => configured[field] === undefined),
  };
}

/** https://docs.github.com/en/rest/deployments/environments#create-or-update-an-environment */
export function checkProtection(
  settings: Unchecked<EnvironmentSettings> = {},
  path: string,
): Problem[] {
  if (settings === "adopt") {
    return [];
  }
  const { reviewers = {}, waitTimer } = settings;
  const ids = (["users", "teams"] as const).flatMap((kind) =>
    (reviewers[kind] ?? []).map((id, i) => ({ path: `${path}.reviewers.${kind}[${i}]`, id })),
  );
  const problems = ids
    .filter(({ id }) => id !== undefined && (!Number.isSafeInteger(id) || id < 1))
    .map(({ path: at, id }) => ({
      path: at,
      value: id,
      allowed: "the numeric id of a user or a team",
      fix: "gh api users/NAME --jq .id, or gh api orgs/ORG/teams/SLUG --jq .id",
    }));
  const tooMany: Problem = {
    path: `${path}.reviewers`,
    value: `${ids.length} reviewers`,
    allowed: "at most 6 users and teams together, which is GitHub's limit",
    fix: "create a team with them and use the team",
  };
  return [
    ...problems,
    ...(ids.length > 6 ? [tooMany] : []),
    ...checkRange(`${path}.waitTimer`, waitTimer, [0, 43200], "minutes"),
  ];
}
