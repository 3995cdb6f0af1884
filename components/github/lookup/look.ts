import type { Problem } from "../../shared/errors";
import { headPrefix } from "../delivery";
import { checkTrust, trustedJob } from "../oidc";
import { namesVariableName } from "../settings";
import { workflowPath } from "../workflow/args";
import { releaseScriptPath } from "../workflow/release-script";
import { fileBranches, refsOf } from "../workflow/trigger";
import type { Wanted } from "./args";
import type { Ask } from "./ask";
import { judgeEnvironment, policyIds } from "./environment";
import { lookAtBranch, type WantedPath } from "./look-at-branch";
import { type GitHubRepository, judgeRepository } from "./repository";
import { lookAtReviewers } from "./reviewers";
import { lookAtSecrets, lookAtVariables, noVariables } from "./settings";
import { lookAtSubject } from "./subject";

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
  const variables = keepsOld || proposes ? lookAtVariables(ask, args, fullName) : noVariables;
  // The look-up of a file needs the creation time of its variable only for pull requests.
  const createdAt = proposes ? (await variables).createdAt : {};
  const place = { fullName, path: "github.trigger.branch" };
  const files = wantedFiles(args, services, createdAt);
  const [old, environment, settings, subject, reviewers, ...perBranch] = await Promise.all([
    variables,
    lookAtEnvironment(ask, args, fullName, repository.defaultBranch),
    lookAtSecrets(ask, args, fullName),
    lookAtSubject(ask, fullName, args.settings !== "repository"),
    lookAtReviewers(ask, args, fullName),
    ...branches.map((branch) => lookAtBranch(ask, args, { ...place, branch, files })),
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

/** The files of a stack on each branch. */
function wantedFiles(
  { stack, delivery, settings: scope = "environment" }: Wanted,
  services: readonly string[],
  variableCreatedAt: Readonly<Record<string, string>>,
): WantedPath[] {
  const fixes = {
    setting: "github.workflow",
    rename: "rename this stack or its service: stacks that share a repository need different names",
  };
  return [
    { path: releaseScriptPath(stack), ...fixes },
    ...services.map((service) => ({
      ...{ path: workflowPath(service, stack), ...fixes },
      ...(delivery?.type === "pull_request" && {
        proposals: {
          headPrefix: headPrefix(delivery, service, stack),
          since: variableCreatedAt[namesVariableName(service, { stack, scope })],
        },
      }),
    })),
  ];
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
