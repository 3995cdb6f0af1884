export { ActionsSettings, type ActionsSettingsArgs } from "./actions-settings";
export { DeployRole, type DeployRoleArgs } from "./deploy-role";
export { DeployWorkflow, type DeployWorkflowArgs } from "./deploy-workflow";
export { GitHubDeployment, type GitHubDeploymentArgs } from "./deployment";
export { GitHubEnvironment, type GitHubEnvironmentArgs } from "./environment";
export { type IdentifiedRepository, identify } from "./identity";
export { GitHubOidc, type GitHubOidcArgs } from "./oidc";
export { findOldVariables, type OldVariables } from "./old-settings";
export type { EnvironmentProtection, Reviewers } from "./protection";
export { githubProvider } from "./provider";
export { findRepositories, type GitHubRepository } from "./repository";
export { roleSecretName, type SettingsPlace, type SettingsScope } from "./settings";
export {
  type BuildArgs,
  type PushTrigger,
  renderWorkflow,
  type Trigger,
  type WorkflowArgs,
} from "./workflow";
export type { WorkflowNameInputs, WorkflowNames } from "./workflow-names";
