import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { Cluster } from "../cluster";
import type { FargateService } from "../fargate-service";
import type { ReleaseLimits } from "../fargate-service/release-limits";
import type { ImageRepository } from "../image-repository";
import { partsOf, pullActions } from "../image-repository/image-repository";
import type { ResolvedMigration } from "../service/tasks/migration";
import { locationOf, siblingArn } from "../shared/arn";
import { type PolicyStatement, policyDocument } from "../shared/policy";
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
    const { repository, environment, trigger, workflow, cluster, imageRepository, service } = args;
    const job = trustedJob(repository, trigger, { environment, workflow });

    const taskDefinitions = service.revisionArns;
    const { scheduledFamily } = service;
    const registered = pulumi.all([
      taskDefinitions,
      ...(scheduledFamily
        ? [siblingArn(cluster.arn, "ecs", `task-definition/${scheduledFamily}:*`)]
        : []),
    ]);
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
            cluster: cluster.arn,
            clusterName: cluster.clusterName,
            repository: imageRepository.arn,
            promotedFrom: args.promotedFrom && repositoryArn(cluster.arn, args.promotedFrom),
            service: service.serviceArn,
            taskDefinitions,
            registered,
            limits: service.releaseLimits,
            migration: service.migration,
            taskRoles: [service.roles.executionRole.arn, service.roles.taskRole.arn],
            ...codeDeployScope(cluster.arn, service.codeDeploy),
            // Not the parameters' `arn` outputs: if somebody deleted a parameter, the policy would be unknown in the preview.
            releaseParameters: [
              service.releasePointer.parameterName,
              service.releasePointer.recordName,
            ].map((name) => siblingArn(cluster.arn, "ssm", pulumi.interpolate`parameter${name}`)),
          })
          .apply((scope) => policyDocument(deployStatements(scope))),
      },
      { parent: this },
    );
    // A separate policy that does not wait for the service: during an update that enlarges the task, a release can register
    // the new size as soon as Pulumi has.
    const registration = new aws.iam.RolePolicy(
      `${name}-register`,
      {
        role: role.name,
        policy: pulumi
          .output({ registered, limits: service.releaseLimits })
          .apply((scope) => policyDocument([registerStatement(scope)])),
      },
      { parent: this },
    );
    // Resolves once the role has its policies.
    this.arn = pulumi.all([role.arn, policy.id, registration.id]).apply(([arn]) => arn);
    this.registerOutputs({ arn: this.arn });
  }
}

/** The ARN of a repository that may be in another account and region. */
function repositoryArn(neighbourArn: pulumi.Output<string>, url: string): pulumi.Output<string> {
  const { account, region, name } = partsOf(url);
  return neighbourArn.apply(
    (arn) => `arn:${locationOf(arn).partition}:ecr:${region}:${account}:repository/${name}`,
  );
}

/** Builds CodeDeploy's ARNs from the names: https://docs.aws.amazon.com/service-authorization/latest/reference/list_awscodedeploy.html */
function codeDeployScope(
  neighbourArn: pulumi.Input<string>,
  names: FargateService["codeDeploy"],
): { codeDeploy?: Record<keyof CodeDeployScope, pulumi.Output<string>> } {
  if (!names) {
    return {};
  }
  const { applicationName, deploymentGroupName, deploymentConfigName } = names;
  const arn = (resource: pulumi.Output<string>) => siblingArn(neighbourArn, "codedeploy", resource);
  return {
    codeDeploy: {
      application: arn(pulumi.interpolate`application:${applicationName}`),
      deploymentGroup: arn(
        pulumi.interpolate`deploymentgroup:${applicationName}/${deploymentGroupName}`,
      ),
      deploymentConfig: arn(pulumi.interpolate`deploymentconfig:${deploymentConfigName}`),
    },
  };
}

export interface CodeDeployScope {
  readonly application: string;
  readonly deploymentGroup: string;
  readonly deploymentConfig: string;
}

