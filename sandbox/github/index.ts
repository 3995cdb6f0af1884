/** The sandbox's GitHub: repositories with settings on disk, and workflows that run. */
export { renameRepository } from "./renames";
export * from "./repositories";
export type { WorkflowEvent } from "./run";
export type { Environment, RepositorySettings } from "./settings";
export * from "./tokens";
export * from "./workflows";
