import * as github from "@pulumi/github";
import type * as pulumi from "@pulumi/pulumi";
import { type GitHubRepository, policyName } from "./lookup";
import { type EnvironmentProtection, planProtection } from "./protection";
import { refuseTo } from "./refuse";
import type { GitRef } from "./workflow/trigger";

interface NewEnvironment {
  readonly repository: GitHubRepository;
  readonly environment: string;
  readonly protection: EnvironmentProtection | undefined;
  /** The branches and tags that may deploy to it. */
  readonly refs: readonly GitRef[];
  /** Whether the environment exists. That is a mistake, unless this stack created it. */
  readonly exists: boolean;
  /** The error if an object exists but is not in the stack's state. */
  readonly foreignMessage: string;
}

interface CreatedEnvironment {
  readonly environment: github.RepositoryEnvironment;
  readonly policies: readonly github.RepositoryEnvironmentDeploymentPolicy[];
}

/** Creates an environment to which only some branches and tags can deploy. The rules also hide its secrets from all others. */
export function createEnvironment(
  name: string,
  args: NewEnvironment,
  parent: pulumi.Resource,
): CreatedEnvironment {
  const { repository, foreignMessage } = args;
  const { inputs, ignoreChanges } = planProtection(args.protection);
  const environment = new github.RepositoryEnvironment(
    name,
    {
      repository: repository.name,
      environment: args.environment,
      deploymentBranchPolicy: { protectedBranches: false, customBranchPolicies: true },
      ...inputs,
    },
    {
      parent,
      ignoreChanges,
      ...refuseTo(["beforeCreate"], `${name}-environment`, args.exists && foreignMessage),
    },
  );
  const policies = args.refs.map((ref, i) => {
    const policy = policyLogicalName(name, ref, i);
    const exists = repository.found?.policies[policyName(ref)] !== undefined;
    return new github.RepositoryEnvironmentDeploymentPolicy(
      policy,
      {
        repository: repository.name,
        environment: environment.environment,
        ...(ref.type === "tag" ? { tagPattern: ref.name } : { branchPattern: ref.name }),
      },
      {
        parent,
        ...refuseTo(["beforeCreate"], `${policy}-branch-policy`, exists && foreignMessage),
      },
    );
  });
  return { environment, policies };
}

/** The first policy has the environment's name, because earlier versions had only this policy. */
export function policyLogicalName(name: string, ref: GitRef, index: number): string {
  return index === 0 ? name : `${name}-${policyName(ref)}`;
}
