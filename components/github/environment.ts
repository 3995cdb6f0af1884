import * as github from "@pulumi/github";
import * as pulumi from "@pulumi/pulumi";
import type { Cluster } from "../cluster";
import { locationOf } from "../shared/arn";
import { refuse } from "../shared/errors";
import { ActionsSettings } from "./actions-settings";
import { checkDelivery, type Delivery } from "./delivery";
import { type GitHubRepository, policyName } from "./lookup";
import { createEnvironment, policyLogicalName } from "./new-environment";
import { type OldVariables, oldStackNames, oldVariables } from "./old-settings";
import {
  checkProtection,
  type EnvironmentProtection,
  type EnvironmentSettings,
} from "./protection";
import { ReleaseScript } from "./release-script";
import { type SettingsPlace, type SettingsScope, slackSecretName } from "./settings";
import { checkNotification } from "./workflow/check-notification";
import { checkTriggers } from "./workflow/check-triggers";
import type { Notification, WorkflowNotification } from "./workflow/notification";
import { type GitRef, refsOf, type Triggers } from "./workflow/trigger";

/** The arguments of a {@link GitHubEnvironment}. */
export interface GitHubEnvironmentArgs {
  /** The repository that deploys services of the stack. */
  readonly repository: GitHubRepository;
  /** The stack. It is also the environment's name. */
  readonly stack: string;
  /** The cluster of the stack's services. */
  readonly cluster: Cluster;
  /**
   * The events that start a deployment. Only their branches and tags may deploy.
   * @see https://docs.github.com/en/actions/reference/workflows-and-actions/events-that-trigger-workflows
   */
  readonly trigger: Triggers;
  /**
   * Where secrets and variables are stored: in an environment, or in the repository with the stack in each name.
   * Environments of private repositories need a paid GitHub plan.
   * @default "environment"
   * @see https://docs.github.com/en/actions/reference/workflows-and-actions/deployments-and-environments
   */
  readonly settings?: SettingsScope;
  /**
   * An object creates the environment with these rules; the update fails if an environment exists that this stack did not
   * create. `adopt` uses an existing environment, which must already allow only the triggers' branches and tags to deploy.
   * Then the update changes only the stack's own secrets, and a destroy does not delete the environment.
   * @default none: a new environment without further rules
   */
  readonly environment?: EnvironmentSettings;
  /** How the workflow files and their script get into the repository. @default a commit to each branch */
  readonly delivery?: Delivery;
  /** A message in Slack at the end of each run. @default none */
  readonly notify?: Notification;
  /** The incoming webhook for `notify`, which becomes a secret on GitHub. @default the secret that `notify` names */
  readonly slackWebhook?: pulumi.Input<string>;
}

/**
 * What all services of a stack share in a repository: a GitHub environment to which only the triggers' branches and tags can deploy, and
 * the script of their workflows.
 *
 * Cost: free for public repositories; private ones need a paid plan, or `settings: "repository"`.
 */
export class GitHubEnvironment extends pulumi.ComponentResource {
  /** The repository. */
  readonly repository: GitHubRepository;
  /** The stack, which is also the environment's name. */
  readonly stack: string;
  /** The events that start a deployment. */
  readonly trigger: Triggers;
  /** Where secrets and variables are stored. */
  readonly settings: SettingsScope;
  /** How files get into the repository. */
  readonly delivery: Delivery;
  /** The environment's name; resolves once it exists. Undefined if the settings belong to the repository. */
  readonly environment: pulumi.Output<string> | undefined;
  /** The AWS region of the stack. */
  readonly region: pulumi.Output<string>;
  /** The script that the workflows of the stack's services run: `.github/slipway/release-<stack>.sh` */
  readonly script: string;
  /** The variables that earlier workflow files read. */
  readonly oldVariables: OldVariables;
  /** What is reported, and the name of the secret with the webhook. Undefined if nothing is. */
  readonly notification: Pick<WorkflowNotification, "when" | "secret"> | undefined;

