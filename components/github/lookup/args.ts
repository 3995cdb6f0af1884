import type { EnvironmentSettings } from "../protection";
import type { SettingsScope } from "../settings";
import type { Trigger } from "../workflow/args";
import type { Author } from "../workflow/header";

export interface FindRepositoriesArgs {
  /** `owner/name`: the repository of every service that names none. */
  readonly repository: string;
  readonly services: readonly { readonly name: string; readonly repository?: string | undefined }[];
  readonly trigger: Trigger;
  /**
   * The name of the environment, and in the names of the workflow files.
   * @default the Pulumi stack's name
   */
  readonly stack?: string;
  /** @default "environment" */
  readonly settings?: SettingsScope;
  /** `adopt`: the environment exists, and somebody else made it. @default {}: the stack makes it */
  readonly environment?: EnvironmentSettings;
  /** The variables that earlier workflow files of the stack read: `remove` deletes them. @default "keep" */
  readonly oldSettings?: "keep" | "remove";
  /** The stack imports what exists, after its state was lost: an environment that exists is its own. @default false */
  readonly keepNames?: boolean;
  /** What becomes of a workflow file that another stack or somebody else wrote. @default "create": it stays, and the update stops. */
  readonly workflow?: "create" | "overwrite";
}

/** The arguments with what the stack says. */
export type Wanted = FindRepositoriesArgs &
  Author &
  Required<Pick<FindRepositoriesArgs, "workflow">>;
