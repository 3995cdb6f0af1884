/** Every type of the plugin. */
import { deploymentPolicy, repositoryEnvironment } from "./environments";
import { repositoryFile } from "./repository-file";
import {
  actionsEnvironmentSecret,
  actionsEnvironmentVariable,
  actionsSecret,
  actionsVariable,
} from "./values";

export const resources = [
  ...[repositoryEnvironment, deploymentPolicy, repositoryFile],
  ...[actionsSecret, actionsVariable, actionsEnvironmentSecret, actionsEnvironmentVariable],
];
