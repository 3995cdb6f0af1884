import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { liveFolder, releasesFolder } from "../../frontend/plan";
import { type PolicyStatement, policyDocument } from "../../shared/policy";
import type { GitHubRepository } from "../lookup";
import { type GitHubOidc, trustedJob, trustPolicy } from "../oidc";
import type { Triggers } from "../workflow/trigger";

export interface FrontendRoleArgs {
  readonly oidc: GitHubOidc;
  readonly repository: GitHubRepository;
  readonly environment: string | undefined;
  readonly trigger: Triggers;
  readonly workflow: string;
  readonly scope: {
    readonly [Key in keyof FrontendScope]: pulumi.Input<FrontendScope[Key]>;
  };
}

/** The ARNs of everything that a release of the site uses. */
export interface FrontendScope {
  readonly bucket: string;
  readonly distribution: string;
  readonly releasePointer: string;
}

/** Creates the role that the workflow of a site assumes. It resolves to the ARN once the role has its policy. */
export function frontendRole(
  name: string,
  args: FrontendRoleArgs,
  parent: pulumi.Resource,
): pulumi.Output<string> {
  const { repository, environment, trigger, workflow, scope } = args;
  const job = trustedJob(repository, trigger, { environment, workflow });
  const role = new aws.iam.Role(
    `${name}-deploy`,
    {
      description: `Releases ${name} from ${repository.owner}/${repository.name}`,
      assumeRolePolicy: args.oidc.identityProviderArn.apply((arn) => trustPolicy(arn, job)),
    },
    { parent },
  );
  const policy = new aws.iam.RolePolicy(
    `${name}-deploy`,
    {
      role: role.name,
      policy: pulumi.output(scope).apply((arns) => policyDocument(frontendStatements(arns))),
    },
    { parent },
  );
  return pulumi.all([role.arn, policy.id]).apply(([arn]) => arn);
}

/** The permissions of the workflow's steps: https://docs.aws.amazon.com/service-authorization/latest/reference/reference.html */
export function frontendStatements(scope: FrontendScope): PolicyStatement[] {
  const live = `${scope.bucket}/${liveFolder}/*`;
  return [
    { Action: "s3:ListBucket", Resource: scope.bucket },
    {
      Action: ["s3:GetObject", "s3:PutObject"],
      Resource: [live, `${scope.bucket}/${releasesFolder}/*`],
    },
    // Not for releases: a rollback needs them.
    { Action: "s3:DeleteObject", Resource: live },
    {
      Action: ["cloudfront:CreateInvalidation", "cloudfront:GetInvalidation"],
      Resource: scope.distribution,
    },
    { Action: "ssm:GetParameter", Resource: scope.releasePointer },
    {
      Action: "ssm:PutParameter",
      Resource: scope.releasePointer,
      // As for the release pointers of services: an expiration policy would delete the parameter.
      Condition: { StringNotEquals: { "ssm:Policies": "true" } },
    },
  ];
}