  constructor(name: string, args: GitHubEnvironmentArgs, opts?: pulumi.ComponentResourceOptions) {
    refuse(`GitHubEnvironment "${name}"`, [
      ...checkTriggers(args.trigger, "args.trigger"),
      ...checkProtection(args.environment, "args.environment"),
      ...checkDelivery(args.delivery, "args.delivery"),
      ...checkNotification(args.notify, "args.notify"),
    ]);
    super("slipway:github:GitHubEnvironment", name, {}, opts);
    this.repository = args.repository;
    this.stack = args.stack;
    this.trigger = args.trigger;
    this.settings = args.settings ?? "environment";
    this.delivery = args.delivery ?? { type: "commit" };
    this.environment =
      this.settings === "environment" ? this.useEnvironment(name, args.environment) : undefined;

    this.region = args.cluster.arn.apply((arn) => locationOf(arn).region);
    this.oldVariables = args.repository.found?.variables ?? {};

    const names = { region: this.region, cluster: args.cluster.clusterName };
    const variables = oldVariables(oldStackNames(this.place, this.oldVariables), names);
    if (Object.keys(variables).length > 0) {
      const { repository, environment } = this;
      void pulumi.log.warn(
        `${repository.owner}/${repository.name} still has variables for earlier workflow files of ${this.stack}. ` +
          "When nobody runs workflows of older commits any more, set github.oldSettings: remove.",
        this,
      );
      new ActionsSettings(name, { repository, environment, variables }, { parent: this });
    }
    this.script = new ReleaseScript(
      name,
      { ...args, project: pulumi.getProject() },
      { parent: this },
    ).file;
    this.notification = this.useNotification(name, args);
    this.registerOutputs({ environment: this.environment });
  }

  private useNotification(
    name: string,
    { notify, slackWebhook }: GitHubEnvironmentArgs,
  ): GitHubEnvironment["notification"] {
    if (!notify) {
      return undefined;
    }
    const { when = "failure", secret = slackSecretName(this.place) } = notify;
    if (slackWebhook !== undefined) {
      const { repository, environment } = this;
      const secrets = { [secret]: pulumi.secret(slackWebhook) };
      new ActionsSettings(`${name}-slack`, { repository, environment, secrets }, { parent: this });
    }
    return { when, secret };
  }

  /** The values that decide the names of settings. */
  get place(): SettingsPlace {
    return { stack: this.stack, scope: this.settings };
  }

  private useEnvironment(name: string, settings: EnvironmentSettings = {}): pulumi.Output<string> {
    return settings === "adopt"
      ? this.adoptEnvironment(name)
      : this.createEnvironment(name, settings);
  }

  /** Only reads the objects. If this stack created them before, they leave its state but stay on GitHub. */
  private adoptEnvironment(name: string): pulumi.Output<string> {
    const { repository, stack } = this;
    const id = `${repository.name}:${stack}`;
    const parent = { parent: this };
    const environment = github.RepositoryEnvironment.get(name, id, undefined, parent);
    this.refs.forEach((ref, i) => {
      const policy = repository.found?.policies[policyName(ref)];
      if (policy !== undefined) {
        const policyId = `${id}:${policy}`;
        github.RepositoryEnvironmentDeploymentPolicy.get(
          policyLogicalName(name, ref, i),
          policyId,
          undefined,
          parent,
        );
      }
    });
    return environment.id.apply(() => stack);
  }

  /** Creates the environment. The deploy role trusts the same branches and tags, and no others. */
  private createEnvironment(
    name: string,
    protection: EnvironmentProtection,
  ): pulumi.Output<string> {
    const { repository, stack, refs } = this;
    const { environment } = createEnvironment(
      name,
      {
        ...{ repository, protection, refs, environment: stack },
        exists: repository.found?.environment === true,
        foreignMessage: this.foreignMessage(),
      },
      this,
    );
    return environment.environment;
  }

  private get refs(): GitRef[] {
    return refsOf(this.trigger, this.repository.defaultBranch);
  }

  /** The error if the environment exists but is not in the stack's state. */
  private foreignMessage(): string {
    const { owner, name } = this.repository;
    return [
      `the environment ${this.stack} of ${owner}/${name} exists, and this stack did not create it. It was not changed.`,
      "To use it with its reviewers and secrets, set github.environment: adopt. Otherwise rename the stack, or delete the environment.",
      'If an interrupted update of this stack created it, see "When a deployment fails" in README.md.',
    ].join("\n");
  }
}
