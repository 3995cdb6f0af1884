import * as pulumi from "@pulumi/pulumi";
import { commitFile } from "./committed-file";
import type { GitHubRepository } from "./lookup";
import { releaseScriptPath, renderReleaseScript } from "./workflow/release-script";
import type { Triggers } from "./workflow/trigger";

export interface ReleaseScriptArgs {
  readonly repository: GitHubRepository;
  readonly project: string;
  readonly stack: string;
  /** The events that start a deployment. Their branches get the script. */
  readonly trigger: Triggers;
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
    commitFile(this, `${name}-release-script`, {
      ...args,
      file: this.file,
      content: renderReleaseScript(args),
      message: `Release to ${args.stack}`,
    });
    this.registerOutputs({ file: this.file });
  }
}
