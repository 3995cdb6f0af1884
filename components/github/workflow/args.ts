import type { Problem } from "../../shared/errors";
import type { WorkflowNames } from "./names";

/** What starts a deployment: a push to one branch. Others will join this union. */
export interface PushTrigger {
  readonly type: "push";
  /** One branch, without wildcards: it is also the branch that the deploy role trusts. */
  readonly branch: string;
}

export type Trigger = PushTrigger;

export interface BuildArgs {
  /**
   * The folder that the build sees, from the repository's root on.
   * @default "."
   */
  readonly context?: string;
  /**
   * From the repository's root on.
   * @default "Dockerfile" in the context
   */
  readonly dockerfile?: string;
  /** The stage to build. Default: the last. */
  readonly target?: string;
  /** Build arguments. They can be read from the image: never a secret. */
  readonly args?: Readonly<Record<string, string>>;
  /**
   * Deploy only when a push changes one of these, in GitHub's own pattern language: `services/api/**`.
   * @default every push
   */
  readonly paths?: readonly string[];
}

/** All that a workflow depends on. */
export interface WorkflowArgs {
  readonly service: string;
  readonly project: string;
  readonly stack: string;
  readonly trigger: Trigger;
  /** The GitHub environment of the job, if there is one. */
  readonly environment?: string | undefined;
  /** The secret that holds the ARN of the role to assume. */
  readonly roleSecret: string;
  readonly names: WorkflowNames;
  readonly build: BuildArgs;
  readonly cpuArchitecture: "X86_64" | "ARM64";
  /** The deployment group, where CodeDeploy deploys. */
  readonly codeDeploy?: { readonly deploymentGroupName: string } | undefined;
  readonly timeouts: Timeouts;
}

/** From the forecast of a deployment, in minutes. */
export interface Timeouts {
  /** The deploy action's `wait-for-minutes`. */
  readonly waitForMinutes: number;
  /** The job's limit, the build included. */
  readonly timeoutMinutes: number;
}

export function workflowPath(service: string, stack: string): string {
  return `.github/workflows/deploy-${service}-${stack}.yml`;
}

/** A branch that GitHub and the trust policy take literally. */
export function checkBranch(branch: string, path: string): Problem[] {
  // https://git-scm.com/docs/git-check-ref-format, and no characters that GitHub's filters give a meaning.
  // Nor control characters, and no expression of GitHub's.
  const valid =
    /^(?![-/.])(?!.*(?:\.\.|\/\/|\/\.|@\{|\$\{\{|\.lock(?:\/|$)))[^\s\p{Cc}~^:?*[\]\\!+]+(?<![/.])$/u;
  if (valid.test(branch)) {
    return [];
  }
  return [
    {
      path,
      value: branch,
      allowed: "the name of one branch; a wildcard would let any branch of that kind deploy",
      fix: "for example main",
    },
  ];
}
