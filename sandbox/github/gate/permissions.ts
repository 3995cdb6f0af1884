/**
 * Which permissions an AWS call needs: IAM action, resource and condition keys, from the service authorization
 * reference (https://docs.aws.amazon.com/service-authorization/latest/reference/). No public package maps requests with
 * their condition keys, so this table has the calls that deployments make; others are refused by name.
 */
import { type AwsCall, list, optional, type Permission, partition, text } from "./calls";
import { runTaskKeys, serviceKeys, taskDefinitionKeys } from "./ecs-keys";
import { siteRules } from "./site-permissions";

type Rule = (call: AwsCall) => Permission[];

/** Undefined when the call is not in the table. */
export function requiredPermissions(call: AwsCall): Permission[] | undefined {
  return rules[`${call.service}:${call.operation}`]?.(call);
}

const rules: Readonly<Record<string, Rule>> = {
  ...siteRules,

  // "No permissions are required to perform this operation", says the API reference, even under an explicit deny.
  "sts:GetCallerIdentity": () => [],

  "ecr:GetAuthorizationToken": onEverything,
  "ecr:DescribeImages": onRepository,
  "ecr:BatchGetImage": onRepository,
  "ecr:BatchCheckLayerAvailability": onRepository,
  "ecr:GetDownloadUrlForLayer": onRepository,
  "ecr:InitiateLayerUpload": onRepository,
  "ecr:UploadLayerPart": onRepository,
  "ecr:CompleteLayerUpload": onRepository,
  "ecr:PutImage": onRepository,

  "ecs:DescribeTaskDefinition": onEverything,
  "ecs:DeregisterTaskDefinition": onEverything,
  "ecs:RegisterTaskDefinition": registerTaskDefinition,
  "ecs:UpdateService": (call) => [
    permission(call, serviceArn(call, text(call, "service")), {
      ...clusterKey(call),
      ...taskDefinitionKey(call),
      ...serviceKeys(call),
    }),
  ],
  "ecs:RunTask": runTask,
  "ecs:DescribeServices": (call) =>
    list(call, "services").map((service) =>
      permission(call, serviceArn(call, String(service)), clusterKey(call)),
    ),
  "ecs:ListServiceDeployments": (call) => [
    permission(call, serviceArn(call, text(call, "service")), clusterKey(call)),
  ],
  "ecs:DescribeServiceDeployments": describeServiceDeployments,
  "ecs:ListTasks": (call) => [
    permission(
      call,
      arn(call, "ecs", `container-instance/${clusterName(call)}/*`),
      clusterKey(call),
    ),
  ],
  "ecs:DescribeTasks": (call) =>
    list(call, "tasks").map((task) =>
      permission(call, taskArn(call, String(task)), clusterKey(call)),
    ),

  "ecs:StopServiceDeployment": stopServiceDeployment,
  "ecs:ContinueServiceDeployment": stopServiceDeployment,

  "codedeploy:GetDeploymentGroup": onDeploymentGroup,
  "codedeploy:GetDeployment": onDeploymentGroup,
  "codedeploy:CreateDeployment": createDeployment,
  "codedeploy:StopDeployment": onDeploymentGroup,
  "codedeploy:ContinueDeployment": onDeploymentGroup,
  "codedeploy:GetDeploymentConfig": (call) => [permission(call, deploymentConfigArn(call))],
  "codedeploy:GetApplication": onApplication,
  "codedeploy:GetApplicationRevision": onApplication,
  "codedeploy:RegisterApplicationRevision": onApplication,

  "ssm:GetParameter": (call) => [permission(call, parameterArn(call, text(call, "Name")))],
  "ssm:GetParameters": (call) =>
    list(call, "Names").map((name) => permission(call, parameterArn(call, String(name)))),
  "ssm:GetParameterHistory": (call) => [permission(call, parameterArn(call, text(call, "Name")))],
  "ssm:PutParameter": (call) => [
    permission(call, parameterArn(call, text(call, "Name")), {
      "ssm:Overwrite": String(call.input.Overwrite === true),
      "ssm:Policies": String(optional(call, "Policies") !== undefined),
    }),
  ],

  "kms:Decrypt": (call) => [
    permission(call, arn(call, "kms", `key/${text(call, "KeyId")}`), {
      "kms:ResourceAliases": list(call, "aliases").map(String),
    }),
  ],
  "secretsmanager:GetSecretValue": (call) => [permission(call, secretArn(call))],
  "sns:Publish": (call) => [permission(call, text(call, "TopicArn"))],

  "logs:CreateLogGroup": (call) => [permission(call, logStreamArn(call, ""))],
  "logs:CreateLogStream": (call) => [
    permission(call, logStreamArn(call, text(call, "logStreamName"))),
  ],
  "logs:PutLogEvents": (call) => [
    permission(call, logStreamArn(call, text(call, "logStreamName"))),
  ],
  // CloudWatch Logs checks FilterLogEvents against the group's ARN with an empty stream, so that a policy has to name
  // `log-group:NAME:*`, and GetLogEvents against the stream's.
  "logs:FilterLogEvents": (call) => [permission(call, logStreamArn(call, ""))],
  "logs:GetLogEvents": (call) => [
    permission(call, logStreamArn(call, text(call, "logStreamName"))),
  ],
};

function permission(call: AwsCall, resource: string, context?: Permission["context"]): Permission {
  return { action: `${call.service}:${call.operation}`, resource, ...(context && { context }) };
}

function onEverything(call: AwsCall): Permission[] {
  return [permission(call, "*")];
}

function onRepository(call: AwsCall): Permission[] {
  const registry = optional(call, "registryId") ?? call.account;
  const name = text(call, "repositoryName");
  return [permission(call, arn({ ...call, account: registry }, "ecr", `repository/${name}`))];
}

