import * as github from "@pulumi/github";
import * as pulumi from "@pulumi/pulumi";
import type { GitHubRepository } from "./lookup";

/** The arguments of {@link ActionsSettings}. */
export interface ActionsSettingsArgs {
  /** The repository that gets the settings. */
  readonly repository: GitHubRepository;
  /** The environment for the settings. @default none: the settings belong to the repository */
  readonly environment?: pulumi.Output<string> | undefined;
  /** Values by name. @default none */
  readonly secrets?: Readonly<Record<string, pulumi.Input<string>>>;
  /** Values by name. @default none */
  readonly variables?: Readonly<Record<string, pulumi.Input<string>>>;
}

/** Secrets and variables for workflows, in an environment or in a repository. Cost: free. */
export class ActionsSettings extends pulumi.ComponentResource {
  constructor(name: string, args: ActionsSettingsArgs, opts?: pulumi.ComponentResourceOptions) {
    super("slipway:github:ActionsSettings", name, {}, opts);
    const { environment } = args;
    const repository = args.repository.name;
    const parent = { parent: this };

    for (const [secretName, value] of Object.entries(args.secrets ?? {})) {
      const child = `${name}-${secretName}`;
      if (environment) {
        const secret = { repository, environment, secretName, value };
        new github.ActionsEnvironmentSecret(child, secret, parent);
      } else {
        new github.ActionsSecret(child, { repository, secretName, value }, parent);
      }
    }
    for (const [variableName, value] of Object.entries(args.variables ?? {})) {
      const child = `${name}-${variableName}`;
      if (environment) {
        const variable = { repository, environment, variableName, value };
        new github.ActionsEnvironmentVariable(child, variable, parent);
      } else {
        new github.ActionsVariable(child, { repository, variableName, value }, parent);
      }
    }
    this.registerOutputs();
  }
}
