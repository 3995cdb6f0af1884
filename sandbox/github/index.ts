/** The sandbox's GitHub: repositories with settings on disk, and workflows that run. */
export type { PullRequest, WorkflowEvent } from "./event";
export { mergePullRequest, openPullRequest, updatePullRequest } from "./pull-requests";
export { renameRepository } from "./renames";
export * from "./repositories";
export type { RunWorkflowsOptions } from "./run";
export { newestRuns, type RecordedRun } from "./run-log";
export type { Environment, RepositorySettings } from "./settings";
export * from "./tokens";
export * from "./workflows";
