/** Decides which workflows an event starts. */
import { matchesFilters, policyPattern } from "./patterns";
import type { Environment } from "./settings";

export interface PushFilters {
  readonly branches?: readonly string[];
  readonly "branches-ignore"?: readonly string[];
  readonly tags?: readonly string[];
  readonly "tags-ignore"?: readonly string[];
  readonly paths?: readonly string[];
  readonly "paths-ignore"?: readonly string[];
}

export interface Push {
  /** `refs/heads/…` or `refs/tags/…`. */
  readonly ref: string;
  readonly changedFiles: readonly string[];
}

/** https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax#onpushbranchestagsbranches-ignoretags-ignore */
export function pushStarts(filters: PushFilters, push: Push): boolean {
  const tag = push.ref.startsWith("refs/tags/");
  const name = refName(push.ref);
  const branchFilters = filters.branches ?? filters["branches-ignore"];
  const tagFilters = filters.tags ?? filters["tags-ignore"];
  // If there are filters for only one kind of ref, the other kind starts nothing.
  if (tag ? !tagFilters && branchFilters : !branchFilters && tagFilters) return false;
  const { only, ignore } = tag
    ? { only: filters.tags, ignore: filters["tags-ignore"] }
    : { only: filters.branches, ignore: filters["branches-ignore"] };
  if (only && !matchesFilters(only, name)) return false;
  if (ignore && matchesFilters(ignore, name)) return false;
  // "Path filters are not evaluated for pushes of tags."
  return tag || pathsStart(filters, push.changedFiles);
}

function pathsStart(filters: PushFilters, changed: readonly string[]): boolean {
  const { paths, "paths-ignore": ignored } = filters;
  if (paths) return changed.some((file) => matchesFilters(paths, file));
  if (ignored) return changed.some((file) => !matchesFilters(ignored, file));
  return true;
}

/** https://docs.github.com/en/actions/how-tos/manage-workflow-runs/skip-workflow-runs */
export function skipsWorkflows(message: string): boolean {
  return (
    /\[(skip ci|ci skip|no ci|skip actions|actions skip)\]/.test(message) ||
    /\n\nskip-checks:\s*true\s*$/.test(message)
  );
}

/** GitHub's message if the environment's rules do not allow the ref to deploy. */
export function deploymentRefusal(
  name: string,
  environment: Environment | undefined,
  ref: string,
): string | undefined {
  const policy = environment?.deploymentBranchPolicy;
  // Protected branches only: a repository without protection rules, as all here, allows every branch to deploy.
  if (!policy?.customBranchPolicies) return undefined;
  const tag = ref.startsWith("refs/tags/");
  const patterns = (tag ? environment?.tagPolicies : environment?.branchPolicies) ?? [];
  if (patterns.some((pattern) => policyPattern(pattern).test(refName(ref)))) return undefined;
  return `${tag ? "Tag" : "Branch"} "${refName(ref)}" is not allowed to deploy to ${name} due to environment protection rules.`;
}

export function refName(ref: string): string {
  return ref.replace(/^refs\/(heads|tags)\//, "");
}
