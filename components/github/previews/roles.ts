import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { locationOf } from "../../shared/arn";
import { type PolicyStatement, policyDocument } from "../../shared/policy";
import type { GitHubRepository } from "../lookup";
import { type GitHubOidc, pullRequestTrust, trustPolicy } from "../oidc";
import { type PreviewScope, previewStatements, stateStatements } from "./permissions";
import {
  type Backend,
  previewsPath,
  type UpdateRoleSettings,
  updateEnvironment,
  type WorkflowKind,
} from "./settings";

interface RoleArgs {
  /** The account's identity provider for GitHub. */
  readonly oidc: GitHubOidc;
  /** The repository that holds the Pulumi program. */
  readonly repository: GitHubRepository;
  /** The Pulumi project. @default the program's own */
  readonly project?: string;
  /** The stack to preview or update. */
  readonly stack: string;
  /** Where Pulumi keeps the stack's state. */
  readonly backend: Backend;
}

/** The arguments of a {@link PreviewRole}. */
export interface PreviewRoleArgs extends RoleArgs {
  /** What the previews may do in addition, for resources that Slipway does not create. @default nothing */
  readonly policy?: readonly PolicyStatement[] | undefined;
}

/**
 * The role of the previews of one stack, for the jobs of one workflow file in pull requests of one repository. It reads the settings
 * of Slipway's resources, but no data, and it reads the stack's state. Everybody who may push a branch to the repository can use it: a
 * pull request can change the workflow file and the program.
 *
 * Create it in the stack's account, in the program of {@link PreviewWorkflow} or in another one. Cost: free.
 */
export class PreviewRole extends pulumi.ComponentResource {
  /** The role's ARN; resolves once the role has its policies. */
  readonly arn: pulumi.Output<string>;

  constructor(name: string, args: PreviewRoleArgs, opts?: pulumi.ComponentResourceOptions) {
    super("slipway:github:PreviewRole", name, {}, opts);
    const { project = pulumi.getProject(), oidc, policy = [] } = args;
    const workflow = previewsPath("preview", project);
    this.arn = createRole(
      this,
      name,
      {
        description: `Previews ${args.stack} of ${project}`,
        assumeRolePolicy: oidc.identityProviderArn.apply((arn) =>
          pullRequestTrust(arn, { ...args.repository, workflow }),
        ),
      },
      oidc.identityProviderArn.apply((arn) => {
        const scope = scopeOf(arn, project, args.stack);
        const state = stateOf("preview", args.backend, scope);
        return policyDocument([...previewStatements(scope), ...state, ...policy]);
      }),
    );
    this.registerOutputs({ arn: this.arn });
  }
}

/** The arguments of an {@link UpdateRole}. */
export interface UpdateRoleArgs extends RoleArgs, UpdateRoleSettings {
  /** The branch whose pushes update the stack. */
  readonly branch: string;
  /** Whether the job has a GitHub environment. @default true */
  readonly environment?: boolean | undefined;
}

/**
 * The role of `pulumi up` of one stack, for the jobs of one workflow file on one branch of one repository. It has the policies that
 * you name: a Pulumi program can create roles, so with permissions for IAM and without a boundary it can do everything.
 *
 * Cost: free.
 */
export class UpdateRole extends pulumi.ComponentResource {
  /** The role's ARN; resolves once the role has its policies. */
  readonly arn: pulumi.Output<string>;

  constructor(name: string, args: UpdateRoleArgs, opts?: pulumi.ComponentResourceOptions) {
    super("slipway:github:UpdateRole", name, {}, opts);
    const { project = pulumi.getProject(), oidc, stack, branch, permissionsBoundary } = args;
    const job = {
      ...args.repository,
      workflow: previewsPath("update", project),
      refs: [{ type: "branch", name: branch } as const],
      environment: args.environment === false ? undefined : updateEnvironment({ project, stack }),
    };
    this.arn = createRole(
      this,
      name,
      {
        description: `Updates ${stack} of ${project}`,
        assumeRolePolicy: oidc.identityProviderArn.apply((arn) => trustPolicy(arn, job)),
        ...(permissionsBoundary && { permissionsBoundary }),
      },
      args.backend.type === "s3"
        ? oidc.identityProviderArn.apply((arn) =>
            policyDocument(stateOf("update", args.backend, scopeOf(arn, project, stack))),
          )
        : undefined,
      args.policies,
    );
    this.registerOutputs({ arn: this.arn });
  }
}

/** The ARN of a new role; it resolves once the role has its policies. */
function createRole(
  parent: pulumi.Resource,
  name: string,
  args: aws.iam.RoleArgs,
  policy?: pulumi.Output<string>,
  managed: readonly string[] = [],
): pulumi.Output<string> {
  const opts = { parent };
  const role = new aws.iam.Role(name, args, opts);
  const policies = [
    ...(policy ? [new aws.iam.RolePolicy(name, { role: role.name, policy }, opts)] : []),
    ...managed.map(
      (policyArn) =>
        new aws.iam.RolePolicyAttachment(
          `${name}-${policyArn.split("/").at(-1)}`,
          { role: role.name, policyArn },
          opts,
        ),
    ),
  ];
  return pulumi.all([role.arn, ...policies.map(({ id }) => id)]).apply(([arn = ""]) => arn);
}

/** The identity provider is in the role's account. It has no region, and the stack may be in any. */
function scopeOf(identityProviderArn: string, project: string, stack: string): PreviewScope {
  const { partition, account } = locationOf(identityProviderArn);
  return { partition, account, project, stack };
}

function stateOf(kind: WorkflowKind, backend: Backend, scope: PreviewScope): PolicyStatement[] {
  if (backend.type !== "s3") {
    return [];
  }
  const bucket = new URL(backend.url).hostname;
  return stateStatements(kind, { ...scope, bucket, kmsKey: backend.kmsKey });
}
