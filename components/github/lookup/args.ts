import type { Delivery } from "../delivery";
import type { EnvironmentSettings } from "../protection";
import type { ServiceRepository } from "../service-repository";
import type { SettingsScope } from "../settings";
import type { Author } from "../workflow/header";
import type { Triggers } from "../workflow/trigger";

/** The repositories of a stack, and what {@link findRepositories} checks there. */
export interface FindRepositoriesArgs {
  /** `owner/name`: the repository of every service without its own `repository`. */
  readonly repository: string;
  /** The services of the stack. */
  readonly services: readonly ServiceRepository[];
  /**
   * The events that start a deployment: one, or a list. Only their branches and tags may deploy.
   * @see https://docs.github.com/en/actions/reference/workflows-and-actions/events-that-trigger-workflows
   */
  readonly trigger: Triggers;
  /**
   * The stack, which is part of the names of the environment and of the workflow files.
   * @default the Pulumi stack's name
   */
  readonly stack?: string;
  /**
   * Where secrets and variables are stored: in an environment, or in the repository with the stack in each name.
   * Environments of private repositories need a paid GitHub plan.
   * @default "environment"
   * @see https://docs.github.com/en/actions/reference/workflows-and-actions/deployments-and-environments
   */
  readonly settings?: SettingsScope;
  /** The rules of a new environment, or `adopt` to use an existing one. @default none: a new environment without further rules */
  readonly environment?: EnvironmentSettings;
  /** Whether to keep or `remove` the variables that earlier workflow files of the stack read. @default "keep" */
  readonly oldSettings?: "keep" | "remove";
  /**
   * Whether the stack imports its objects after its state was lost. An existing environment is then the stack's own.
   * @default false
   */
  readonly keepNames?: boolean;
  /**
   * Whether to overwrite a workflow file that another stack or a person wrote. With `create`, the update fails instead.
   * @default "create"
   */
  readonly workflow?: "create" | "overwrite";
  /** How the workflow files get into the repository. @default a commit to each branch */
  readonly delivery?: Delivery;
}

/** The arguments, with the project and the stack. */
export type Wanted = FindRepositoriesArgs &
  Author &
  Required<Pick<FindRepositoriesArgs, "workflow">>;
