import type { Problem } from "../../shared/errors";
import type { Wanted } from "./args";
import type { Answer, Ask } from "./ask";
import {
  closedBranch,
  closedByProtection,
  closedByRuleset,
  closingRulesets,
  isAnswer,
  isProtected,
  isUpgrade,
  judgeBranch,
} from "./branch";
import { noEnvironments } from "./environment";
import { lookAtProposal } from "./proposal";
import { failure } from "./token";
import { contentOf, type FileFixes, judgeWorkflowFile } from "./workflow-file";

export interface Place {
  readonly fullName: string;
  readonly branch: string;
  /** The path of the branch in the configuration. */
  readonly path: string;
  readonly files: readonly WantedPath[];
}

export interface WantedPath extends FileFixes {
  readonly path: string;
  /** The pull requests that bring the file. @default it is committed */
  readonly proposals?: { readonly headPrefix: string; readonly since: string | undefined };
}

type BranchArgs = Pick<Wanted, "project" | "stack" | "workflow" | "settings" | "delivery">;

/** Looks at a branch: whether it exists, whether Slipway may write its files there, and what they contain. */
export async function lookAtBranch(ask: Ask, args: BranchArgs, place: Place) {
  const { fullName, branch, path } = place;
  const encoded = encodeURIComponent(branch);
  const answer = await ask(`repos/${fullName}/branches/${encoded}`);
  const missing = judgeBranch(fullName, branch, answer, path);
  if (missing.length > 0) {
    return { branch, closed: undefined, files: {}, problems: missing };
  }
  // A pull request needs no commit to the branch.
  const rules =
    args.delivery?.type === "pull_request"
      ? await lookAtPlan(ask, args, fullName, encoded)
      : await lookAtRules(ask, args, { fullName, encoded, branch: answer });
  const files = await Promise.all(
    place.files.map((wanted) => lookAtFile(ask, args, { fullName, branch }, wanted)),
  );
  const { closed } = rules;
  // Only a missing file certainly needs a commit: an existing one may be up to date.
  const needed = files.some(({ found }) => found.content === undefined);
  return {
    ...{ branch, closed },
    files: Object.fromEntries(files.map((file) => [file.path, file.found] as const)),
    problems: [
      ...rules.problems,
      ...files.flatMap(({ problems }) => problems),
      ...(closed && needed ? [closedBranch(fullName, branch, closed)] : []),
    ],
  };
}

/** Looks at a file, and at its pull requests. */
async function lookAtFile(
  ask: Ask,
  args: BranchArgs,
  { fullName, branch }: Pick<Place, "fullName" | "branch">,
  { proposals, ...wanted }: WantedPath,
) {
  const { path } = wanted;
  const file = await ask(`repos/${fullName}/contents/${path}?ref=${encodeURIComponent(branch)}`);
  const whole = { ...wanted, fullName, branch, author: args, mode: args.workflow };
  const problems = judgeWorkflowFile(whole, file);
  const content = file.code === 200 ? contentOf(file) : undefined;
  if (!proposals || problems.length > 0) {
    return { path, found: { content }, problems };
  }
  const found = await lookAtProposal(ask, { fullName, branch, ...proposals });
  return { path, found: { content, proposal: found.proposal }, problems: found.problems };
}

/** Why GitHub would refuse a commit to the branch; undefined if it would not. */
async function lookAtRules(
  ask: Ask,
  args: BranchArgs,
  { fullName, encoded, branch }: { fullName: string; encoded: string; branch: Answer },
) {
  const [protection, rules] = await Promise.all([
    isProtected(branch) ? ask(`repos/${fullName}/branches/${encoded}/protection`) : undefined,
    ask(rulesOf(fullName, encoded)),
  ]);
  const rulesets = await Promise.all(
    [...closingRulesets(rules)].map(async ([id, types]) =>
      closedByRuleset(types, await ask(`repos/${fullName}/rulesets/${id}`)),
    ),
  );
  const reasons = [protection && closedByProtection(protection), ...rulesets];
  const problems = [
    ...(protection && !isAnswer(protection)
      ? [failure(fullName, protection, "Administration")]
      : []),
    ...(isAnswer(rules) ? [] : [failure(fullName, rules, "Metadata")]),
    ...judgePlan(args, fullName, rules),
  ];
  return { closed: reasons.filter(Boolean).join("; ") || undefined, problems };
}

/** Asks for the rules, but uses only what the answer says about the plan. */
async function lookAtPlan(ask: Ask, args: BranchArgs, fullName: string, encoded: string) {
  const rules = await ask(rulesOf(fullName, encoded));
  return { closed: undefined, problems: judgePlan(args, fullName, rules) };
}

function rulesOf(fullName: string, encoded: string): string {
  return `repos/${fullName}/rules/branches/${encoded}?per_page=100`;
}

function judgePlan({ settings }: BranchArgs, fullName: string, rules: Answer): Problem[] {
  return settings !== "repository" && isUpgrade(rules) ? [noEnvironments(fullName)] : [];
}
