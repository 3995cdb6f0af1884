import { checkString } from "../../shared/checks";
import type { Problem } from "../../shared/errors";
import type { WorkflowNames } from "./names";

/** A push to one branch starts a deployment. */
export interface PushTrigger {
  readonly type: "push";
  /** One branch, without wildcards: the deploy role trusts the same branch. */
  readonly branch: string;
}

/** The event that starts a deployment. More kinds will follow. */
export type Trigger = PushTrigger;

export interface BuildArgs {
  /**
   * The build context: a folder, relative to the repository's root.
   * @default "."
   */
  readonly context?: string;
  /**
   * The Dockerfile, relative to the repository's root.
   * @default "Dockerfile" in the context
   */
  readonly dockerfile?: string;
  /** The stage to build. @default the last stage */
  readonly target?: string;
  /** Build arguments. Everyone who has the image can read them, so never put a secret here. @default none */
  readonly args?: Readonly<Record<string, string>>;
  /**
   * Deploys only if a push changes a file that matches one of GitHub's path patterns: `services/api/**`.
   * @default every push deploys
   */
  readonly paths?: readonly string[];
}

/** All values in a workflow file. */
export interface WorkflowArgs {
  readonly service: string;
  readonly project: string;
  readonly stack: string;
  readonly trigger: Trigger;
  /** The job's GitHub environment. @default none */
  readonly environment?: string | undefined;
  /** The secret that contains the ARN of the role to assume. */
  readonly roleSecret: string;
  readonly names: WorkflowNames;
  readonly build: BuildArgs;
  readonly cpuArchitecture: "X86_64" | "ARM64";
  /** The deployment group, if CodeDeploy deploys. @default none: ECS deploys */
  readonly codeDeploy?: { readonly deploymentGroupName: string } | undefined;
  readonly timeouts: Timeouts;
}

/** Time limits in minutes, computed from the forecast of a deployment. */
export interface Timeouts {
  /** The deploy action's `wait-for-minutes`. */
  readonly waitForMinutes: number;
  /** The job's `timeout-minutes`, including the build. */
  readonly timeoutMinutes: number;
}

export function workflowPath(service: string, stack: string): string {
  return `.github/workflows/deploy-${service}-${stack}.yml`;
}

/** Checks that GitHub and the trust policy take the branch literally. */
export function checkBranch(branch: string | undefined, path: string): Problem[] {
  // https://git-scm.com/docs/git-check-ref-format, and without control characters, GitHub expressions and characters that have
  // a meaning in GitHub's filters.
  const valid =
    /^(?![-/.])(?!.*(?:\.\.|\/\/|\/\.|@\{|\$\{\{|\.lock(?:\/|$)))[^\s\p{Cc}~^:?*[\]\\!+]+(?<![/.])$/u;
  return checkString(path, branch, {
    valid,
    allowed: "the name of one branch; a wildcard would let any branch of that kind deploy",
    fix: "for example main",
  });
}
