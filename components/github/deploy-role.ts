import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { Cluster } from "../cluster";
import type { FargateService } from "../fargate-service";
import type { ImageRepository } from "../image-repository";
import { repositoryArn } from "../image-repository/plan";
import { deployStatements, registerStatement } from "../release/permissions";
import { releaseScope } from "../release/scope";
import { locationOf } from "../shared/arn";
import { policyDocument } from "../shared/policy";
import { type Transform, transformed } from "../shared/transform";
import type { GitHubRepository } from "./lookup";
import { type GitHubOidc, trustedJob, trustPolicy } from "./oidc";
import type { Triggers } from "./workflow/trigger";

/** The arguments of a {@link DeployRole}. */
export interface DeployRoleArgs {
  /** The account's identity provider for GitHub. */
  readonly oidc: GitHubOidc;
  /** The repository whose workflow assumes the role. */
  readonly repository: GitHubRepository;
  /** The GitHub environment of the workflow's job. @default none */
  readonly environment?: string | undefined;
  /** The events that start the workflow. The role trusts their branches and tags. */
  readonly trigger: Triggers;
  /** The workflow file. Only its jobs may assume the role. */
  readonly workflow: string;
  /** The service's cluster. */
  readonly cluster: Cluster;
  /** The repository to which the workflow pushes images. */
  readonly imageRepository: ImageRepository;
  /** The image repository of another stack from which the workflow copies images, as a URL. @default none */
  readonly promotedFrom?: string | undefined;
  /** The service that the role may release. */
  readonly service: FargateService;
  /**
   * Seconds until a run's credentials expire, 3600 to 43200. They must be valid for the whole job.
   * @default 3600
   * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html
   */
  readonly sessionSeconds?: number;
  /**
   * Changes the arguments of child resources.
   * @default none
   */
  readonly transform?:
    | {
        /** The role. */
        readonly deployRole?: Transform<aws.iam.RoleArgs>;
      }
    | undefined;
}

/**
 * The role that the workflow of one service assumes, with GitHub's token instead of an access key. It can release this service
 * and nothing else. Its session lasts as long as the job may run.
 *
 * Cost: free.
 */
export class DeployRole extends pulumi.ComponentResource {
  /** The role's ARN; resolves once the role has its policies. */
  readonly arn: pulumi.Output<string>;

  constructor(name: string, args: DeployRoleArgs, opts?: pulumi.ComponentResourceOptions) {
    super("slipway:github:DeployRole", name, {}, opts);
    const { repository, environment, trigger, workflow } = args;
    const { cluster, imageRepository, service, promotedFrom } = args;
    const job = trustedJob(repository, trigger, { environment, workflow });

    const scope = releaseScope({ service, cluster, imageRepository });
    const role = new aws.iam.Role(
      `${name}-deploy`,
      transformed(args.transform?.deployRole, {
        description: `Releases ${name} from ${repository.owner}/${repository.name}`,
        maxSessionDuration: args.sessionSeconds ?? 3600,
        assumeRolePolicy: args.oidc.identityProviderArn.apply((arn) => trustPolicy(arn, job)),
      }),
      { parent: this },
    );
    const policy = new aws.iam.RolePolicy(
      `${name}-deploy`,
      {
        role: role.name,
        policy: pulumi
          .output({
            ...scope,
            promotedFrom:
              promotedFrom &&
              cluster.arn.apply((arn) => repositoryArn(promotedFrom, locationOf(arn).partition)),
          })
          .apply((all) => policyDocument(deployStatements(all))),
      },
      { parent: this },
    );
    // A separate policy that does not wait for the service: during an update that enlarges the task, a release can register
    // the new size as soon as Pulumi has registered it.
    const registration = new aws.iam.RolePolicy(
      `${name}-register`,
      {
        role: role.name,
        policy: pulumi
          .output({ registered: scope.registered, limits: scope.limits })
          .apply((all) => policyDocument([registerStatement(all)])),
      },
      { parent: this },
    );
    // Resolves once the role has its policies.
    this.arn = pulumi.all([role.arn, policy.id, registration.id]).apply(([arn]) => arn);
    this.registerOutputs({ arn: this.arn });
  }
}
