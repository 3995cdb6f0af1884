import * as github from "@pulumi/github";
import type * as pulumi from "@pulumi/pulumi";
import type { GitHubRepository } from "./lookup";
import { refuseTo } from "./refuse";
import { commitMark } from "./workflow/args";
import { fileBranches, type Triggers } from "./workflow/trigger";

export interface CommittedFile {
  readonly repository: GitHubRepository;
  readonly trigger: Triggers;
  /** The path in the repository. */
  readonly file: string;
  readonly content: pulumi.Input<string>;
  /** The beginning of the commits' message. */
  readonly message: string;
}

/**
 * Commits a file to the triggers' branches, and to the default branch, because GitHub only offers workflows of the default branch for
 * a run by hand.
 */
export function commitFile(parent: pulumi.Resource, name: string, args: CommittedFile): void {
  const { repository, file, content, message } = args;
  const closed = repository.found?.closedBranches ?? {};
  for (const branch of fileBranches(args.trigger, repository.defaultBranch)) {
    new github.RepositoryFile(
      `${name}-${branch}`,
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
        parent,
        // A refresh reads these from the newest commit. After a squash or rebase they would always differ.
        ignoreChanges: ["commitMessage", "commitAuthor", "commitEmail"],
        ...refuseTo(
          ["beforeCreate", "beforeUpdate"],
          `${name}-${branch}`,
          closed[branch] && `GitHub refuses commits to ${branch}: ${closed[branch]}.`,
        ),
      },
    );
  }
}
