/** Finds the rules that protect a branch, and whether they refuse a commit through the API. */
import { policyPattern } from "./patterns";

interface Switch {
  readonly enabled: boolean;
}

/** Fields of https://docs.github.com/en/rest/branches/branch-protection#get-branch-protection */
export interface BranchProtection {
  readonly enforce_admins: Switch;
  readonly lock_branch?: Switch;
  readonly required_signatures?: Switch;
  readonly required_status_checks?: { readonly strict: boolean; readonly contexts: string[] };
  readonly required_pull_request_reviews?: {
    readonly required_approving_review_count: number;
    readonly bypass_pull_request_allowances?: { readonly users: readonly object[] };
  };
}

/** The fields that the sandbox uses: https://docs.github.com/en/rest/repos/rules#get-a-repository-ruleset */
export interface Ruleset {
  readonly id: number;
  readonly name: string;
  readonly enforcement: "active" | "evaluate" | "disabled";
  /** Patterns of branches. */
  readonly branches: readonly string[];
  readonly rules: readonly string[];
  /** Whether the token's owner may bypass it. */
  readonly current_user_can_bypass: "always" | "pull_requests_only" | "never" | "exempt";
}

/** The rules that protect the branches of a repository. */
interface Guards {
  readonly branchProtection?: Readonly<Record<string, BranchProtection>>;
  readonly rulesets?: readonly Ruleset[];
}

/** "Rules in rulesets with evaluate or disabled enforcement statuses are not returned." */
export function activeRulesets({ rulesets = [] }: Guards, branch: string): Ruleset[] {
  return rulesets.filter(
    ({ enforcement, branches }) =>
      enforcement === "active" && branches.some((pattern) => policyPattern(pattern).test(branch)),
  );
}

const BLOCKING: Readonly<Record<string, string>> = {
  pull_request: "Changes must be made through a pull request.",
  required_signatures: "Commits must have verified signatures.",
  required_status_checks: "Required status check is expected.",
  update: "Cannot update this protected ref.",
};

/** GitHub's message when it refuses an administrator's commit; undefined if it accepts the commit. */
export function commitRefusal(settings: Guards, branch: string): string | undefined {
  const protection = settings.branchProtection?.[branch];
  if (protection?.enforce_admins.enabled) {
    const { required_pull_request_reviews: reviews } = protection;
    if (protection.lock_branch?.enabled) return "Cannot change this locked branch";
    if (reviews && !reviews.bypass_pull_request_allowances) return BLOCKING.pull_request;
    if (protection.required_signatures?.enabled) return BLOCKING.required_signatures;
    if (protection.required_status_checks) return BLOCKING.required_status_checks;
  }
  const rules = activeRulesets(settings, branch)
    .filter(({ current_user_can_bypass: bypass }) => bypass !== "always" && bypass !== "exempt")
    .flatMap((ruleset) => ruleset.rules);
  const blocking = rules.find((rule) => rule in BLOCKING);
  return blocking && `Repository rule violations found: ${BLOCKING[blocking]}`;
}
