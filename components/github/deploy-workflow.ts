import * as github from "@pulumi/github";
import * as pulumi from "@pulumi/pulumi";
import { refuse } from "../shared/errors";
import type { GitHubRepository } from "./lookup";
import { refuseTo } from "./refuse";
import { commitMark, type WorkflowArgs, workflowPath } from "./workflow/args";
import { checkBuild } from "./workflow/check-build";
import { checkTriggers } from "./workflow/check-triggers";
import type { WorkflowNameInputs } from "./workflow/names";
import { renderWorkflow } from "./workflow/render";
import { fileBranches } from "./workflow/trigger";

export interface DeployWorkflowArgs extends Omit<WorkflowArgs, "names"> {
  readonly repository: GitHubRepository;
  readonly names: WorkflowNameInputs;
}

/**
 * The workflow file that deploys one service of one stack. It is committed to the triggers' branches, and to the default branch,
 * because GitHub only offers workflows of the default branch for a run by hand.
 *
 * Pass everything that a run needs in `dependsOn`. Cost: free; runs use GitHub Actions minutes.
 */
export class DeployWorkflow extends pulumi.ComponentResource {
  /** `.github/workflows/deploy-<service>-<stack>.yml` */
  readonly file: string;

  constructor(name: string, args: DeployWorkflowArgs, opts?: pulumi.ComponentResourceOptions) {
    refuse(`DeployWorkflow "${name}"`, [
      ...checkTriggers(args.trigger, "args.trigger"),
      ...checkBuild(args.build, "args.build"),
    ]);
    super("slipway:github:DeployWorkflow", name, {}, opts);
    this.file = workflowPath(args.service, args.stack);

    const content = pulumi.output(args.names).apply((names) => renderWorkflow({ ...args, names }));
    const closed = args.repository.found?.closedBranches ?? {};
    for (const branch of fileBranches(args.trigger, args.repository.defaultBranch)) {
      new github.RepositoryFile(
        `${name}-${branch}`,
        {
          repository: args.repository.name,
          branch,
          file: this.file,
          content,
          // Without `[skip ci]`: GitHub would also ignore a tag on this commit. The workflows ignore changes of these files.
          commitMessage: `Deploy ${args.service} to ${args.stack}${commitMark}`,
          overwriteOnCreate: true,
        },
        {
          parent: this,
          // A refresh reads these from the newest commit. After a squash or rebase they would always differ.
          ignoreChanges: ["commitMessage", "commitAuthor", "commitEmail"],
          ...refuseTo(
            ["beforeCreate", "beforeUpdate"],
            `${name}-${branch}`,
            closed[branch] && `GitHub refuses commits to ${branch}: ${closed[branch]}.`,
          ),
        },
      );
    }
    this.registerOutputs({ file: this.file });
  }
}
