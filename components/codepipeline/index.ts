/**
 * Releases through AWS CodePipeline and CodeBuild.
 * @module
 */
export type { ServicePipelineArgs } from "./args";
export { Pipelines, type PipelinesArgs } from "./pipelines";
export { ServicePipeline } from "./service-pipeline";
export type {
  CodeCommitSource,
  CodePipelineSettings,
  ComputeType,
  ConnectionSource,
  Patterns,
  PipelineSource,
  PipelineTriggers,
  PullRequestEvent,
  PullRequestFilter,
  PushFilter,
} from "./settings";
