import * as pulumi from "@pulumi/pulumi";
import { commitFile, leaveFile } from "./committed-file";
import { commitInputs, type Delivery } from "./delivery";
import type { GitHubRepository } from "./lookup";
import { releaseScriptPath, renderReleaseScript } from "./workflow/release-script";
import { fileBranches, type Triggers } from "./workflow/trigger";

/** The arguments of a {@link ReleaseScript}. */
export interface ReleaseScriptArgs {
  /** The repository that gets the script. */
  readonly repository: GitHubRepository;
  /** The Pulumi project. */
  readonly project: string;
  /** The stack, which is part of the script's name. */
  readonly stack: string;
  /** The events that start a deployment. Their branches get the script. */
  readonly trigger: Triggers;
  /** How the script gets into the repository. A pull request for a workflow file contains it, too. @default a commit to each branch */
  readonly delivery?: Delivery | undefined;
}

/**
 * The script that the deploy workflows of a stack run: the steps for which no action exists. It is a bash file beside the workflows, which
 * shellcheck and people can read.
 *
 * Cost: free.
 */
export class ReleaseScript extends pulumi.ComponentResource {
  /** `.github/slipway/release-<stack>.sh` */
  readonly file: string;

  constructor(name: string, args: ReleaseScriptArgs, opts?: pulumi.ComponentResourceOptions) {
    super("slipway:github:ReleaseScript", name, {}, opts);
    this.file = releaseScriptPath(args.stack);
    const { repository, stack, delivery = { type: "commit" } } = args;
    for (const branch of fileBranches(args.trigger, repository.defaultBranch)) {
      const logicalName = `${name}-release-script-${branch}`;
      const place = { repository, branch, file: this.file };
      if (delivery.type === "commit") {
        const content = renderReleaseScript(args);
        const commit = commitInputs(delivery, `Release to ${stack}`);
        commitFile(logicalName, { ...place, content, commit }, { parent: this });
      } else {
        leaveFile(logicalName, place, { parent: this });
      }
    }
    this.registerOutputs({ file: this.file });
  }
}
