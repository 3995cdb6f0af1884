import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { type Problem, refuse } from "../../shared/errors";
import { ActionsSettings } from "../actions-settings";
import { commitFile } from "../committed-file";
import { commitInputs } from "../delivery";
import type { GitHubRepository } from "../lookup";
import { createEnvironment } from "../new-environment";
import type { GitHubOidc } from "../oidc";
import { checkPreviews } from "./check";
import { type PreviewFilesArgs, renderPreviewWorkflow, renderUpdateWorkflow } from "./render";
import { PreviewRole, UpdateRole } from "./roles";
import {
  type PreviewedStack,
  type PreviewSettings,
  previewsPath,
  roleSecret,
  type UpdateSettings,
  updateEnvironment,
  type WorkflowKind,
} from "./settings";

/** The arguments of a {@link PreviewWorkflow}. */
export interface PreviewWorkflowArgs extends Omit<PreviewSettings, "repository" | "workflow"> {
  /** The repository that holds the Pulumi program. */
  readonly repository: GitHubRepository;
  /** The account's identity provider for GitHub. */
  readonly oidc: GitHubOidc;
  /**
   * The AWS region of the jobs. The stacks' own configuration decides where their resources are.
   * @default `aws:region` of the program, or AWS_REGION
   */
  readonly region?: string | undefined;
}

/**
 * Comments on each pull request of the Pulumi program's repository, with the changes that it would make, and updates stacks after a
 * merge. It creates the two workflow files, a role for each of their jobs with access to AWS, and the settings that they read.
 *
 * ```ts
 * new PreviewWorkflow("previews", {
 *   repository, oidc,
 *   backend: { type: "s3", url: "s3://octo-pulumi-state", kmsKey: "alias/pulumi" },
 *   stacks: [{ name: "dev" }, { name: "prod" }],
 * });
 * ```
 *
 * Cost: free; runs use GitHub Actions minutes.
 */
export class PreviewWorkflow extends pulumi.ComponentResource {
  /** The paths of the workflow files. */
  readonly files: readonly string[];

  private readonly project = pulumi.getProject();
  private readonly branch: string;
  private readonly region: string;
  private readonly environments: boolean;
  private readonly dependencies: pulumi.Resource[] = [];

  constructor(
    private readonly name: string,
    private readonly args: PreviewWorkflowArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    const { repository, oidc, region = aws.config.region, ...settings } = args;
    refuse(`PreviewWorkflow "${name}"`, [
      ...checkPreviews(settings, "args"),
      ...(region === undefined ? [missingRegion] : []),
    ]);
    super("slipway:github:PreviewWorkflow", name, {}, opts);
    this.branch = args.baseBranch ?? repository.defaultBranch;
    this.region = region ?? "";
    this.environments = args.settings !== "repository";

    const { stacks } = args;
    this.writeSecrets(
      "preview",
      stacks.map((stack) => [stack, this.previewRole(stack)]),
    );
    for (const stack of stacks) {
      if (stack.update) {
        this.prepareUpdate(stack, stack.update);
      }
    }

    const updates = stacks.some(({ update }) => update);
    this.files = [
      this.writeFile("preview", renderPreviewWorkflow),
      ...(updates ? [this.writeFile("update", renderUpdateWorkflow)] : []),
    ];
    this.registerOutputs({ files: this.files });
  }

  private previewRole({ name: stack, role, policy }: PreviewedStack): pulumi.Input<string> {
    const { oidc, repository, backend } = this.args;
    const args = { oidc, repository, backend, stack, policy };
    return role ?? new PreviewRole(`${this.name}-preview-${stack}`, args, { parent: this }).arn;
  }

  private prepareUpdate(stack: PreviewedStack, { role, environment }: UpdateSettings): void {
    const { oidc, repository, backend } = this.args;
    const { branch, environments } = this;
    const common = { oidc, repository, backend, branch, environment: environments };
    const arn =
      typeof role === "string"
        ? role
        : new UpdateRole(
            `${this.name}-update-${stack.name}`,
            { ...common, ...role, stack: stack.name },
            { parent: this },
          ).arn;
    const place = environments ? this.createEnvironment(stack, environment) : undefined;
    this.writeSecrets("update", [[stack, arn]], place);
  }

  /** An environment to which only the branch can deploy: only its jobs see the role and the token of the update. */
  private createEnvironment(
    { name: stack }: PreviewedStack,
    protection: UpdateSettings["environment"],
  ): pulumi.Output<string> {
    const { repository } = this.args;
    const environment = updateEnvironment({ project: this.project, stack });
    const name = `${this.name}-update-${stack}`;
    const created = createEnvironment(
      name,
      {
        ...{ repository, environment, protection },
        refs: [{ type: "branch", name: this.branch }],
        exists: repository.found?.updateEnvironments?.includes(environment) === true,
        foreignMessage: `the environment ${environment} of ${repository.owner}/${repository.name} exists, and this stack did not create it. Delete it on GitHub, or remove update from previews.`,
      },
      this,
    );
    this.dependencies.push(...created.policies);
    return created.environment.environment;
  }

  private writeSecrets(
    kind: WorkflowKind,
    roles: readonly (readonly [PreviewedStack, pulumi.Input<string>])[],
    environment?: pulumi.Output<string>,
  ): void {
    const secrets = roles.map(([{ name: stack }, arn]) => [
      roleSecret(kind, { project: this.project, stack }),
      arn,
    ]);
    const [[first] = []] = roles;
    const settings = new ActionsSettings(
      kind === "preview" ? `${this.name}-preview` : `${this.name}-update-${first?.name}`,
      {
        repository: this.args.repository,
        environment,
        secrets: Object.fromEntries(secrets),
      },
      { parent: this },
    );
    this.dependencies.push(settings);
  }

  private writeFile(kind: WorkflowKind, render: (args: PreviewFilesArgs) => string): string {
    const { args, branch, region, environments, project } = this;
    const { repository } = args;
    const file = previewsPath(kind, project);
    const stack = pulumi.getStack();
    const content = render({ ...args, project, stack, branch, region, environments });
    const message = `${kind === "preview" ? "Preview" : "Update"} ${project}`;
    commitFile(
      `${this.name}-${kind}`,
      { repository, branch, file, content, commit: commitInputs({}, message) },
      // A pull request or a push can start a run as soon as the file exists.
      { parent: this, dependsOn: this.dependencies },
    );
    return file;
  }
}

const missingRegion: Problem = {
  path: "args.region",
  value: undefined,
  allowed: "the AWS region in which the jobs assume their roles",
  fix: "pulumi config set aws:region us-east-1, or pass region",
};
