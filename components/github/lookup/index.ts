export type { FindRepositoriesArgs } from "./args";
export type { Limits } from "./ask";
export { policyName } from "./environment";
export { findRepositories } from "./find";
export {
  checkRepositoryName,
  type Found,
  type FoundFile,
  type GitHubRepository,
} from "./repository";
export { checkServer } from "./server";
