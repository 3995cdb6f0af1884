/**
 * Releases through AWS CodePipeline and CodeBuild.
 * @module
 */
export { Pipelines, type PipelinesArgs } from "./pipelines";
export { ServicePipeline, type ServicePipelineArgs } from "./service-pipeline";
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
