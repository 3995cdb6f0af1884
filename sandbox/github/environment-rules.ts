/** Judges whether a ref may deploy to an environment. */
import { policyPattern } from "./patterns";
import type { Environment } from "./settings";

/**
 * GitHub's message if the environment's rules do not allow the ref to deploy; undefined if they do. A pull request that is not
 * merged runs on `refs/pull/N/merge`, which no policy for a branch's name matches:
 * https://github.blog/changelog/2025-11-07-actions-pull_request_target-and-environment-branch-protections-changes/
 */
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
  const matched = ref.replace(/^refs\/(heads|tags)\//, "");
  if (patterns.some((pattern) => policyPattern(pattern).test(matched))) return undefined;
  return `${tag ? "Tag" : "Branch"} "${matched}" is not allowed to deploy to ${name} due to environment protection rules.`;
}
