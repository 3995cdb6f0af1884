import { Document, isMap, isPair, isScalar, visit } from "yaml";
import type { Problem } from "../shared/errors";
import { actions } from "./actions";
import { header } from "./header";
import { steps } from "./steps";
import { environmentVariables, type WorkflowNames } from "./workflow-names";

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

/** The workflow file, with each action's version beside its commit. */
export function renderWorkflow(args: WorkflowArgs): string {
  const document = new Document(workflow(args), { aliasDuplicateObjects: false });
  document.commentBefore = header(args);
  const versions = new Map(Object.values(actions).map(({ uses, version }) => [uses, version]));
  visit(document, {
    Pair(_, pair) {
      if (!isPair(pair) || !isScalar(pair.key) || !isScalar(pair.value)) {
        return;
      }
      if (pair.key.value === "uses") {
        pair.value.comment = ` ${versions.get(String(pair.value.value))}`;
      }
      if (pair.key.value === "id-token") {
        pair.value.comment = " GitHub's token, for which AWS gives the deploy role";
      }
    },
    Seq(key, seq) {
      // A blank line between steps.
      if (key !== null && seq.items.length > 1 && seq.items.every((item) => isMap(item))) {
        seq.items.slice(1).forEach((item) => {
          if (isMap(item)) {
            item.spaceBefore = true;
          }
        });
      }
    },
  });
  return document.toString({ lineWidth: 0 });
}

function workflow(args: WorkflowArgs): object {
  const { service, stack, timeouts } = args;
  return {
    name: `Deploy ${service} to ${stack}`,
    on: {
      push: {
        branches: [args.trigger.branch],
        ...(args.build.paths?.length && { paths: [...args.build.paths] }),
      },
      workflow_dispatch: {
        inputs: {
          "image-tag": {
            description: "Tag of an image in the registry to deploy; without one, this commit's",
            type: "string",
            required: false,
          },
        },
      },
    },
    permissions: {},
    // A deployment that has begun is never cancelled; the newest push waits for it.
    concurrency: { group: `deploy-${service}-${stack}`, "cancel-in-progress": false },
    jobs: {
      deploy: {
        name: `Deploy ${service} to ${stack}`,
        "runs-on": args.cpuArchitecture === "ARM64" ? "ubuntu-24.04-arm" : "ubuntu-24.04",
        ...(args.environment && { environment: args.environment }),
        "timeout-minutes": timeouts.timeoutMinutes,
        permissions: { contents: "read", "id-token": "write" },
        env: environmentVariables(args.names),
        steps: steps(args).map(({ name, id, if: condition, action, ...rest }) => ({
          name,
          ...(id && { id }),
          ...(condition && { if: condition }),
          ...(action && { uses: action.uses }),
          ...rest,
        })),
      },
    },
  };
}
