/** Every type of the plugin. */
import { branch, pullRequest } from "./branch";
import { deploymentPolicy, repositoryEnvironment } from "./environments";
import { repositoryFile } from "./repository-file";
import {
  actionsEnvironmentSecret,
  actionsEnvironmentVariable,
  actionsSecret,
  actionsVariable,
} from "./values";

export const resources = [
  ...[repositoryEnvironment, deploymentPolicy, repositoryFile, branch, pullRequest],
  ...[actionsSecret, actionsVariable, actionsEnvironmentSecret, actionsEnvironmentVariable],
];
