import * as github from "@pulumi/github";
import * as pulumi from "@pulumi/pulumi";
import { locationOf } from "../arn";
import type { Cluster } from "../cluster";
import { refuse } from "../errors";
import { ActionsSettings } from "./actions-settings";
import { type OldVariables, oldStackNames, oldVariables } from "./old-settings";
import { checkProtection, type EnvironmentProtection, planProtection } from "./protection";
import type { GitHubRepository } from "./repository";
import type { SettingsPlace, SettingsScope } from "./settings";
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
  /**
   * Reviewers, a timer and the like.
   * @default what the environment has
   */
  readonly protection?: EnvironmentProtection;
  /**
   * The variables that exist, from `findOldVariables`. Those that earlier workflow files of this stack read are kept.
   * @default none: the update deletes them
   */
  readonly oldVariables?: OldVariables;
}

/**
 * The place in a repository from which one stack is deployed: a GitHub environment into which only the trigger's branch
 * deploys.
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
  /** The AWS region of the stack. */
  readonly region: pulumi.Output<string>;
  readonly oldVariables: OldVariables;

  constructor(name: string, args: GitHubEnvironmentArgs, opts?: pulumi.ComponentResourceOptions) {
    refuse(`GitHubEnvironment "${name}"`, [
      ...checkBranch(args.trigger.branch, "args.trigger.branch"),
      ...checkProtection(args.protection ?? {}, "args.protection"),
    ]);
    super("slipway:github:GitHubEnvironment", name, {}, opts);
    this.repository = args.repository;
    this.stack = args.stack;
    this.trigger = args.trigger;
    this.settings = args.settings ?? "environment";
    this.environment =
      this.settings === "environment" ? this.createEnvironment(name, args) : undefined;

    this.region = args.cluster.arn.apply((arn) => locationOf(arn).region);
    this.oldVariables = args.oldVariables ?? new Map();

    const names = { region: this.region, cluster: args.cluster.clusterName };
    const variables = oldVariables(oldStackNames(this.place, this.oldVariables), names);
    if (Object.keys(variables).length > 0) {
      const { repository, environment } = this;
      void pulumi.log.warn(
        `${repository.owner}/${repository.name} still has the variables that earlier workflow files of ${this.stack} read. ` +
          "When nobody runs the workflow of an older commit any more, set github.oldSettings to remove.",
        this,
      );
      new ActionsSettings(name, { repository, environment, variables }, { parent: this });
    }
    this.registerOutputs({ environment: this.environment });
  }

  /** What decides the names of settings. */
  get place(): SettingsPlace {
    return { stack: this.stack, scope: this.settings };
  }

  private createEnvironment(name: string, args: GitHubEnvironmentArgs): pulumi.Output<string> {
    const { inputs, ignoreChanges } = planProtection(args.protection);
    const environment = new github.RepositoryEnvironment(
      name,
      {
        repository: this.repository.name,
        environment: this.stack,
        deploymentBranchPolicy: { protectedBranches: false, customBranchPolicies: true },
        ...inputs,
      },
      { parent: this, ignoreChanges },
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
