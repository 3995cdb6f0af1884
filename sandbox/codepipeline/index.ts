/** The sandbox's CodePipeline and CodeBuild: they execute the pipelines that an update created. */
export type { Approval } from "./action-run";
export { confirmConnections } from "./connections";
export { type RunOptions, runChange, runPipeline } from "./run";
export type { RecordedExecution } from "./run-log";
export type { Change } from "./triggers";
export type { Place } from "./world";
