import type { PolicyStatement } from "../../shared/policy";
import type { EnvironmentProtection } from "../protection";
import { type SettingsScope, upperSnakeCase } from "../settings";
import type { Author } from "../workflow/header";

/** Previews in pull requests: which stacks, and where their state is. */
export interface PreviewSettings {
  /** `owner/name` of the repository that holds the Pulumi program. @default the services' repository */
  readonly repository?: string | undefined;
  /** Pull requests into this branch get a comment, and a push to it updates stacks. @default the default branch */
  readonly baseBranch?: string | undefined;
  /** Where Pulumi keeps the stacks' state. */
  readonly backend: Backend;
  /** The stacks to preview, in the order of the comment and of the updates. */
  readonly stacks: readonly PreviewedStack[];
  /**
   * The name of the repository's secret with the GitHub token of previews. Previews read the repositories' settings. The job's own
   * token may not do this, so create a token that may only read.
   * @default "SLIPWAY_PREVIEW_TOKEN"
   */
  readonly previewToken?: string | undefined;
  /**
   * The name of the secret with the GitHub token of updates, in each stack's environment `update-<project>-<stack>`.
   * @default "SLIPWAY_UPDATE_TOKEN"
   */
  readonly updateToken?: string | undefined;
  /**
   * Where the secrets of updates are stored: in an environment to which only the branch can deploy, or in the repository,
   * where every workflow of the repository can read them.
   * @default "environment"
   * @see https://docs.github.com/en/actions/reference/workflows-and-actions/deployments-and-environments
   */
  readonly settings?: SettingsScope | undefined;
  /** Whether to overwrite workflow files of the same names that another stack or a person wrote. @default "create" */
  readonly workflow?: "create" | "overwrite" | undefined;
}

/** Where Pulumi keeps the stacks' state. */
export type Backend = PulumiCloudBackend | S3Backend;

/** Pulumi Cloud gives each job a token for GitHub's: https://www.pulumi.com/docs/administration/access-identity/oidc-client/github/ */
export interface PulumiCloudBackend {
  /** Selects Pulumi Cloud. */
  readonly type: "pulumi-cloud";
  /** The organization, which must trust the repository. */
  readonly organization: string;
  /** A team whose permissions previews get. @default none: previews get the organization's token, as updates do */
  readonly previewTeam?: string | undefined;
}

/** A bucket in S3: https://www.pulumi.com/docs/iac/concepts/state-and-backends/#aws-s3 */
export interface S3Backend {
  /** Selects a bucket in S3. */
  readonly type: "s3";
  /** `s3://bucket`, as for `pulumi login`. */
  readonly url: string;
  /**
   * The KMS key that encrypts the stacks' secrets: its alias `alias/name`, or its ARN.
   * @see https://www.pulumi.com/docs/iac/concepts/secrets/
   */
  readonly kmsKey: string;
}

/** A stack that pull requests preview. */
export interface PreviewedStack {
  /** The stack; its file `Pulumi.<name>.yaml` is in the repository. */
  readonly name: string;
  /**
   * The ARN of the role of its previews, if it is in another account.
   * @default a new role in this stack's account, which may read the settings of Slipway's resources, but no data
   */
  readonly role?: string | undefined;
  /** What the previews may do in addition, for resources that Slipway does not create. @default nothing */
  readonly policy?: readonly PolicyStatement[] | undefined;
  /** `pulumi up` after each push to the branch. @default none */
  readonly update?: UpdateSettings | undefined;
}

/** The updates of a stack after a merge. */
export interface UpdateSettings {
  /** The role of the updates: the ARN of an existing one, or a new one with these permissions. */
  readonly role: string | UpdateRoleSettings;
  /**
   * The protection rules of its GitHub environment, for example reviewers.
   * @default none
   * @see https://docs.github.com/en/actions/reference/workflows-and-actions/deployments-and-environments
   */
  readonly environment?: EnvironmentProtection | undefined;
}

/**
 * The permissions of a new role for updates. Pulumi changes all resources of the stack, so only you know which permissions are enough.
 * There is no default.
 */
export interface UpdateRoleSettings {
  /** The ARNs of managed policies. */
  readonly policies: readonly string[];
  /**
   * The ARN of the policy that limits the role.
   * @default none
   * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html
   */
  readonly permissionsBoundary?: string | undefined;
}

/** The kinds of workflow files: a pull request starts the preview, a push starts the update. Each role trusts the jobs of one file. */
export type WorkflowKind = "preview" | "update";

export function previewsPath(kind: WorkflowKind, project: string): string {
  return `.github/workflows/${kind}-${project}.yml`;
}

/** The secret that contains the ARN of a stack's role. */
export function roleSecret(kind: WorkflowKind, { project, stack }: Author): string {
  return `AWS_ROLE_TO_${upperSnakeCase(`${kind}_${project}_${stack}`)}`;
}

export function updateEnvironment({ project, stack }: Author): string {
  return `update-${project}-${stack}`;
}

export const tokenDefaults = {
  previewToken: "SLIPWAY_PREVIEW_TOKEN",
  updateToken: "SLIPWAY_UPDATE_TOKEN",
} as const;
