import type { Problem } from "../../shared/errors";
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
  readonly branch: string;
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

/** The ids of the policies, by the branch or tag that they allow, written as on GitHub's pages. */
export function policyIds(policies: Answer | undefined): Map<string, number> {
  const { branch_policies: all = [] } = (policies?.body ?? {}) as Partial<Policies>;
  return new Map(all.map(({ id, name, type }) => [type === "tag" ? `tag ${name}` : name, id]));
}

function judgeAdopted(
  { fullName, name, branch }: WantedEnvironment,
  environment: Answer,
  policies: Answer | undefined,
): Problem[] {
  const { deployment_branch_policy: policy } = environment.body as Environment;
  const allowed = [...policyIds(policies).keys()];
  if (policy?.custom_branch_policies && allowed.length === 1 && allowed[0] === branch) {
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
      allowed: `an environment that allows only the trigger's branch: ${branch}`,
      fix: `on GitHub under Settings, Environments, ${name}, Deployment branches and tags: select ${branch} and remove the rest`,
    },
  ];
}
