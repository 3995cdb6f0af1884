import type { PromoteArgs } from "../github/promotion";

/** Releases through AWS CodePipeline instead of a workflow on GitHub: each service gets a pipeline. */
export interface CodePipelineSettings {
  /** Selects this way of release. */
  readonly pipeline: "codepipeline";
  /** The repository with the services' code. */
  readonly source: PipelineSource;
  /**
   * What starts a pipeline, in CodePipeline's own form. With `{}`, nothing does: people start it. With `codecommit`, only pushes to the
   * source's branch can start a pipeline.
   * @default each push to the source's branch; with `promote`, `{}`
   * @see https://docs.aws.amazon.com/codepipeline/latest/userguide/pipelines-triggers.html
   */
  readonly triggers?: PipelineTriggers;
  /**
   * Deploys the images that another stack of the account and region has released, by their digest, without a build. The success of the other
   * stack's pipeline starts this one. @default the pipeline builds
   */
  readonly promote?: PromoteArgs;
  /**
   * Whether somebody must approve each release after the build. `notices` gets a notice. CodePipeline waits seven days.
   * @default false
   * @see https://docs.aws.amazon.com/codepipeline/latest/userguide/approvals.html
   */
  readonly approval?: boolean;
  /**
   * The size of the machine that builds images and runs tests: CodeBuild's name of it.
   * @default "BUILD_GENERAL1_SMALL", with 2 vCPU; USD 0.005 a minute
   * @see https://docs.aws.amazon.com/codebuild/latest/userguide/build-env-ref-compute-types.html
   */
  readonly computeType?: ComputeType;
  /**
   * Days until S3 deletes an artifact, 1 to 3650. CodePipeline can run a stage again as long as its artifacts exist.
   * @default 30
   */
  readonly artifactRetentionInDays?: number;
  /**
   * Days until the logs of builds are deleted: one of the values that CloudWatch Logs has.
   * @default 30
   * @see https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html
   */
  readonly logRetentionInDays?: number;
  /**
   * Whether a destroy also deletes the artifacts. If false, a destroy fails while the bucket contains any.
   * @default false
   */
  readonly forceDestroy?: boolean;
}

/** Where the code is. */
export type PipelineSource = ConnectionSource | CodeCommitSource;

/** A repository that AWS reads through CodeConnections. */
export interface ConnectionSource {
  /** Who hosts it. */
  readonly type: "github" | "gitlab" | "bitbucket";
  /** `owner/name`; on GitLab with all groups. A service can have one of its own. */
  readonly repository: string;
  /** The branch that a run by hand deploys. @default "main" */
  readonly branch?: string;
  /**
   * The ARN of an existing connection. A new one is PENDING until somebody confirms it in the console: AWS allows no other way.
   * @default a new connection
   * @see https://docs.aws.amazon.com/dtconsole/latest/userguide/connections-update.html
   */
  readonly connectionArn?: string;
}

/** A repository in CodeCommit of this account and region. */
export interface CodeCommitSource {
  /** Selects CodeCommit. */
  readonly type: "codecommit";
  /** The repository's name. The repository must exist. */
  readonly repository: string;
  /** The branch that is deployed. @default "main" */
  readonly branch?: string;
}

/** CodePipeline's triggers. One filter that matches is enough. */
export interface PipelineTriggers {
  /** Pushes of branches or of tags, at most 3. @default none */
  readonly push?: readonly PushFilter[];
  /** Pull requests, at most 3. @default none */
  readonly pullRequest?: readonly PullRequestFilter[];
}

/** A push starts the pipeline if it matches all of these. A filter has tags, or branches and file paths. */
export interface PushFilter {
  /** The branches. @default all */
  readonly branches?: Patterns;
  /** The changed files. @default all */
  readonly filePaths?: Patterns;
  /** The tags. @default none: pushes of branches */
  readonly tags?: Patterns;
}

/**
 * A pull request starts the pipeline if it matches all of these. The pipeline deploys the newest commit of the branch that the pull request
 * comes from, not the merge. To deploy what is merged, use `push`.
 */
export interface PullRequestFilter {
  /** Its events. A merge is also `CLOSED`. @default all */
  readonly events?: readonly PullRequestEvent[];
  /** The branches that it merges into. */
  readonly branches: Patterns;
  /** The changed files. @default all */
  readonly filePaths?: Patterns;
}

/**
 * Glob patterns, at most 8 in each list: `release/**`. `excludes` has priority.
 * @see https://docs.aws.amazon.com/codepipeline/latest/userguide/syntax-glob.html
 */
export interface Patterns {
  /** What matches. @default everything that is not excluded */
  readonly includes?: readonly string[];
  /** What does not match. @default nothing */
  readonly excludes?: readonly string[];
}

/** An event of a pull request. */
export type PullRequestEvent = "OPEN" | "UPDATED" | "CLOSED";
export const pullRequestEvents = [
  "OPEN",
  "UPDATED",
  "CLOSED",
] as const satisfies readonly PullRequestEvent[];

/** The size of a build's machine. */
export type ComputeType =
  | "BUILD_GENERAL1_SMALL"
  | "BUILD_GENERAL1_MEDIUM"
  | "BUILD_GENERAL1_LARGE"
  | "BUILD_GENERAL1_XLARGE"
  | "BUILD_GENERAL1_2XLARGE";
export const computeTypes = [
  "BUILD_GENERAL1_SMALL",
  "BUILD_GENERAL1_MEDIUM",
  "BUILD_GENERAL1_LARGE",
  "BUILD_GENERAL1_XLARGE",
  "BUILD_GENERAL1_2XLARGE",
] as const satisfies readonly ComputeType[];

export const codePipelineDefaults = {
  branch: "main",
  computeType: "BUILD_GENERAL1_SMALL",
  artifactRetentionInDays: 30,
  logRetentionInDays: 30,
} as const;

/** Minutes that the ECS action waits at most: https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-ECS.html */
export const longestDeployment = 60;

/** The branch of the source. */
export function branchOf({ branch = codePipelineDefaults.branch }: PipelineSource): string {
  return branch;
}
