import * as pulumi from "@pulumi/pulumi";
import { ConfigurationError, refuse } from "../../shared/errors";
import { trackRegistrations } from "../registrations";
import type { FindRepositoriesArgs } from "./args";
import { asker, type Limits } from "./ask";
import { exitWithError } from "./exit-with-error";
import { look } from "./look";
import type { GitHubRepository } from "./repository";
import { checkServer } from "./server";

/**
 * Looks up the services' repositories. Checks, before anything is created, that Slipway can create its objects on GitHub: that
 * the token has the permissions, that the branches exist and accept a commit of the workflow file, and that existing workflow
 * files and environments belong to this stack. `refuseTo` handles problems that matter only if the update creates an object.
 *
 * @throws ConfigurationError with all problems of all repositories
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
    await exitWithError(new ConfigurationError(subject, unique));
  }
  refuse(subject, unique);
  trackRegistrations();
  return new Map(
    found.flatMap(({ fullName, repository }) =>
      repository ? [[fullName, repository] as const] : [],
    ),
  );
}
