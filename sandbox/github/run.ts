/** Looks up the ref and the commit of an event, and the commits that path filters compare. */

import { newestCommit, parentOf, resolveRef } from "./commits";
import type { Head, WorkflowEvent } from "./event";
import { git } from "./git";
import { getRepository, type Repository } from "./repositories";
import { refName } from "./triggers";

export interface RunWorkflowsOptions {
  readonly root: string;
  readonly fullName: string;
  readonly event: WorkflowEvent;
  readonly actPath: string;
  /** Its PATH must contain the AWS CLI; the steps see few of the other variables. */
  readonly env: NodeJS.ProcessEnv;
  /** The emulator's endpoint; workflows reach it only through a gate. */
  readonly awsEndpoint: string;
  /** Receives the names of the workflows that the event starts, before they run. */
  readonly onStart?: (workflows: readonly string[]) => void;
  /** Receives each line of the log at once. */
  readonly onLine?: (line: string, workflow: string) => void;
}

/** An event whose commit has been looked up. */
export interface Run extends RunWorkflowsOptions {
  readonly repository: Repository;
  /** GITHUB_REF and GITHUB_SHA. The workflow files are those of this commit. */
  readonly ref: string;
  readonly sha: string;
  /** GITHUB_BASE_REF and GITHUB_HEAD_REF: names of branches; empty except for pull requests. */
  readonly baseRef: string;
  readonly headRef: string;
  readonly head: Head;
  /** The commit with which path filters compare the head; undefined if there is none. */
  readonly before: string | undefined;
  /** The message of the head commit. */
  readonly message: string;
  /** Whether it gets no secrets and no tokens, because the pull request comes from a fork. */
  readonly fromFork: boolean;
}

type Place = Pick<Run, "ref" | "sha"> & Partial<Run>;

/** Undefined if GitHub starts no workflow for the event, whatever the workflow files contain. */
export async function lookUp(options: RunWorkflowsOptions): Promise<Run | undefined> {
  const repository = await getRepository(options.root, options.fullName);
  const place = await placeOf(options, repository);
  if (place === undefined) return undefined;
  const { ref, sha } = place;
  const head = place.head ?? { branch: refName(ref), sha, repository: options.fullName };
  const message = (await newestCommit(repository.path, head.sha))?.message ?? "";
  return {
    ...{ ...options, repository, head, message, baseRef: "", headRef: "" },
    ...{ before: undefined, fromFork: false },
    ...place,
  };
}

async function placeOf(
  { event, fullName }: RunWorkflowsOptions,
  { path, settings }: Repository,
): Promise<Place | undefined> {
  switch (event.name) {
    case "push": {
      const place = await at(path, fullName, event.ref, event.sha);
      const before = event.before ?? (await parentOf(path, place.sha));
      return { ...place, before };
    }
    case "workflow_dispatch":
      return at(path, fullName, event.ref);
    case "schedule":
    case "workflow_run":
      // "GITHUB_SHA: Last commit on default branch. GITHUB_REF: Default branch."
      return at(path, fullName, settings.defaultBranch);
    case "pull_request": {
      const { number, head, base, merged, mergeCommit } = event.pullRequest;
      // "Workflows will not run on `pull_request` activity if the pull request has a merge conflict."
      if (mergeCommit === undefined) return undefined;
      return {
        // "The value of GITHUB_REF varies for a closed pull request depending on whether the pull request has been merged or not."
        ref: merged ? `refs/heads/${base.branch}` : `refs/pull/${number}/merge`,
        sha: mergeCommit,
        ...{ head, headRef: head.branch, baseRef: base.branch },
        // "Pull requests: three-dot diffs", so from the commit where the branches parted:
        // https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax#git-diff-comparisons
        before: await git(path, ["merge-base", base.sha, head.sha]),
        fromFork: head.repository !== fullName,
      };
    }
  }
}

async function at(path: string, fullName: string, name: string, commit?: string) {
  const ref = name.startsWith("refs/") ? name : `refs/heads/${name}`;
  const sha = await resolveRef(path, commit ?? ref);
  if (sha === undefined) throw new Error(`${fullName} has no ${commit ?? ref}`);
  return { ref, sha };
}
