import * as pulumi from "@pulumi/pulumi";
import type { CloudFront } from "../../cloudfront";
import type { Frontend } from "../../frontend";
import { ActionsSettings } from "../actions-settings";
import { commitFile, leaveFile } from "../committed-file";
import { commitInputs } from "../delivery";
import type { GitHubEnvironment } from "../environment";
import type { GitHubOidc } from "../oidc";
import { proposeFiles } from "../proposal";
import { namesVariableName, roleSecretName } from "../settings";
import { workflowPath } from "../workflow/args";
import { releaseScriptPath, renderReleaseScript } from "../workflow/release-script";
import { fileBranches } from "../workflow/trigger";
import { type FrontendNames, frontendName, renderFrontendWorkflow } from "./render";
import { frontendRole } from "./role";

/** The arguments of a {@link FrontendDeployment}. */
export interface FrontendDeploymentArgs {
  /** The account's identity provider for GitHub. */
  readonly oidc: GitHubOidc;
  /** The stack's settings on GitHub. */
  readonly environment: GitHubEnvironment;
  /** The site. */
  readonly frontend: Frontend;
  /** The distribution before it. */
  readonly cloudfront: CloudFront;
}

/**
 * The deployment of a site from its repository: the role that the workflow assumes, the settings that the workflow reads, and the workflow
 * file.
 *
 * Cost: free; runs use GitHub Actions minutes.
 */
export class FrontendDeployment extends pulumi.ComponentResource {
  /** `.github/workflows/deploy-frontend-<stack>.yml` */
  readonly workflow: string;

  constructor(
    private readonly name: string,
    private readonly args: FrontendDeploymentArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("slipway:github:FrontendDeployment", name, {}, opts);
    const { stack, place } = args.environment;
    this.workflow = workflowPath(frontendName, stack);
    const roleSecret = roleSecretName(frontendName, place);
    const namesVariable = namesVariableName(frontendName, place);
    const settings = this.createSettings(roleSecret, namesVariable);
    this.deliver(roleSecret, namesVariable, [args.environment, settings, args.cloudfront]);
    this.registerOutputs({ workflow: this.workflow });
  }

  private get environmentName(): string | undefined {
    const { settings, stack } = this.args.environment;
    return settings === "environment" ? stack : undefined;
  }

  private createSettings(roleSecret: string, namesVariable: string): ActionsSettings {
    const { oidc, environment, frontend, cloudfront } = this.args;
    const { repository, trigger, region } = environment;
    const role = frontendRole(
      this.name,
      {
        ...{ oidc, repository, trigger, workflow: this.workflow },
        environment: this.environmentName,
        scope: {
          bucket: frontend.bucketArn,
          distribution: cloudfront.distributionArn,
          releasePointer: frontend.releasePointerArn,
        },
      },
      this,
    );
    const names: { readonly [Key in keyof FrontendNames]: pulumi.Input<string> } = {
      ...{ region, bucket: frontend.bucket, distribution: cloudfront.distributionId },
      ...{ releasePointer: frontend.releasePointer, url: cloudfront.url },
    };
    return new ActionsSettings(
      this.name,
      {
        repository,
        environment: environment.environment,
        secrets: { [roleSecret]: role },
        variables: { [namesVariable]: pulumi.jsonStringify(names) },
      },
      { parent: this },
    );
  }

  private deliver(roleSecret: string, namesVariable: string, dependsOn: pulumi.Resource[]): void {
    const { environment, frontend } = this.args;
    const { repository, stack, trigger, delivery } = environment;
    const author = { project: pulumi.getProject(), stack };
    const content = renderFrontendWorkflow({
      ...{ ...author, settings: frontend.settings, trigger, roleSecret, namesVariable },
      environment: this.environmentName,
    });
    const commit = commitInputs(delivery, `Deploy ${frontendName} to ${stack}`);
    for (const branch of fileBranches(trigger, repository.defaultBranch)) {
      const name = `${this.name}-${branch}`;
      const file = { repository, branch, file: this.workflow };
      // A push can start a run as soon as the file exists.
      const opts = { parent: this, dependsOn };
      if (delivery.type === "commit") {
        commitFile(name, { ...file, content, commit }, opts);
      } else {
        leaveFile(name, file, opts);
        const files = {
          [this.workflow]: content,
          [releaseScriptPath(stack)]: renderReleaseScript(author),
        };
        const proposal = { ...author, service: frontendName, repository, branch, files, commit };
        proposeFiles(this, this.name, proposal, delivery);
      }
    }
  }
}
