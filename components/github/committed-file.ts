import * as github from "@pulumi/github";
import type * as pulumi from "@pulumi/pulumi";
import type { GitHubRepository } from "./lookup";
import { refuseTo } from "./refuse";
import { commitMark } from "./workflow/args";
import { fileBranches, type Triggers } from "./workflow/trigger";

interface File {
  readonly repository: GitHubRepository;
  /** The path in the repository. */
  readonly file: string;
  readonly content: pulumi.Input<string>;
  /** The beginning of the commits' message. */
  readonly message: string;
}

export interface CommittedFile extends File {
  readonly trigger: Triggers;
}

/**
 * Commits a file to the triggers' branches, and to the default branch, because GitHub only offers workflows of the default branch for
 * a run by hand.
 */
export function commitFile(parent: pulumi.Resource, name: string, args: CommittedFile): void {
  for (const branch of fileBranches(args.trigger, args.repository.defaultBranch)) {
    commitToBranch(`${name}-${branch}`, { ...args, branch }, { parent });
  }
}

/** Commits a file to one branch. */
export function commitToBranch(
  name: string,
  { repository, branch, file, content, message }: File & { readonly branch: string },
  opts: pulumi.CustomResourceOptions,
): void {
  const closed = repository.found?.closedBranches[branch];
  new github.RepositoryFile(
    name,
    {
      repository: repository.name,
      branch,
      file,
      content,
      // Without `[skip ci]`: GitHub would also ignore a tag on this commit. The workflows ignore changes of these files.
      commitMessage: `${message}${commitMark}`,
      overwriteOnCreate: true,
    },
    {
      ...opts,
      // A refresh reads these from the newest commit. After a squash or rebase they would always differ.
      ignoreChanges: ["commitMessage", "commitAuthor", "commitEmail"],
      ...refuseTo(
        ["beforeCreate", "beforeUpdate"],
        name,
        closed && `GitHub refuses commits to ${branch}: ${closed}.`,
      ),
    },
  );
}
