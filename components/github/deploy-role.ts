import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { Cluster } from "../cluster";
import type { FargateService } from "../fargate-service";
import type { ReleaseLimits } from "../fargate-service/release-limits";
import type { ImageRepository } from "../image-repository";
import { siblingArn } from "../shared/arn";
import { type PolicyStatement, policyDocument } from "../shared/policy";
import type { GitHubRepository } from "./lookup";
import { type GitHubOidc, trustPolicy } from "./oidc";

export interface DeployRoleArgs {
  readonly oidc: GitHubOidc;
  readonly repository: GitHubRepository;
  /** The GitHub environment that the workflow's job runs in, if it runs in one. */
  readonly environment?: string | undefined;
  /** The branch whose pushes deploy. */
  readonly branch: string;
  /** The workflow file, the only one whose jobs may assume the role. */
  readonly workflow: string;
  readonly cluster: Cluster;
  readonly imageRepository: ImageRepository;
  readonly service: FargateService;
  /**
   * How long a run's credentials may live: as long as its job, 3600 to 43200 seconds.
   * @default 3600
   */
  readonly sessionSeconds?: number;
}

/**
 * The role that the workflow of one service assumes, for as long as its job may last, with GitHub's token instead of a
 * key: it may release this service and nothing else.
 *
 * Cost: free.
 */
export class DeployRole extends pulumi.ComponentResource {
  readonly arn: pulumi.Output<string>;

  constructor(name: string, args: DeployRoleArgs, opts?: pulumi.ComponentResourceOptions) {
    super("slipway:github:DeployRole", name, {}, opts);
    const { repository, environment, branch, workflow, cluster, imageRepository, service } = args;

    const taskDefinitions = service.revisionArns;
    const role = new aws.iam.Role(
      `${name}-deploy`,
      {
        description: `Releases ${name} from ${repository.owner}/${repository.name}`,
        maxSessionDuration: args.sessionSeconds ?? 3600,
        assumeRolePolicy: args.oidc.identityProviderArn.apply((arn) =>
          trustPolicy(arn, { ...repository, environment, branch, workflow }),
        ),
      },
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
            service: service.serviceArn,
            taskDefinitions,
            limits: service.releaseLimits,
            taskRoles: [service.roles.executionRole.arn, service.roles.taskRole.arn],
            ...codeDeployScope(cluster.arn, service.codeDeploy),
            // Not the parameters' own ARNs: one that somebody deleted would make the policy unknown in the preview.
            releaseParameters: [
              service.releasePointer.parameterName,
              service.releasePointer.recordName,
            ].map((name) => siblingArn(cluster.arn, "ssm", pulumi.interpolate`parameter${name}`)),
          })
          .apply((scope) => policyDocument(deployStatements(scope))),
      },
      { parent: this },
    );
    // A policy of its own, which does not wait for the service: during an update that enlarges the task, a release may
    // register the new size as soon as Pulumi has.
    const registration = new aws.iam.RolePolicy(
      `${name}-register`,
      {
        role: role.name,
        policy: pulumi
          .output({ taskDefinitions, limits: service.releaseLimits })
          .apply((scope) => policyDocument([registerStatement(scope)])),
      },
      { parent: this },
    );
    // Known once the role can do its work.
    this.arn = pulumi.all([role.arn, policy.id, registration.id]).apply(([arn]) => arn);
    this.registerOutputs({ arn: this.arn });
  }
}

/** CodeDeploy's ARNs are made of names: https://docs.aws.amazon.com/service-authorization/latest/reference/list_awscodedeploy.html */
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

/** The ARNs of everything that a release touches. */
export interface DeployScope {
  /** Where CodeDeploy deploys. */
  readonly codeDeploy?: CodeDeployScope | undefined;
  readonly cluster: string;
  readonly clusterName: string;
  readonly repository: string;
  readonly service: string;
  /** All revisions of the family: `…:task-definition/<family>:*`. */
  readonly taskDefinitions: string;
  readonly taskRoles: readonly string[];
  readonly limits: ReleaseLimits;
  /** The release pointer and the release record. */
  readonly releaseParameters: readonly string[];
}

/** One statement a step of the workflow: https://docs.aws.amazon.com/service-authorization/latest/reference/reference.html */
function deployStatements(scope: DeployScope): PolicyStatement[] {
  return [
    // No resource-level permission: ecr:GetAuthorizationToken, ecs:DescribeTaskDefinition.
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
    {
      // A revision keeps the tags of the one before it.
      Action: "ecs:TagResource",
      Resource: scope.taskDefinitions,
      Condition: { StringEquals: { "ecs:CreateAction": "RegisterTaskDefinition" } },
    },
    {
      Action: "iam:PassRole",
      Resource: [...scope.taskRoles],
      Condition: { StringEquals: { "iam:PassedToService": "ecs-tasks.amazonaws.com" } },
    },
    ...releaseStatements(scope),
    { Action: "ecs:DescribeServices", Resource: scope.service },
    {
      // No resource-level permission: ecs:ListTasks, but it can be held to the cluster.
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
      // No parameter policies: an expiry would delete the parameter.
      // https://docs.aws.amazon.com/systems-manager/latest/userguide/parameter-store-policy-conditions.html
      Condition: { StringNotEquals: { "ssm:Policies": "true" } },
    },
  ];
}

/** A revision no larger than the configured task, for Fargate. A request without a key's subject has no key for it. */
function registerStatement({
  taskDefinitions,
  limits: { cpu, memory },
}: Pick<DeployScope, "taskDefinitions" | "limits">): PolicyStatement {
  return {
    Action: "ecs:RegisterTaskDefinition",
    Resource: taskDefinitions,
    Condition: {
      NumericLessThanEqualsIfExists: {
        "ecs:task-cpu": String(cpu),
        "ecs:task-memory": String(memory),
      },
      StringEqualsIfExists: { "ecs:privileged": "false" },
      "ForAllValues:StringEquals": { "ecs:compute-compatibility": ["FARGATE"] },
    },
  };
}

/** ECS takes a revision from CI itself, or from CodeDeploy. */
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
 * All that IAM knows of UpdateService's request, held to what is configured; sizes are held where revisions are
 * registered. A request that does not name a thing leaves
 * it as it is, and has no key for it: hence `IfExists`, and `ForAllValues`, which an absent key passes.
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
