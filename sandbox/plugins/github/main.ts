/** The plugin's main file. */
import { version } from "@pulumi/github/package.json";
import { serve } from "../kit/rpc";
import { deploymentPolicy, repositoryEnvironment } from "./environments";
import { GitHubProvider } from "./provider";
import { repositoryFile } from "./repository-file";
import {
  actionsEnvironmentSecret,
  actionsEnvironmentVariable,
  actionsSecret,
  actionsVariable,
} from "./values";

serve(
  new GitHubProvider(version, [
    ...[repositoryEnvironment, deploymentPolicy, repositoryFile],
    ...[actionsSecret, actionsVariable, actionsEnvironmentSecret, actionsEnvironmentVariable],
  ]),
);
