import * as pulumi from "@pulumi/pulumi";
import { ConfigurationError, refuse } from "../../errors";
import type { EnvironmentSettings } from "../protection";
import type { SettingsScope } from "../settings";
import { noteRegistrations } from "../settled";
import type { Trigger } from "../workflow";
import { asker, type Limits } from "./ask";
import { leave } from "./leave";
import { look } from "./look";
import type { GitHubRepository } from "./repository";
import { checkServer } from "./server";

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

/**
 * Looks the services' repositories up, and makes sure before anything is created that all of the GitHub side can be made: that
 * the token may do it, that the branches exist and take the commit of the workflow file, and that no file and no environment
 * is somebody else's. What only matters where the update is going to create is left to `refuseTo`.
 *
 * @throws ConfigurationError with all that is in the way, for all repositories at once
 */
export async function findRepositories(
  args: FindRepositoriesArgs,
  opts?: pulumi.InvokeOptions,
  limits?: Limits,
): Promise<Map<string, GitHubRepository>> {
  const subject = "The access to GitHub";
  refuse(subject, checkServer());
  let late = false;
  const ask = asker(opts, limits, () => {
    late = true;
  });
  const author = { project: pulumi.getProject(), stack: args.stack ?? pulumi.getStack() };
  const wanted = { workflow: "create", ...args, ...author } as const;
  const byRepository = new Map<string, string[]>();
  for (const { name, repository = args.repository } of args.services) {
    byRepository.set(repository, [...(byRepository.get(repository) ?? []), name]);
  }
  const found = await Promise.all(
    [...byRepository].map(([fullName, services]) => look(ask, wanted, fullName, services)),
  );
  const problems = found.flatMap((one) => one.problems);
  const unique = [...new Map(problems.map((p) => [JSON.stringify(p), p])).values()];
  if (late) {
    await leave(new ConfigurationError(subject, unique));
  }
  refuse(subject, unique);
  noteRegistrations();
  return new Map(
    found.flatMap(({ fullName, repository }) =>
      repository ? [[fullName, repository] as const] : [],
    ),
  );
}
