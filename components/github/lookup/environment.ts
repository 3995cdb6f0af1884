import type { Problem } from "../../shared/errors";
import type { GitRef } from "../workflow/trigger";
import type { Answer } from "./ask";
import { failure } from "./token";

/** The fields that are used of https://docs.github.com/en/rest/deployments/environments#get-an-environment */
interface Environment {
  readonly deployment_branch_policy: {
    readonly protected_branches: boolean;
    readonly custom_branch_policies: boolean;
  } | null;
}

/** The fields that are used of https://docs.github.com/en/rest/deployments/branch-policies#list-deployment-branch-policies */
interface Policies {
  readonly branch_policies: readonly {
    readonly id: number;
    readonly name: string;
    readonly type?: string;
  }[];
}

export interface WantedEnvironment {
  readonly fullName: string;
  readonly name: string;
  /** `adopt`: the environment must exist, with the branch policy that the stack needs. */
  readonly mode: "create" | "adopt";
  readonly refs: readonly GitRef[];
}

export function judgeEnvironment(
  wanted: WantedEnvironment,
  environment: Answer,
  policies: Answer | undefined,
): Problem[] {
  const { fullName, name, mode } = wanted;
  if (environment.code === 404) {
    return mode === "create"
      ? []
      : [
          {
            path: "github.environment",
            value: mode,
            allowed: `an existing environment: ${fullName} has no environment ${name}`,
            fix: "remove github.environment, and Slipway creates the environment",
          },
        ];
  }
  const failed = [environment, policies].find((answer) => answer && answer.code !== 200);
  if (failed) {
    return [failure(fullName, failed, "Actions")];
  }
  return mode === "create" ? [] : judgeAdopted(wanted, environment, policies);
}

/**
 * The plans without rulesets for private repositories have no environments for them either.
 * https://docs.github.com/en/actions/reference/workflows-and-actions/deployments-and-environments
 */
export function noEnvironments(fullName: string): Problem {
  return {
    path: "github.settings",
    value: "environment",
    allowed: `repository: ${fullName} is private, and its owner's plan has environments only for public repositories`,
    fix: "set settings: repository and remove github.environment; or upgrade the plan, or make the repository public",
  };
}

/** The ids of the policies, by the branch or tag that they allow. */
export function policyIds(policies: Answer | undefined): Record<string, number> {
  const { branch_policies: all = [] } = (policies?.body ?? {}) as Partial<Policies>;
  return Object.fromEntries(
    all.map(({ id, name, type }) => [
      policyName({ type: type === "tag" ? "tag" : "branch", name }),
      id,
    ]),
  );
}

/** `main`, `tag v*` */
export function policyName({ type, name }: GitRef): string {
  return type === "tag" ? `tag ${name}` : name;
}

function judgeAdopted(
  { fullName, name, refs }: WantedEnvironment,
  environment: Answer,
  policies: Answer | undefined,
): Problem[] {
  const { deployment_branch_policy: policy } = environment.body as Environment;
  const allowed = Object.keys(policyIds(policies));
  const wanted = refs.map(policyName);
  const same = allowed.length === wanted.length && wanted.every((name) => allowed.includes(name));
  if (policy?.custom_branch_policies && same) {
    return [];
  }
  const found = policy?.custom_branch_policies
    ? allowed.join(", ") || "no branch"
    : policy?.protected_branches
      ? "every protected branch"
      : "every branch";
  return [
    {
      path: "github.environment",
      value: `adopt: the environment ${name} of ${fullName} allows ${found}`,
      allowed: `an environment that allows only the trigger's ${refs.every(({ type }) => type === "branch") ? "branch" : "branches and tags"}: ${wanted.join(", ")}`,
      fix: `on GitHub under Settings, Environments, ${name}, Deployment branches and tags: select ${wanted.join(", ")} and remove the rest`,
    },
  ];
}
