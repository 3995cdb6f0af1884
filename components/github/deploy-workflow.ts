import * as pulumi from "@pulumi/pulumi";
import { refuse } from "../shared/errors";
import { commitFile } from "./committed-file";
import type { GitHubRepository } from "./lookup";
import { type WorkflowArgs, workflowPath } from "./workflow/args";
import { checkBuild, checkTest } from "./workflow/check-build";
import { checkTriggers } from "./workflow/check-triggers";
import type { WorkflowNameInputs } from "./workflow/names";
import { renderWorkflow } from "./workflow/render";

export interface DeployWorkflowArgs extends Omit<WorkflowArgs, "names"> {
  readonly repository: GitHubRepository;
  readonly names: WorkflowNameInputs;
}

/**
 * The workflow file that deploys one service of one stack. It runs the stack's {@link ReleaseScript}.
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
      ...checkTest(args.test ?? {}, "args.test"),
    ]);
    super("slipway:github:DeployWorkflow", name, {}, opts);
    this.file = workflowPath(args.service, args.stack);

    const content = pulumi.output(args.names).apply((names) => renderWorkflow({ ...args, names }));
    commitFile(this, name, {
      ...args,
      file: this.file,
      content,
      message: `Deploy ${args.service} to ${args.stack}`,
    });
    this.registerOutputs({ file: this.file });
  }
}
