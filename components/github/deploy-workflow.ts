import * as github from "@pulumi/github";
import * as pulumi from "@pulumi/pulumi";
import { refuse } from "../shared/errors";
import { type CommitInputs, checkDelivery, commitInputs, type Delivery } from "./delivery";
import type { GitHubRepository } from "./lookup";
import { proposeFiles } from "./proposal";
import { refuseTo } from "./refuse";
import { type WorkflowArgs, workflowPath } from "./workflow/args";
import { checkBuild } from "./workflow/check-build";
import { checkTriggers } from "./workflow/check-triggers";
import type { WorkflowNameInputs, WorkflowNames } from "./workflow/names";
import { renderWorkflow } from "./workflow/render";
import { fileBranches } from "./workflow/trigger";

export interface DeployWorkflowArgs extends Omit<WorkflowArgs, "names"> {
  readonly repository: GitHubRepository;
  readonly names: WorkflowNameInputs;
  /** The variable on GitHub that contains the names, for a file that is delivered in a pull request. */
  readonly namesVariable: string;
  /** How the file gets into the repository. @default a commit to each branch */
  readonly delivery?: Delivery;
}

/**
 * The workflow file that deploys one service of one stack. It is committed to the triggers' branches, or proposed in pull requests, and
 * to the default branch, because GitHub only offers workflows of the default branch for a run by hand.
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
      ...checkDelivery(args.delivery, "args.delivery"),
    ]);
    super("slipway:github:DeployWorkflow", name, {}, opts);
    this.file = workflowPath(args.service, args.stack);

    const { delivery = { type: "commit" }, names, ...rest } = args;
    const commit = commitInputs(delivery, args.service, args.stack);
    for (const branch of fileBranches(args.trigger, args.repository.defaultBranch)) {
      if (delivery.type === "commit") {
        const content = pulumi
          .output(names)
          .apply((known) => renderWorkflow({ ...rest, names: known }));
        this.commitFile(name, { ...args, branch, content, commit });
      } else {
        // Without the names, the file is plain data. So it can decide whether a pull request is needed.
        const keys = Object.keys(names) as (keyof WorkflowNames)[];
        const variable = { variable: args.namesVariable, keys };
        const files = { [this.file]: renderWorkflow({ ...rest, names: variable }) };
        proposeFiles(this, name, { ...rest, branch, files, commit }, delivery);
      }
    }
    this.registerOutputs({ file: this.file });
  }

  private commitFile(name: string, { repository, branch, content, commit }: CommitFileArgs): void {
    const closed = repository.found?.closedBranches[branch];
    new github.RepositoryFile(
      `${name}-${branch}`,
      {
        ...{ repository: repository.name, branch, file: this.file, content },
        ...{ ...commit, overwriteOnCreate: true },
      },
      {
        parent: this,
        // A refresh reads these from the newest commit. After a squash or rebase they would always differ.
        ignoreChanges: ["commitMessage", "commitAuthor", "commitEmail"],
        ...refuseTo(
          ["beforeCreate", "beforeUpdate"],
          `${name}-${branch}`,
          closed &&
            `GitHub refuses commits to ${branch}: ${closed}. With github.delivery: { type: pull_request }, Slipway opens a pull request.`,
        ),
      },
    );
  }
}

interface CommitFileArgs {
  readonly repository: GitHubRepository;
  readonly branch: string;
  readonly content: pulumi.Output<string>;
  readonly commit: CommitInputs;
}
