import * as pulumi from "@pulumi/pulumi";
import { ConfigurationError, refuse } from "../../shared/errors";
import { noteRegistrations } from "../settled";
import type { FindRepositoriesArgs } from "./args";
import { asker, type Limits } from "./ask";
import { leave } from "./leave";
import { look } from "./look";
import type { GitHubRepository } from "./repository";
import { checkServer } from "./server";

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