/** The ARNs of everything that a release uses. */
export interface DeployScope {
  /** Undefined if ECS deploys. */
  readonly codeDeploy?: CodeDeployScope | undefined;
  readonly cluster: string;
  readonly clusterName: string;
  readonly repository: string;
  /** The repository from which images are copied. @default none */
  readonly promotedFrom?: string | undefined;
  readonly service: string;
  /** A pattern for all revisions of the family: `…:task-definition/<family>:*`. */
  readonly taskDefinitions: string;
  /** The patterns of all families in which CI registers revisions. */
  readonly registered: readonly string[];
  readonly taskRoles: readonly string[];
  readonly limits: ReleaseLimits;
  /** Undefined if no task runs before the deployment. */
  readonly migration?: ResolvedMigration | undefined;
  /** The release pointer and the release record. */
  readonly releaseParameters: readonly string[];
}

/** The permissions of the workflow's steps, in their order: https://docs.aws.amazon.com/service-authorization/latest/reference/reference.html */
function deployStatements(scope: DeployScope): PolicyStatement[] {
  return [
    // IAM has no resource-level permissions for ecr:GetAuthorizationToken and ecs:DescribeTaskDefinition.
    { Action: ["ecr:GetAuthorizationToken", "ecs:DescribeTaskDefinition"], Resource: "*" },
    {
      Action: [
        "ecr:BatchCheckLayerAvailability",
        "ecr:BatchGetImage",
        "ecr:CompleteLayerUpload",
        "ecr:DescribeImages",
        "ecr:GetDownloadUrlForLayer",
        "ecr:InitiateLayerUpload",
        "ecr:PutImage",
        "ecr:UploadLayerPart",
      ],
      Resource: scope.repository,
    },
    ...(scope.promotedFrom
      ? [
          {
            // With the repository's own policy, if it is in another account.
            Action: pullActions,
            Resource: scope.promotedFrom,
          },
        ]
      : []),
    {
      // A new revision gets the tags of the previous one.
      Action: "ecs:TagResource",
      Resource: oneOrMore(scope.registered),
      Condition: { StringEquals: { "ecs:CreateAction": "RegisterTaskDefinition" } },
    },
    {
      Action: "iam:PassRole",
      Resource: [...scope.taskRoles],
      Condition: { StringEquals: { "iam:PassedToService": "ecs-tasks.amazonaws.com" } },
    },
    ...migrationStatements(scope),
    ...releaseStatements(scope),
    { Action: ["ecs:DescribeServices", "ecs:ListServiceDeployments"], Resource: scope.service },
    {
      // Which alarms ended a deployment. IAM asks for the service and for the deployment.
      Action: "ecs:DescribeServiceDeployments",
      Resource: [scope.service, `${scope.service.replace(":service/", ":service-deployment/")}/*`],
    },
    {
      // IAM has no resource-level permissions for ecs:ListTasks, but a condition can restrict it to the cluster.
      Action: "ecs:ListTasks",
      Resource: "*",
      Condition: { ArnEquals: { "ecs:cluster": scope.cluster } },
    },
    {
      Action: "ecs:DescribeTasks",
      Resource: `${scope.cluster.replace(":cluster/", ":task/")}/*`,
    },
    { Action: "ssm:GetParameters", Resource: [...scope.releaseParameters] },
    {
      Action: "ssm:PutParameter",
      Resource: [...scope.releaseParameters],
      // Denies parameter policies: an expiration policy would delete the parameter.
      // https://docs.aws.amazon.com/systems-manager/latest/userguide/parameter-store-policy-conditions.html
      Condition: { StringNotEquals: { "ssm:Policies": "true" } },
    },
  ];
}

/**
 * Allows only revisions for Fargate or EC2, as configured, that are no larger than the configured task. A request that does not set a property has no
 * condition key for it, hence `IfExists`.
 */
