export { type FindProgramRepositoryArgs, findProgramRepository } from "./find";
export { PreviewWorkflow, type PreviewWorkflowArgs } from "./preview-workflow";
export { type PreviewFilesArgs, renderPreviewWorkflow, renderUpdateWorkflow } from "./render";
export { PreviewRole, type PreviewRoleArgs, UpdateRole, type UpdateRoleArgs } from "./roles";
export type {
  Backend,
  PreviewedStack,
  PreviewSettings,
  PulumiCloudBackend,
  S3Backend,
  UpdateRoleSettings,
  UpdateSettings,
} from "./settings";
