import type { ReleaseLimits } from "../fargate-service/release-limits";
import { pullActions } from "../image-repository/plan";
import type { ResolvedMigration } from "../service/tasks/migration";
import type { PolicyStatement } from "../shared/policy";

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
export function deployStatements(scope: DeployScope): PolicyStatement[] {
  return [
    // IAM has no resource-level permissions for ecr:GetAuthorizationToken and ecs:DescribeTaskDefinition.
    { Action: ["ecr:GetAuthorizationToken", "ecs:DescribeTaskDefinition"], Resource: "*" },
    { Action: pushActions, Resource: scope.repository },
    ...(scope.promotedFrom
      ? [
          {
            // If the repository is in another account, its own policy must allow this, too.
            Action: pullActions,
            Resource: scope.promotedFrom,
          },
        ]
      : []),
    ...revisionStatements(scope),
    ...migrationStatements(scope),
    ...releaseStatements(scope),
    ...watchStatements(scope),
    ...parameterStatements(scope),
  ];
}

/** What a build needs to push an image. */
export const pushActions = [
  "ecr:BatchCheckLayerAvailability",
  "ecr:BatchGetImage",
  "ecr:CompleteLayerUpload",
  "ecr:DescribeImages",
  "ecr:GetDownloadUrlForLayer",
  "ecr:InitiateLayerUpload",
  "ecr:PutImage",
  "ecr:UploadLayerPart",
] as const;

/** The permissions to register a revision, in addition to `ecs:RegisterTaskDefinition`. */
export function revisionStatements({
  registered,
  taskRoles,
}: Pick<DeployScope, "registered" | "taskRoles">): PolicyStatement[] {
  return [
    {
      // A new revision gets the tags of the previous one.
      Action: "ecs:TagResource",
      Resource: oneOrMore(registered),
      Condition: { StringEquals: { "ecs:CreateAction": "RegisterTaskDefinition" } },
    },
    {
      Action: "iam:PassRole",
      Resource: [...taskRoles],
      Condition: { StringEquals: { "iam:PassedToService": "ecs-tasks.amazonaws.com" } },
    },
  ];
}

/** The permissions to watch a deployment, and to find out why it failed. */
export function watchStatements({
  service,
  cluster,
}: Pick<DeployScope, "service" | "cluster">): PolicyStatement[] {
  return [
    { Action: ["ecs:DescribeServices", "ecs:ListServiceDeployments"], Resource: service },
    {
      // To find out which alarms ended a deployment. IAM checks the service and the deployment.
      Action: "ecs:DescribeServiceDeployments",
      Resource: [service, `${service.replace(":service/", ":service-deployment/")}/*`],
    },
    ...taskStatements(cluster),
  ];
}

export function taskStatements(cluster: string): PolicyStatement[] {
  return [
    {
      // IAM has no resource-level permissions for ecs:ListTasks, but a condition can restrict it to the cluster.
      Action: "ecs:ListTasks",
      Resource: "*",
      Condition: { ArnEquals: { "ecs:cluster": cluster } },
    },
    { Action: "ecs:DescribeTasks", Resource: `${cluster.replace(":cluster/", ":task/")}/*` },
  ];
}

/** The release pointer and the release record. */
export function parameterStatements({
  releaseParameters,
}: Pick<DeployScope, "releaseParameters">): PolicyStatement[] {
  return [
    { Action: "ssm:GetParameters", Resource: [...releaseParameters] },
    {
      Action: "ssm:PutParameter",
      Resource: [...releaseParameters],
      // Denies parameter policies: an expiration policy would delete the parameter.
      // https://docs.aws.amazon.com/systems-manager/latest/userguide/parameter-store-policy-conditions.html
      Condition: { StringNotEquals: { "ssm:Policies": "true" } },
    },
  ];
}

/**
 * Allows only revisions for Fargate or EC2, as configured, that are no larger than the configured task. A request that does not set a
 * property has no condition key for it, so the condition needs `IfExists`.
 */
export function registerStatement({
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
export function migrationStatements({
  migration,
  limits,
  ...scope
}: DeployScope): PolicyStatement[] {
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

/** One ARN stays a string, so that a policy with one resource does not change. */
function oneOrMore(arns: readonly string[]): string | string[] {
  const [first = "", ...more] = arns;
  return more.length === 0 ? first : [...arns];
}

/** A new revision for the service, and nothing else. */
export function updateStatement(scope: Omit<DeployScope, "codeDeploy">): PolicyStatement {
  return {
    Action: "ecs:UpdateService",
    Resource: scope.service,
    Condition: updateConditions(scope),
  };
}

/** CI deploys a revision with ECS directly, or with CodeDeploy. */
function releaseStatements({ codeDeploy, ...scope }: DeployScope): PolicyStatement[] {
  if (!codeDeploy) {
    return [updateStatement(scope)];
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
 * the size. A request that does not set a property does not change it and has no condition key for it: this needs
 * `IfExists`, and `ForAllValues`, which is true for a missing key.
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