/** Registering passes the task's roles to ECS, and tagging on creation is a separate action. */
function registerTaskDefinition(call: AwsCall): Permission[] {
  const resource = arn(call, "ecs", `task-definition/${text(call, "family")}:*`);
  const tags = tagKeys(call);
  const roles = ["taskRoleArn", "executionRoleArn"].map((property) => optional(call, property));
  return [
    permission(call, resource, { ...tags, ...taskDefinitionKeys(call) }),
    ...(tags
      ? [
          {
            action: "ecs:TagResource",
            resource,
            context: { ...tags, "ecs:CreateAction": call.operation },
          },
        ]
      : []),
    ...[...new Set(roles)]
      .filter((role) => role !== undefined)
      .map((role) => ({
        action: "iam:PassRole",
        resource: role.startsWith("arn:")
          ? role
          : arn({ ...call, region: "" }, "iam", `role/${role}`),
        context: { "iam:PassedToService": "ecs-tasks.amazonaws.com" },
      })),
  ];
}

/** A task may override its roles, which are then passed to ECS. */
function runTask(call: AwsCall): Permission[] {
  const { "ecs:task-definition": resource = "*" } = taskDefinitionKey(call);
  const overrides = (call.input.overrides ?? {}) as Record<string, unknown>;
  const roles = [overrides.taskRoleArn, overrides.executionRoleArn].filter(
    (role) => typeof role === "string",
  );
  return [
    permission(call, resource, { ...clusterKey(call), ...runTaskKeys(call) }),
    ...roles.map((role) => ({
      action: "iam:PassRole",
      resource: role,
      context: { "iam:PassedToService": "ecs-tasks.amazonaws.com" },
    })),
  ];
}

/** Both of its resource types are required. */
function describeServiceDeployments(call: AwsCall): Permission[] {
  return list(call, "serviceDeploymentArns").flatMap((deployment) => {
    const name = String(deployment);
    const service = name.replace(":service-deployment/", ":service/").replace(/\/[^/]*$/, "");
    return [permission(call, service), permission(call, name)];
  });
}

function stopServiceDeployment(call: AwsCall): Permission[] {
  return [permission(call, text(call, "serviceDeploymentArn"))];
}

/** A deployment is not a resource type; its group is. */
function onDeploymentGroup(call: AwsCall): Permission[] {
  const application = optional(call, "applicationName") ?? "unknown";
  const group = optional(call, "deploymentGroupName") ?? "unknown";
  return [permission(call, arn(call, "codedeploy", `deploymentgroup:${application}/${group}`))];
}

function onApplication(call: AwsCall): Permission[] {
  return [permission(call, applicationArn(call))];
}

/** CreateDeployment also reads the configuration and registers the revision, with the caller's permissions. */
function createDeployment(call: AwsCall): Permission[] {
  return [
    ...onDeploymentGroup(call),
    { action: "codedeploy:GetDeploymentConfig", resource: deploymentConfigArn(call) },
    { action: "codedeploy:RegisterApplicationRevision", resource: applicationArn(call) },
  ];
}

function applicationArn(call: AwsCall): string {
  return arn(call, "codedeploy", `application:${text(call, "applicationName")}`);
}

function deploymentConfigArn(call: AwsCall): string {
  const name = optional(call, "deploymentConfigName") ?? "unknown";
  return arn(call, "codedeploy", `deploymentconfig:${name}`);
}

function tagKeys(call: AwsCall): Record<string, string | string[]> | undefined {
  const tags = list(call, "tags") as { key?: string; value?: string }[];
  if (tags.length === 0) return undefined;
  const values = tags.map((tag) => [`aws:RequestTag/${tag.key}`, tag.value ?? ""]);
  return { ...Object.fromEntries(values), "aws:TagKeys": tags.map((tag) => tag.key ?? "") };
}

function clusterName(call: AwsCall): string {
  return lastSegment(optional(call, "cluster") ?? "default");
}

function clusterKey(call: AwsCall): Record<string, string> {
  return { "ecs:cluster": arn(call, "ecs", `cluster/${clusterName(call)}`) };
}

function taskDefinitionKey(call: AwsCall): Record<string, string> {
  const given = optional(call, "taskDefinition");
  if (given === undefined) return {};
  const full = given.startsWith("arn:") ? given : arn(call, "ecs", `task-definition/${given}`);
  return { "ecs:task-definition": full };
}

function serviceArn(call: AwsCall, service: string): string {
  return arn(call, "ecs", `service/${clusterName(call)}/${lastSegment(service)}`);
}

function taskArn(call: AwsCall, task: string): string {
  return arn(call, "ecs", `task/${clusterName(call)}/${lastSegment(task)}`);
}

function parameterArn(call: AwsCall, name: string): string {
  if (name.startsWith("arn:")) return name;
  return arn(call, "ssm", `parameter/${name.replace(/^\//, "")}`);
}

/** The ARN of a secret that is named by its ARN; a name becomes an ARN with six unknown characters at its end. */
function secretArn(call: AwsCall): string {
  const id = text(call, "SecretId");
  return id.startsWith("arn:") ? id : arn(call, "secretsmanager", `secret:${id}-??????`);
}

function logStreamArn(call: AwsCall, stream: string): string {
  const identifier = optional(call, "logGroupIdentifier");
  const group =
    optional(call, "logGroupName") ?? identifier?.replace(/^arn:.*:log-group:/, "") ?? "";
  return arn(call, "logs", `log-group:${group}:log-stream:${stream}`);
}

function arn(call: AwsCall, service: string, resource: string): string {
  return `arn:${partition(call.region)}:${service}:${call.region}:${call.account}:${resource}`;
}

function lastSegment(value: string): string {
  return value.split("/").at(-1) ?? value;
}
