export type { Limits } from "./ask";
export { type FindRepositoriesArgs, findRepositories } from "./find";
export { checkRepositoryName, type Found, type GitHubRepository } from "./repository";
export { checkServer } from "./server";
