import type { Problem } from "../../shared/errors";
import { workflowPath } from "../workflow/args";
import { releaseScriptPath } from "../workflow/release-script";
import { fileBranches, refsOf } from "../workflow/trigger";
import type { Wanted } from "./args";
import type { Answer, Ask } from "./ask";
import {
  closedBranch,
  closedByProtection,
  closedByRuleset,
  closingRulesets,
  isAnswer,
  isProtected,
  judgeBranch,
} from "./branch";
import { judgeEnvironment, policyIds } from "./environment";
import { type GitHubRepository, judgeRepository } from "./repository";
import { lookAtSecrets, lookAtVariables, noVariables } from "./settings";
import { failure } from "./token";
import { type FileFixes, judgeWorkflowFile, type WantedFile } from "./workflow-file";

interface LookupResult {
  readonly fullName: string;
  readonly repository?: GitHubRepository;
  readonly problems: readonly Problem[];
}

/** Looks up one repository and everything in it that its services need. */
export async function look(
  ask: Ask,
  args: Wanted,
  fullName: string,
  services: readonly string[],
): Promise<LookupResult> {
  const repository = judgeRepository(fullName, await ask(`repos/${fullName}`));
  if ("fix" in repository) {
    return { fullName, problems: [repository] };
  }
  const branches = fileBranches(args.trigger, repository.defaultBranch);
  const [environment, settings, old, ...perBranch] = await Promise.all([
    lookAtEnvironment(ask, args, fullName, repository.defaultBranch),
    lookAtSecrets(ask, args, fullName),
    args.oldSettings === "remove" ? noVariables : lookAtVariables(ask, args, fullName),
    ...branches.map((branch) =>
      lookAtBranch(ask, args, {
        ...{ fullName, branch, path: "github.trigger.branch" },
        files: [
          releaseScriptPath(args.stack),
          ...services.map((service) => workflowPath(service, args.stack)),
        ].map((path) => ({ path, ...deployFile })),
      }),
    ),
  ]);
  const closedBranches = Object.fromEntries(
    perBranch.flatMap(({ branch, closed }) => (closed ? [[branch, closed]] : [])),
  );
  return {
    fullName,
    repository: {
      ...repository,
      found: { ...environment.found, closedBranches, variables: old.variables },
    },
    problems: [environment, settings, old, ...perBranch].flatMap(({ problems }) => problems),
  };
}

async function lookAtEnvironment(ask: Ask, args: Wanted, fullName: string, defaultBranch: string) {
  const { stack, settings = "environment", environment: wanted = {}, trigger } = args;
  const none = { environment: false, policies: {} };
  if (settings === "repository") {
    return { found: none, problems: [] };
  }
  const endpoint = `repos/${fullName}/environments/${encodeURIComponent(stack)}`;
  const environment = await ask(endpoint);
  const { deployment_branch_policy: policy } = (environment.body ?? {}) as {
    deployment_branch_policy?: { custom_branch_policies?: boolean } | null;
  };
  const policies = policy?.custom_branch_policies
    ? await ask(`${endpoint}/deployment-branch-policies?per_page=100`)
    : undefined;
  const mode = wanted === "adopt" ? "adopt" : "create";
  return {
    found: args.keepNames
      ? none
      : {
          environment: environment.code === 200,
          policies: policyIds(policies),
        },
    problems: judgeEnvironment(
      { fullName, name: stack, mode, refs: refsOf(trigger, defaultBranch) },
      environment,
      policies,
    ),
  };
}

export interface Place {
  readonly fullName: string;
  readonly branch: string;
  /** The path of the branch in the configuration. */
  readonly path: string;
  readonly files: readonly (Pick<WantedFile, "path"> & FileFixes)[];
}

const deployFile: FileFixes = {
  setting: "github.workflow",
  rename: "rename this stack or its service: stacks that share a repository need different names",
};

export async function lookAtBranch(
  ask: Ask,
  args: Pick<Wanted, "project" | "stack" | "workflow">,
  place: Place,
) {
  const { fullName, branch, path } = place;
  const encoded = encodeURIComponent(branch);
  const answer = await ask(`repos/${fullName}/branches/${encoded}`);
  const missing = judgeBranch(fullName, branch, answer, path);
  if (missing.length > 0) {
    return { branch, closed: undefined, problems: missing };
  }
  const rules = await lookAtRules(ask, fullName, encoded, answer);
  const files = await Promise.all(
    place.files.map(async (wanted) => {
      const file = await ask(`repos/${fullName}/contents/${wanted.path}?ref=${encoded}`);
      const whole = { fullName, branch, author: args, mode: args.workflow, ...wanted };
      return { missing: file.code === 404, problems: judgeWorkflowFile(whole, file) };
    }),
  );
  const { closed } = rules;
  // Only a missing file certainly needs a commit: an existing one may be up to date.
  const needed = files.some((file) => file.missing);
  return {
    ...{ branch, closed },
    problems: [
      ...rules.problems,
      ...files.flatMap(({ problems }) => problems),
      ...(closed && needed ? [closedBranch(fullName, branch, closed)] : []),
    ],
  };
}

/** Why GitHub would refuse a commit to the branch; undefined if it would not. */
async function lookAtRules(ask: Ask, fullName: string, encoded: string, branch: Answer) {
  const [protection, rules] = await Promise.all([
    isProtected(branch) ? ask(`repos/${fullName}/branches/${encoded}/protection`) : undefined,
    ask(`repos/${fullName}/rules/branches/${encoded}?per_page=100`),
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
  ];
  return { closed: reasons.filter(Boolean).join("; ") || undefined, problems };
}
