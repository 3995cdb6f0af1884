/**
 * The repository's side: identity provider, deploy role, environment, secrets, workflows, previews in pull requests.
 * @module
 */
export { ActionsSettings, type ActionsSettingsArgs } from "./actions-settings";
export type {
  CommitAuthor,
  CommitDelivery,
  Delivery,
  MergedProposal,
  PullRequestDelivery,
} from "./delivery";
export { DeployRole, type DeployRoleArgs } from "./deploy-role";
export { DeployWorkflow, type DeployWorkflowArgs } from "./deploy-workflow";
export { GitHubDeployment, type GitHubDeploymentArgs } from "./deployment";
export { GitHubEnvironment, type GitHubEnvironmentArgs } from "./environment";
export { FrontendDeployment, type FrontendDeploymentArgs } from "./frontend/deployment";
export { type IdentifiedRepository, identify } from "./identity";
export {
  type FindRepositoriesArgs,
  type Found,
  type FoundFile,
  findRepositories,
  type GitHubRepository,
  type Limits,
} from "./lookup";
export { GitHubOidc, type GitHubOidcArgs } from "./oidc";
export type { OldVariables } from "./old-settings";
export * from "./previews";
export {
  type FindPromotionsArgs,
  findPromotions,
  type PromoteArgs,
  type Promotion,
} from "./promotion";
export type { EnvironmentProtection, EnvironmentSettings, Reviewers } from "./protection";
export { githubProvider } from "./provider";
export { ReleaseScript, type ReleaseScriptArgs } from "./release-script";
export type { ServiceRepository } from "./service-repository";
export { roleSecretName, type SettingsPlace, type SettingsScope } from "./settings";
export type { SubjectKey } from "./subject";
export type { BuildArgs, TestArgs, Timeouts, WorkflowArgs } from "./workflow/args";
export { cacheTag } from "./workflow/build-steps";
export type { NamesVariable, WorkflowNameInputs, WorkflowNames } from "./workflow/names";
export type { Notification, WorkflowNotification } from "./workflow/notification";
export { renderWorkflow } from "./workflow/render";
export type {
  CallTrigger,
  DispatchTrigger,
  GitRef,
  PullRequestTrigger,
  PushTrigger,
  ScheduleTrigger,
  TagTrigger,
  Trigger,
  Triggers,
  WorkflowRunTrigger,
} from "./workflow/trigger";