function registerStatement({
  registered,
  limits: { cpu, memory, compatibilities },
}: Pick<DeployScope, "registered" | "limits">): PolicyStatement {
  return {
    Action: "ecs:RegisterTaskDefinition",
    Resource: oneOrMore(registered),
    Condition: {
      NumericLessThanEqualsIfExists: {
        "ecs:task-cpu": String(cpu),
        "ecs:task-memory": String(memory),
      },
      StringEqualsIfExists: { "ecs:privileged": "false" },
      "ForAllValues:StringEquals": { "ecs:compute-compatibility": [...compatibilities] },
    },
  };
}

/**
 * Allows tasks of the service's family in its cluster, no larger than the migration's. IAM has no condition for the subnets and the
 * security groups of RunTask. https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonelasticcontainerservice.html
 */
function migrationStatements({ migration, limits, ...scope }: DeployScope): PolicyStatement[] {
  if (!migration) {
    return [];
  }
  return [
    {
      Action: "ecs:RunTask",
      Resource: scope.taskDefinitions,
      Condition: {
        ArnEquals: { "ecs:cluster": scope.cluster },
        NumericLessThanEqualsIfExists: {
          "ecs:task-cpu": String(Math.max(migration.cpu, limits.cpu)),
          "ecs:task-memory": String(Math.max(migration.memory, limits.memory)),
        },
        StringEqualsIfExists: {
          "ecs:enable-ebs-volumes": "false",
          ...(!limits.executeCommand && { "ecs:enable-execute-command": "false" }),
        },
      },
    },
    { Action: "ssm:GetParameterHistory", Resource: scope.releaseParameters.slice(0, 1) },
  ];
}

/** A policy with one resource stays as it was. */
function oneOrMore(arns: readonly string[]): string | string[] {
  const [first = "", ...more] = arns;
  return more.length === 0 ? first : [...arns];
}

/** CI deploys a revision with ECS directly, or with CodeDeploy. */
function releaseStatements({ codeDeploy, ...scope }: DeployScope): PolicyStatement[] {
  if (!codeDeploy) {
    return [
      {
        Action: "ecs:UpdateService",
        Resource: scope.service,
        Condition: updateConditions(scope),
      },
    ];
  }
  return [
    {
      Action: [
        "codedeploy:CreateDeployment",
        "codedeploy:GetDeployment",
        "codedeploy:GetDeploymentGroup",
      ],
      Resource: codeDeploy.deploymentGroup,
    },
    { Action: "codedeploy:GetDeploymentConfig", Resource: codeDeploy.deploymentConfig },
    { Action: "codedeploy:RegisterApplicationRevision", Resource: codeDeploy.application },
  ];
}

/**
 * Restricts every property of UpdateService that has a condition key to the configured value. `registerStatement` restricts
 * the size. A request that does not set a property does not change it and has no condition key for it: hence `IfExists`, and
 * `ForAllValues`, which is true for a missing key.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/security_iam_service-with-iam.html
 */
function updateConditions(scope: Omit<DeployScope, "codeDeploy">): PolicyStatement["Condition"] {
  const { limits, cluster } = scope;
  const off = {
    "ecs:enable-execute-command": limits.executeCommand,
    "ecs:enable-service-connect": limits.serviceConnect,
    "ecs:enable-vpc-lattice": limits.vpcLattice,
    "ecs:enable-ebs-volumes": limits.volumes,
  };
  const denied = Object.entries(off).flatMap(([key, configured]) =>
    configured ? [] : [[key, "false"] as const],
  );
  const provider = (name: string) =>
    `${cluster.replace(/:cluster\/.*$/, ":capacity-provider/")}${name}`;
  return {
    ArnLike: { "ecs:task-definition": scope.taskDefinitions },
    ...(!limits.publicIp && { BoolIfExists: { "ecs:auto-assign-public-ip": "false" } }),
    ...(denied.length > 0 && { StringEqualsIfExists: Object.fromEntries(denied) }),
    "ForAllValues:StringEquals": { "ecs:subnet": [...limits.subnets].sort() },
    "ForAllValues:ArnEquals": {
      "ecs:capacity-provider": [...new Set(limits.capacityProviders)].sort().map(provider),
    },
  };
}
