/** Pull requests: their refs in the repository, and their merge. */

import { type Author, resolveRef } from "./commits";
import type { PullRequest } from "./event";
import { git } from "./git";
import { getRepository } from "./repositories";
import { repositoryPath, type StoredPullRequest, updateSettings } from "./settings";

export interface PullRequestOptions {
  /** The source branch. */
  readonly head: string;
  /** The fork that has the source branch, as `owner/name`. @default the repository itself */
  readonly fork?: string;
  readonly base: string;
  /** @default names both branches */
  readonly title?: string;
  /** @default none */
  readonly body?: string;
}

/**
 * GitHub keeps `refs/pull/N/head`, and the trial merge as `refs/pull/N/merge`:
 * https://docs.github.com/en/pull-requests/reference/pull-requests#pull-request-refs-and-merge-branches
 */
export async function openPullRequest(
  root: string,
  fullName: string,
  {
    head,
    fork = fullName,
    base,
    title = `Merge ${head} into ${base}`,
    body = "",
  }: PullRequestOptions,
): Promise<PullRequest> {
  const { path } = await getRepository(root, fullName);
  const refs = await git(path, ["for-each-ref", "--format=%(refname)", "refs/pull/*/head"]);
  const number = refs.split("\n").filter((ref) => ref !== "").length + 1;
  const source = { branch: head, repository: fork };
  const opened = await fetchHead(root, fullName, { number, title, head: source, base });
  await store(root, fullName, opened, { state: "open", body });
  return opened;
}

/** The pull request after a push to its source branch. */
export async function updatePullRequest(
  root: string,
  fullName: string,
  { number, title, head, base }: PullRequest,
): Promise<PullRequest> {
  const updated = await fetchHead(root, fullName, { number, title, head, base: base.branch });
  await store(root, fullName, updated, {});
  return updated;
}

interface Fetched extends Pick<PullRequest, "number" | "title"> {
  readonly head: Pick<PullRequest["head"], "branch" | "repository">;
  readonly base: string;
}

async function fetchHead(
  root: string,
  fullName: string,
  { number, title, head, base }: Fetched,
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
  const mergeCommit = await merge(path, baseSha, headSha, title);
  if (mergeCommit) await git(path, ["update-ref", `refs/pull/${number}/merge`, mergeCommit]);
  return {
    ...{ number, title, mergeCommit, merged: false },
    head: { branch: head.branch, sha: headSha, repository: head.repository },
    base: { branch: base, sha: baseSha },
  };
}

/** Keeps the pull request in the repository's settings, where the plugin and the REST API find it. */
function store(
  root: string,
  fullName: string,
  pullRequest: PullRequest,
  change: Partial<Pick<StoredPullRequest, "state" | "body">>,
): Promise<void> {
  const now = new Date().toISOString();
  return updateSettings(root, fullName, (settings) => {
    const all = settings.pullRequests ?? [];
    const before = all.find(({ number }) => number === pullRequest.number);
    const times = { openedAt: before?.openedAt ?? now, updatedAt: now };
    const stored = { body: "", state: "open" as const, ...before, ...pullRequest, ...times };
    settings.pullRequests = [
      ...all.filter(({ number }) => number !== pullRequest.number),
      { ...stored, ...change },
    ];
  });
}

/** Closes pull requests without a merge, for example those of a deleted branch. */
export async function closePullRequests(
  root: string,
  fullName: string,
  which: (pullRequest: StoredPullRequest) => boolean,
): Promise<void> {
  const { settings } = await getRepository(root, fullName);
  for (const one of (settings.pullRequests ?? []).filter(({ state }) => state === "open")) {
    if (which(one)) await store(root, fullName, one, { state: "closed" });
  }
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
  const merged = { ...pullRequest, base, mergeCommit, merged: true };
  await store(root, fullName, merged, { state: "closed" });
  return merged;
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
