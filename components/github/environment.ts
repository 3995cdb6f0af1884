import * as github from "@pulumi/github";
import * as pulumi from "@pulumi/pulumi";
import type { Cluster } from "../cluster";
import { locationOf } from "../shared/arn";
import { refuse } from "../shared/errors";
import { ActionsSettings } from "./actions-settings";
import type { GitHubRepository } from "./lookup";
import { type OldVariables, oldStackNames, oldVariables } from "./old-settings";
import {
  checkProtection,
  type EnvironmentProtection,
  type EnvironmentSettings,
  planProtection,
} from "./protection";
import { refuseTo } from "./refuse";
import type { SettingsPlace, SettingsScope } from "./settings";
import { checkBranch, type Trigger } from "./workflow/args";

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
   * An object makes the environment, with these rules, and stops where there is one that this stack did not make. `adopt` uses one
   * that exists, and only the trigger's branch may deploy to it already: nothing of it is changed but the stack's own secrets, and
   * a destroy leaves it.
   * @default {}: a new environment without further rules
   */
  readonly environment?: EnvironmentSettings;
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
      ...checkProtection(args.environment, "args.environment"),
    ]);
    super("slipway:github:GitHubEnvironment", name, {}, opts);
    this.repository = args.repository;
    this.stack = args.stack;
    this.trigger = args.trigger;
    this.settings = args.settings ?? "environment";
    this.environment =
      this.settings === "environment" ? this.useEnvironment(name, args.environment) : undefined;

    this.region = args.cluster.arn.apply((arn) => locationOf(arn).region);
    this.oldVariables = args.repository.found?.variables ?? {};

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

  private useEnvironment(name: string, settings: EnvironmentSettings = {}): pulumi.Output<string> {
    return settings === "adopt"
      ? this.adoptEnvironment(name)
      : this.createEnvironment(name, settings);
  }

  /** Reads, not resources: what this stack has made until now leaves its state and stays on GitHub. */
  private adoptEnvironment(name: string): pulumi.Output<string> {
    const { repository, stack } = this;
    const id = `${repository.name}:${stack}`;
    const parent = { parent: this };
    const environment = github.RepositoryEnvironment.get(name, id, undefined, parent);
    const policy = repository.found?.branchPolicy;
    if (policy !== undefined) {
      const policyId = `${id}:${policy}`;
      github.RepositoryEnvironmentDeploymentPolicy.get(name, policyId, undefined, parent);
    }
    return environment.id.apply(() => stack);
  }

  private createEnvironment(
    name: string,
    protection: EnvironmentProtection,
  ): pulumi.Output<string> {
    const { found } = this.repository;
    const { inputs, ignoreChanges } = planProtection(protection);
    const environment = new github.RepositoryEnvironment(
      name,
      {
        repository: this.repository.name,
        environment: this.stack,
        deploymentBranchPolicy: { protectedBranches: false, customBranchPolicies: true },
        ...inputs,
      },
      {
        parent: this,
        ignoreChanges,
        ...refuseTo(["beforeCreate"], `${name}-environment`, found?.environment && this.taken()),
      },
    );
    // The deploy role trusts the same branch alone; this rule keeps the others from the environment's secret, too.
    new github.RepositoryEnvironmentDeploymentPolicy(
      name,
      {
        repository: this.repository.name,
        environment: environment.environment,
        branchPattern: this.trigger.branch,
      },
      {
        parent: this,
        ...refuseTo(
          ["beforeCreate"],
          `${name}-branch-policy`,
          found?.branchPolicy !== undefined && this.taken(),
        ),
      },
    );
    return environment.environment;
  }

  private taken(): string {
    const { owner, name } = this.repository;
    return [
      `the environment ${this.stack} of ${owner}/${name} exists, and this stack did not make it: nothing of it was changed.`,
      "To use it as it is, with its reviewers and secrets: github.environment: adopt. Else rename the stack, or delete the environment.",
      'If an update of this stack made it and was interrupted, README says under "When a deployment fails" how it goes on.',
    ].join("\n");
  }
}
