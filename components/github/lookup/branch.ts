import type { Problem } from "../../shared/errors";
import type { Answer } from "./ask";
import { failure } from "./token";

/** The fields that are used of https://docs.github.com/en/rest/branches/branches#get-a-branch */
interface Branch {
  readonly protected?: boolean;
}

interface Switch {
  readonly enabled?: boolean;
}

/** The fields that are used of https://docs.github.com/en/rest/branches/branch-protection#get-branch-protection */
interface Protection {
  readonly enforce_admins?: Switch;
  readonly lock_branch?: Switch;
  readonly required_signatures?: Switch;
  readonly required_status_checks?: object;
  readonly required_pull_request_reviews?: {
    readonly bypass_pull_request_allowances?: Readonly<Record<string, readonly unknown[]>>;
  };
}

/** The fields that are used of https://docs.github.com/en/rest/repos/rules#get-rules-for-a-branch */
export interface Rule {
  readonly type: string;
  readonly ruleset_id: number;
}

/** Ruleset rules that make a direct commit to the branch impossible. */
const closing = new Set([
  ...["pull_request", "required_status_checks", "required_signatures", "required_deployments"],
  ...["update", "merge_queue", "workflows", "code_scanning"],
]);

export function judgeBranch(
  fullName: string,
  branch: string,
  answer: Answer,
  path: string,
): Problem[] {
  if (answer.code === 200) {
    return [];
  }
  if (answer.code !== 404) {
    return [failure(fullName, answer, "Contents")];
  }
  return [
    {
      path,
      value: branch,
      allowed: `an existing branch: ${fullName} has no branch with this name`,
      fix: `correct the name, or create the branch: git push origin HEAD:${branch}`,
    },
  ];
}

export function isProtected(answer: Answer): boolean {
  return answer.code === 200 && (answer.body as Branch).protected === true;
}

/**
 * Why branch protection refuses a commit by an administrator; undefined if it does not. Administrators can bypass protection
 * unless it includes them.
 * https://docs.github.com/en/repositories/configuring-branches-and-merges-in-your-repository/managing-protected-branches/about-protected-branches
 */
export function closedByProtection(answer: Answer): string | undefined {
  const protection = answer.code === 200 ? (answer.body as Protection) : {};
  if (!protection.enforce_admins?.enabled) {
    return undefined;
  }
  const { required_pull_request_reviews: reviews } = protection;
  const exempt = Object.values(reviews?.bypass_pull_request_allowances ?? {}).flat();
  const rules = [
    ...(protection.lock_branch?.enabled ? ["a lock"] : []),
    // The token's owner may be among the exempt users: only GitHub knows.
    ...(reviews && exempt.length === 0 ? ["pull requests"] : []),
    ...(protection.required_status_checks ? ["status checks"] : []),
    ...(protection.required_signatures?.enabled ? ["signed commits"] : []),
  ];
  return rules.length > 0
    ? `branch protection, also for administrators: ${rules.join(", ")}`
    : undefined;
}

/** The rulesets that refuse a direct commit, each with the rules that do. GitHub's answer has no rulesets in evaluate mode. */
export function closingRulesets(answer: Answer): Map<number, string[]> {
  const rules = answer.code === 200 ? (answer.body as readonly Rule[]) : [];
  const found = new Map<number, string[]>();
  for (const { type, ruleset_id: id } of rules.filter((rule) => closing.has(rule.type))) {
    found.set(id, [...(found.get(id) ?? []), type]);
  }
  return found;
}

/**
 * Why a ruleset refuses a commit by the token's owner; undefined if it does not.
 * https://docs.github.com/en/rest/repos/rules#get-a-repository-ruleset
 */
export function closedByRuleset(rules: readonly string[], answer: Answer): string | undefined {
  const ruleset = (answer.body ?? {}) as { name?: string; current_user_can_bypass?: string };
  const bypass = ruleset.current_user_can_bypass;
  return answer.code === 200 && (bypass === "always" || bypass === "exempt")
    ? undefined
    : `the ruleset ${ruleset.name ?? "of the repository's owner"}: ${rules.join(", ")}`;
}

export function isAnswer(answer: Answer): boolean {
  return answer.code === 200 || answer.code === 404 || isUpgrade(answer);
}

/** Private repositories on GitHub's free plan have no protection and no rulesets: GitHub answers 403, "Upgrade to …". */
export function isUpgrade({ code, message }: Answer): boolean {
  return code === 403 && /^Upgrade to/i.test(message);
}

export function closedBranch(fullName: string, branch: string, reason: string): Problem {
  return {
    path: `${fullName}, branch ${branch}`,
    value: reason,
    allowed:
      "a branch to which the token's owner may commit: Slipway commits the workflow file there",
    fix: "let Slipway open pull requests (github.delivery: { type: pull_request }), or let the token's owner bypass the rule on GitHub (Settings, Rules or Branches)",
  };
}
