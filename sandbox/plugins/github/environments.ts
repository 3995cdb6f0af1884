/** Environments and their deployment policies. */
import type {
  RepositoryEnvironmentArgs,
  RepositoryEnvironmentDeploymentPolicyArgs,
  RepositoryEnvironmentDeploymentPolicyState,
  RepositoryEnvironmentState,
} from "@pulumi/github";
import {
  type Environment,
  emptyEnvironment,
  type RepositorySettings,
  stableId,
} from "../../github/settings";
import type { Resolved } from "../kit/definition";
import { buildId, type GitHubContext, GitHubError, parseId, repositoryOf } from "./context";
import { resource } from "./definition";

/** https://www.pulumi.com/registry/packages/github/api-docs/repositoryenvironment/ */
export const repositoryEnvironment = resource<
  RepositoryEnvironmentArgs,
  RepositoryEnvironmentState
>({
  type: "github:index/repositoryEnvironment:RepositoryEnvironment",
  properties: {
    canAdminsBypass: { default: true },
    deploymentBranchPolicy: { block: { members: ["customBranchPolicies", "protectedBranches"] } },
    environment: { replace: true },
    preventSelfReview: { default: false },
    repository: {},
    reviewers: { block: { members: ["teams", "users"] } },
    waitTimer: {
      validate: (minutes) =>
        minutes >= 0 && minutes <= 43200 ? undefined : "expected to be in the range (0 - 43200)",
    },
  },
  outputs: { repositoryId: "stable" },
  // An existing environment is adopted: the call is the same.
  async create(github, inputs) {
    await put(github, inputs);
    return buildId(inputs.repository, inputs.environment);
  },
  async read(github, existing) {
    const repository = repositoryOf(existing);
    const [, name = ""] = parseId(existing.id);
    const { settings } = await github.find(github.fullName(repository));
    const environment = settings.environments[name];
    if (!environment) return undefined;
    const { canAdminsBypass, waitTimer, reviewers } = environment;
    // The provider reads both from the rule of required reviewers. Without that rule it keeps the state's values.
    const { outputs, inputs } = existing;
    const required = reviewers.length > 0;
    const before = outputs.preventSelfReview ?? inputs.preventSelfReview ?? false;
    const preventSelfReview = required ? environment.preventSelfReview : before;
    return {
      properties: {
        ...{ repository, environment: name, repositoryId: settings.id },
        ...{ canAdminsBypass, preventSelfReview, waitTimer },
        reviewers: (required ? reviewers : (outputs.reviewers ?? [])).map(({ teams, users }) => ({
          ...(teams && { teams: [...teams] }),
          ...(users && { users: [...users] }),
        })),
        deploymentBranchPolicy: environment.deploymentBranchPolicy ?? undefined,
      },
    };
  },
  update: (github, _, inputs) => put(github, inputs),
  async delete(github, existing) {
    const [, name = ""] = parseId(existing.id);
    const fullName = github.fullName(repositoryOf(existing));
    await github.change(fullName, request("DELETE", fullName, name), ({ environments }) => {
      delete environments[name];
    });
  },
});

async function put(github: GitHubContext, inputs: Resolved<RepositoryEnvironmentArgs>) {
  const { repository, environment } = inputs;
  const fullName = github.fullName(repository);
  await github.change(fullName, request("PUT", fullName, environment), ({ environments }) => {
    environments[environment] = {
      ...(environments[environment] ?? emptyEnvironment()),
      canAdminsBypass: inputs.canAdminsBypass ?? true,
      preventSelfReview: inputs.preventSelfReview ?? false,
      waitTimer: inputs.waitTimer ?? 0,
      reviewers: inputs.reviewers ?? [],
      deploymentBranchPolicy: inputs.deploymentBranchPolicy ?? null,
    };
  });
}

/** https://www.pulumi.com/registry/packages/github/api-docs/repositoryenvironmentdeploymentpolicy/ */
export const deploymentPolicy = resource<
  RepositoryEnvironmentDeploymentPolicyArgs,
  RepositoryEnvironmentDeploymentPolicyState
