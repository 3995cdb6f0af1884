/** Pull requests: their refs in the repository, and their merge. */
import type { PullRequest } from "./event";
import { type Author, git, resolveRef } from "./git";
import { getRepository } from "./repositories";
import { repositoryPath } from "./settings";

export interface PullRequestOptions {
  /** The source branch. */
  readonly head: string;
  /** The fork that has the source branch, as `owner/name`. @default the repository itself */
  readonly fork?: string;
  readonly base: string;
}

/**
 * GitHub keeps `refs/pull/N/head`, and the trial merge as `refs/pull/N/merge`:
 * https://docs.github.com/en/pull-requests/reference/pull-requests#pull-request-refs-and-merge-branches
 */
export async function openPullRequest(
  root: string,
  fullName: string,
  { head, fork = fullName, base }: PullRequestOptions,
): Promise<PullRequest> {
  const { path } = await getRepository(root, fullName);
  const refs = await git(path, ["for-each-ref", "--format=%(refname)", "refs/pull/*/head"]);
  const number = refs.split("\n").filter((ref) => ref !== "").length + 1;
  return fetchHead(root, fullName, number, { branch: head, repository: fork }, base);
}

/** The pull request after a push to its source branch. */
export function updatePullRequest(
  root: string,
  fullName: string,
  { number, head, base }: PullRequest,
): Promise<PullRequest> {
  return fetchHead(root, fullName, number, head, base.branch);
}

async function fetchHead(
  root: string,
  fullName: string,
  number: number,
  head: Pick<PullRequest["head"], "branch" | "repository">,
  base: string,
): Promise<PullRequest> {
  const { path } = await getRepository(root, fullName);
  const source = `file://${repositoryPath(root, head.repository)}`;
  const headRef = `refs/pull/${number}/head`;
  await git(path, ["fetch", "--quiet", source, `+refs/heads/${head.branch}:${headRef}`]);
  const [headSha, baseSha] = await Promise.all([
    resolveRef(path, headRef),
    resolveRef(path, `refs/heads/${base}`),
  ]);
  if (!headSha || !baseSha) throw new Error(`${fullName} has no branch ${base}`);
  const title = `Merge ${head.branch} into ${base}`;
  const mergeCommit = await merge(path, baseSha, headSha, title);
  if (mergeCommit) await git(path, ["update-ref", `refs/pull/${number}/merge`, mergeCommit]);
  return {
    ...{ number, title, mergeCommit, merged: false },
    head: { branch: head.branch, sha: headSha, repository: head.repository },
    base: { branch: base, sha: baseSha },
  };
}

/** Merges with a merge commit. */
export async function mergePullRequest(
  root: string,
  fullName: string,
  pullRequest: PullRequest,
): Promise<PullRequest> {
  const { path } = await getRepository(root, fullName);
  const ref = `refs/heads/${pullRequest.base.branch}`;
  const baseSha = await resolveRef(path, ref);
  const title = `Merge pull request #${pullRequest.number}`;
  const mergeCommit = baseSha && (await merge(path, baseSha, pullRequest.head.sha, title));
  if (!mergeCommit) throw new Error(`Pull request #${pullRequest.number} is not mergeable`);
  await git(path, ["update-ref", ref, mergeCommit, baseSha]);
  const base = { ...pullRequest.base, sha: baseSha };
  return { ...pullRequest, base, mergeCommit, merged: true };
}

const MERGER: Author = { name: "GitHub", email: "noreply@github.com" };

/** The merge commit; undefined if the commits conflict. */
async function merge(
  repository: string,
  base: string,
  head: string,
  message: string,
): Promise<string | undefined> {
  const tree = await git(repository, ["merge-tree", "--write-tree", base, head]).catch(
    () => undefined,
  );
  if (tree === undefined) return undefined;
  const author = ["-c", `user.name=${MERGER.name}`, "-c", `user.email=${MERGER.email}`];
  return git(repository, [
    ...[...author, "commit-tree", tree, "-p", base, "-p", head],
    ...["-m", message],
  ]);
}
