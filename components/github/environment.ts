import * as github from "@pulumi/github";
import * as pulumi from "@pulumi/pulumi";
import { locationOf } from "../arn";
import type { Cluster } from "../cluster";
import { refuse } from "../errors";
import { ActionsSettings } from "./actions-settings";
import type { GitHubRepository } from "./lookup";
import { refuseTo } from "./refuse";
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
  /**
   * `create` makes the environment, and stops where there is one that this stack did not make. `adopt` uses one that exists, and
   * only the trigger's branch may deploy to it already: nothing of it is changed but the stack's own secret, and a destroy leaves it.
   * @default "create"
   */
  readonly environment?: "create" | "adopt";
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
    this.environment =
      this.settings === "environment"
        ? args.environment === "adopt"
          ? this.adoptEnvironment(name)
          : this.createEnvironment(name)
        : undefined;

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

  private createEnvironment(name: string): pulumi.Output<string> {
    const { found } = this.repository;
    const environment = new github.RepositoryEnvironment(
      name,
      {
        repository: this.repository.name,
        environment: this.stack,
        deploymentBranchPolicy: { protectedBranches: false, customBranchPolicies: true },
      },
      {
        parent: this,
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