>({
  type: "github:index/repositoryEnvironmentDeploymentPolicy:RepositoryEnvironmentDeploymentPolicy",
  properties: {
    // Changes in place, except from one kind to the other.
    branchPattern: { replace: (old, pattern) => old === undefined || pattern === undefined },
    environment: { replace: true },
    repository: {},
    tagPattern: { replace: (old, pattern) => old === undefined || pattern === undefined },
  },
  outputs: { policyId: "stable", repositoryId: "stable" },
  validate({ branchPattern, tagPattern }) {
    const one = (branchPattern === undefined) !== (tagPattern === undefined);
    return one ? undefined : "exactly one of 'branchPattern' and 'tagPattern' must be given";
  },
  async create(github, inputs) {
    const fullName = github.fullName(inputs.repository);
    const call = `${request("POST", fullName, inputs.environment)}/deployment-branch-policies`;
    const key = keyOf(inputs);
    return github.change(fullName, call, (settings) => {
      const environment = environmentOf(settings, inputs.environment, call);
      if (!environment.deploymentBranchPolicy?.customBranchPolicies) {
        throw new GitHubError(404, call, "Not Found");
      }
      if (environment.policyIds[key]) throw new GitHubError(303, call, "See Other");
      const id = stableId(`${fullName}/${inputs.environment}/${key}`);
      setPolicies(environment, { ...environment.policyIds, [key]: id });
      return buildId(inputs.repository, inputs.environment, String(id));
    });
  },
  async read(github, existing) {
    const repository = repositoryOf(existing);
    const [, environment = "", policyId] = parseId(existing.id);
    const { settings } = await github.find(github.fullName(repository));
    const policies = Object.entries(settings.environments[environment]?.policyIds ?? {});
    const key = policies.find(([, known]) => String(known) === policyId)?.[0];
    if (!key) return undefined;
    const pattern = key.slice(key.indexOf(":") + 1);
    const property = key.startsWith("tag:") ? { tagPattern: pattern } : { branchPattern: pattern };
    return {
      properties: {
        ...{ repository, environment, repositoryId: settings.id, policyId: Number(policyId) },
        ...property,
      },
    };
  },
  async update(github, id, inputs) {
    await changePolicy(github, { id, repository: inputs.repository }, "PUT", keyOf(inputs));
  },
  async delete(github, existing) {
    const { id } = existing;
    await changePolicy(github, { id, repository: repositoryOf(existing) }, "DELETE");
  },
});

/** Changes or removes the pattern of a policy. */
async function changePolicy(
  github: GitHubContext,
  { id, repository }: { readonly id: string; readonly repository: string },
  method: string,
  key?: string,
): Promise<void> {
  const [, name = "", policyId] = parseId(id);
  const fullName = github.fullName(repository);
  const call = `${request(method, fullName, name)}/deployment-branch-policies/${policyId}`;
  await github.change(fullName, call, (settings) => {
    const environment = environmentOf(settings, name, call);
    const others = Object.entries(environment.policyIds).filter(
      ([, it]) => String(it) !== policyId,
    );
    const changed = key === undefined ? [] : [[key, Number(policyId)] as const];
    setPolicies(environment, Object.fromEntries([...others, ...changed]));
  });
}

function setPolicies(environment: Environment, policyIds: Record<string, number>): void {
  const patterns = (kind: string) =>
    Object.keys(policyIds)
      .filter((key) => key.startsWith(kind))
      .map((key) => key.slice(kind.length));
  environment.policyIds = policyIds;
  environment.branchPolicies = patterns("branch:");
  environment.tagPolicies = patterns("tag:");
}

function keyOf({ branchPattern, tagPattern }: { branchPattern?: string; tagPattern?: string }) {
  return tagPattern === undefined ? `branch:${branchPattern}` : `tag:${tagPattern}`;
}

/** GitHub answers 404 for an environment that does not exist. */
export function environmentOf(
  settings: RepositorySettings,
  name: string,
  call: string,
): Environment {
  const environment = settings.environments[name];
  if (!environment) throw new GitHubError(404, call, "Not Found");
  return environment;
}

function request(method: string, fullName: string, environment: string): string {
  return `${method} repos/${fullName}/environments/${encodeURIComponent(environment)}`;
}
