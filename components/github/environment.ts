import * as github from "@pulumi/github";
import * as pulumi from "@pulumi/pulumi";
import { locationOf } from "../arn";
import type { Cluster } from "../cluster";
import { refuse } from "../errors";
import { ActionsSettings } from "./actions-settings";
import type { GitHubRepository } from "./repository";
import { type SettingsScope, settingNames } from "./settings";
import { checkBranch, type Trigger } from "./workflow";

export interface GitHubEnvironmentArgs {
  readonly repository: GitHubRepository;
  /** The stack, which names the environment. */
  readonly stack: string;
  readonly cluster: Cluster;
  /** What starts a deployment: its branch is the only one that may deploy. */
  readonly trigger: Trigger;
  /**
   * Where secrets and variables go: an environment of their own, or the repository, with the stack in each name.
   * Environments of private repositories need a paid plan of GitHub.
   * @default "environment"
   */
  readonly settings?: SettingsScope;
}

/**
 * The place in a repository from which one stack is deployed: a GitHub environment into which only the trigger's branch
 * deploys, with the variables that all services of the stack share.
 *
 * Cost: free for public repositories; private ones need a paid plan, or `settings: "repository"`.
 */
export class GitHubEnvironment extends pulumi.ComponentResource {
  readonly repository: GitHubRepository;
  readonly stack: string;
  readonly trigger: Trigger;
  readonly settings: SettingsScope;
  /** The environment's name, known once it exists; nothing if the repository holds the settings. */
  readonly environment: pulumi.Output<string> | undefined;

  constructor(name: string, args: GitHubEnvironmentArgs, opts?: pulumi.ComponentResourceOptions) {
    refuse(`GitHubEnvironment "${name}"`, checkBranch(args.trigger.branch, "args.trigger.branch"));
    super("slipway:github:GitHubEnvironment", name, {}, opts);
    this.repository = args.repository;
    this.stack = args.stack;
    this.trigger = args.trigger;
    this.settings = args.settings ?? "environment";
    this.environment = this.settings === "environment" ? this.createEnvironment(name) : undefined;

    const names = settingNames({ ...this.scope(), service: "", shared: false });
    new ActionsSettings(
      name,
      {
        repository: this.repository,
        environment: this.environment,
        variables: {
          [names.region]: args.cluster.arn.apply((arn) => locationOf(arn).region),
          [names.cluster]: args.cluster.clusterName,
        },
      },
      { parent: this },
    );
    this.registerOutputs({ environment: this.environment });
  }

  /** What decides the names of settings. */
  scope() {
    return { stack: this.stack, scope: this.settings };
  }

  private createEnvironment(name: string): pulumi.Output<string> {
    const environment = new github.RepositoryEnvironment(
      name,
      {
        repository: this.repository.name,
        environment: this.stack,
        deploymentBranchPolicy: { protectedBranches: false, customBranchPolicies: true },
      },
      { parent: this },
    );
    // A token of the environment does not tell its branch to AWS, so this rule holds the branch.
    new github.RepositoryEnvironmentDeploymentPolicy(
      name,
      {
        repository: this.repository.name,
        environment: environment.environment,
        branchPattern: this.trigger.branch,
      },
      { parent: this },
    );
    return environment.environment;
  }
}
