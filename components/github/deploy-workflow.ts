import * as pulumi from "@pulumi/pulumi";
import { refuse } from "../shared/errors";
import { commitFile, leaveFile } from "./committed-file";
import { checkDelivery, commitInputs, type Delivery } from "./delivery";
import type { GitHubRepository } from "./lookup";
import { proposeFiles } from "./proposal";
import { type WorkflowArgs, workflowPath } from "./workflow/args";
import { checkBuild, checkSecretNames, checkTest } from "./workflow/check-build";
import { checkTriggers } from "./workflow/check-triggers";
import type { WorkflowNameInputs, WorkflowNames } from "./workflow/names";
import { releaseScriptPath, renderReleaseScript } from "./workflow/release-script";
import { renderWorkflow } from "./workflow/render";
import { fileBranches } from "./workflow/trigger";

/** The arguments of a {@link DeployWorkflow}. */
export interface DeployWorkflowArgs extends Omit<WorkflowArgs, "names"> {
  /** The repository that gets the file. */
  readonly repository: GitHubRepository;
  /** The names of the AWS objects that a run uses. */
  readonly names: WorkflowNameInputs;
  /** The variable on GitHub that contains the names, for a file that is delivered in a pull request. */
  readonly namesVariable: string;
  /** How the file gets into the repository. @default a commit to each branch */
  readonly delivery?: Delivery;
}

/**
 * The workflow file that deploys one service of one stack. It runs the stack's {@link ReleaseScript}. Both are committed to the triggers'
 * branches, or proposed in pull requests, and to the default branch, because GitHub only offers workflows of the default branch for a
 * run by hand.
 *
 * Pass everything that a run needs in `dependsOn`. Cost: free; runs use GitHub Actions minutes.
 */
export class DeployWorkflow extends pulumi.ComponentResource {
  /** `.github/workflows/deploy-<service>-<stack>.yml` */
  readonly file: string;

  constructor(name: string, args: DeployWorkflowArgs, opts?: pulumi.ComponentResourceOptions) {
    refuse(`DeployWorkflow "${name}"`, [
      ...checkTriggers(args.trigger, "args.trigger"),
      ...checkBuild(args.build, "args.build", args.cpuArchitecture),
      ...checkSecretNames(args.build, "args.build"),
      ...checkTest(args.test ?? {}, "args.test"),
      ...checkDelivery(args.delivery, "args.delivery"),
    ]);
    super("slipway:github:DeployWorkflow", name, {}, opts);
    this.file = workflowPath(args.service, args.stack);

    const { delivery = { type: "commit" }, names, repository, stack, ...rest } = args;
    const commit = commitInputs(delivery, `Deploy ${args.service} to ${stack}`);
    for (const branch of fileBranches(args.trigger, repository.defaultBranch)) {
      const place = { repository, branch, file: this.file };
      if (delivery.type === "commit") {
        const content = pulumi
          .output(names)
          .apply((known) => renderWorkflow({ ...rest, stack, names: known }));
        commitFile(`${name}-${branch}`, { ...place, content, commit }, { parent: this });
      } else {
        leaveFile(`${name}-${branch}`, place, { parent: this });
        // Without the names, the file is plain data. So it can decide whether a pull request is needed.
        const keys = Object.keys(names) as (keyof WorkflowNames)[];
        const variable = { variable: args.namesVariable, keys };
        const files = {
          [this.file]: renderWorkflow({ ...rest, stack, names: variable }),
          [releaseScriptPath(stack)]: renderReleaseScript({ project: args.project, stack }),
        };
        proposeFiles(this, name, { ...rest, repository, stack, branch, files, commit }, delivery);
      }
    }
    this.registerOutputs({ file: this.file });
  }
}
