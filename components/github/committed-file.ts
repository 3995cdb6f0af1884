import * as github from "@pulumi/github";
import type * as pulumi from "@pulumi/pulumi";
import type { CommitInputs } from "./delivery";
import type { GitHubRepository } from "./lookup";
import { refuseTo } from "./refuse";

/** A file on a branch. */
export interface FilePlace {
  readonly repository: GitHubRepository;
  readonly branch: string;
  /** The path in the repository. */
  readonly file: string;
}

export interface CommittedFile extends FilePlace {
  readonly content: pulumi.Input<string>;
  readonly commit: CommitInputs;
}

/** Commits a file to a branch. */
export function commitFile(
  name: string,
  { repository, branch, file, content, commit }: CommittedFile,
  opts: pulumi.CustomResourceOptions,
): void {
  const closed = repository.found?.closedBranches[branch];
  new github.RepositoryFile(
    name,
    {
      ...{ repository: repository.name, branch, file, content },
      ...{ ...commit, overwriteOnCreate: true },
    },
    {
      ...opts,
      // A refresh reads these from the newest commit. After a squash or rebase they would always differ.
      ignoreChanges: ["commitMessage", "commitAuthor", "commitEmail"],
      ...refuseTo(
        ["beforeCreate", "beforeUpdate"],
        name,
        closed &&
          `GitHub refuses commits to ${branch}: ${closed}. With github.delivery: { type: pull_request }, Slipway opens a pull request.`,
      ),
    },
  );
}

/** Only reads a file. If the stack committed it before, the file leaves its state, but stays on GitHub. */
export function leaveFile(
  name: string,
  { repository, branch, file }: FilePlace,
  opts: pulumi.CustomResourceOptions,
): void {
  if (repository.found?.files?.[branch]?.[file]?.content !== undefined) {
    const id = `${repository.name}:${file}:${branch}`;
    github.RepositoryFile.get(name, id, undefined, opts);
  }
}
