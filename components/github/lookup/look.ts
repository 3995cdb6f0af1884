import type { Problem } from "../../shared/errors";
import { headPrefix } from "../delivery";
import { checkTrust, trustedJob } from "../oidc";
import { namesVariableName } from "../settings";
import { workflowPath } from "../workflow/args";
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
  isUpgrade,
  judgeBranch,
} from "./branch";
import { judgeEnvironment, noEnvironments, policyIds } from "./environment";
import { lookAtProposal } from "./proposal";
import { type GitHubRepository, judgeRepository } from "./repository";
import { lookAtReviewers } from "./reviewers";
import { lookAtSecrets, lookAtVariables, noVariables } from "./settings";
import { lookAtSubject } from "./subject";
import { failure } from "./token";
import { contentOf, judgeWorkflowFile } from "./workflow-file";

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
  const proposes = args.delivery?.type === "pull_request";
  const keepsOld = args.oldSettings !== "remove";
  const old = keepsOld || proposes ? await lookAtVariables(ask, args, fullName) : noVariables;
  const place = { fullName, services, createdAt: old.createdAt };
  const [environment, settings, subject, reviewers, ...perBranch] = await Promise.all([
    lookAtEnvironment(ask, args, fullName, repository.defaultBranch),
    lookAtSecrets(ask, args, fullName),
    lookAtSubject(ask, fullName, args.settings !== "repository"),
    lookAtReviewers(ask, args, fullName),
    ...branches.map((branch) => lookAtBranch(ask, args, { ...place, branch })),
  ]);
  const found = { ...repository, subjectKeys: subject.subjectKeys };
  const trust = services.flatMap((service) =>
    checkTrust(
      trustedJob(found, args.trigger, {
        environment: args.settings === "repository" ? undefined : args.stack,
        workflow: workflowPath(service, args.stack),
      }),
      "github.trigger",
    ),
  );
  const closedBranches = Object.fromEntries(
    perBranch.flatMap(({ branch, closed }) => (closed ? [[branch, closed]] : [])),
  );
  return {
    fullName,
    repository: {
      ...repository,
      ...(subject.subjectKeys && { subjectKeys: subject.subjectKeys }),
      found: {
        ...{ ...environment.found, closedBranches, variables: keepsOld ? old.variables : {} },
        ...(proposes && {
          files: Object.fromEntries(perBranch.map(({ branch, files }) => [branch, files])),
        }),
      },
    },
    problems: [
      old,
      environment,
      settings,
      subject,
      { problems: trust },
      reviewers,
      ...perBranch,
    ].flatMap(({ problems }) => problems),
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

interface Place {
  readonly fullName: string;
  readonly branch: string;
  readonly services: readonly string[];
  /** When each variable was created. */
  readonly createdAt: Readonly<Record<string, string>>;
}

async function lookAtBranch(ask: Ask, args: Wanted, place: Place) {
  const { fullName, branch, services, ...rest } = place;
  const encoded = encodeURIComponent(branch);
  const answer = await ask(`repos/${fullName}/branches/${encoded}`);
  const missing = judgeBranch(fullName, branch, answer);
  if (missing.length > 0) {
    return { branch, closed: undefined, files: {}, problems: missing };
  }
  // A pull request needs no commit to the branch.
  const proposes = args.delivery?.type === "pull_request";
  const rules = proposes
    ? await lookAtPlan(ask, args, fullName, encoded)
    : await lookAtRules(ask, args, { fullName, encoded, branch: answer });
  const files = await Promise.all(
    services.map((service) => lookAtFile(ask, args, { ...rest, fullName, branch, service })),
  );
  const { closed } = rules;
  // Only a missing file certainly needs a commit: an existing one may be up to date.
  const needed = files.some(({ found }) => found === undefined);
  return {
    ...{ branch, closed },
    files: Object.fromEntries(
      files.flatMap(({ path, found }) => (found ? [[path, found] as const] : [])),
    ),
    problems: [
      ...rules.problems,
      ...files.flatMap(({ problems }) => problems),
      ...(closed && needed ? [closedBranch(fullName, branch, closed)] : []),
    ],
  };
}

/** Looks at a service's workflow file, and at the pull request that brought it. */
async function lookAtFile(
  ask: Ask,
  args: Wanted,
  { fullName, branch, service, createdAt }: Omit<Place, "services"> & { readonly service: string },
) {
  const path = workflowPath(service, args.stack);
  const file = await ask(`repos/${fullName}/contents/${path}?ref=${encodeURIComponent(branch)}`);
  const wanted = { fullName, branch, path, author: args, mode: args.workflow };
  const problems = judgeWorkflowFile(wanted, file);
  if (file.code !== 200) {
    return { path, found: undefined, problems };
  }
  const content = contentOf(file);
  if (args.delivery?.type !== "pull_request" || problems.length > 0) {
    return { path, found: { content }, problems };
  }
  const { stack, settings: scope = "environment" } = args;
  const { proposal, problems: others } = await lookAtProposal(ask, {
    ...{ fullName, branch, headPrefix: headPrefix(args.delivery, service, stack) },
    since: createdAt[namesVariableName(service, { stack, scope })],
  });
  return { path, found: { content, proposal }, problems: others };
}

/** Why GitHub would refuse a commit to the branch; undefined if it would not. */
async function lookAtRules(
  ask: Ask,
  args: Wanted,
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

/** Only what the rules' answer says of the plan. */
async function lookAtPlan(ask: Ask, args: Wanted, fullName: string, encoded: string) {
  const rules = await ask(rulesOf(fullName, encoded));
  return { closed: undefined, problems: judgePlan(args, fullName, rules) };
}

function rulesOf(fullName: string, encoded: string): string {
  return `repos/${fullName}/rules/branches/${encoded}?per_page=100`;
}

function judgePlan({ settings }: Wanted, fullName: string, rules: Answer): Problem[] {
  return settings !== "repository" && isUpgrade(rules) ? [noEnvironments(fullName)] : [];
}
