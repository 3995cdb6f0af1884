/**
 * How to find an object that a killed update may have created. Some ids follow from the resource's inputs; for ids that AWS or
 * GitHub chose, a command lists candidates.
 *
 * The formats of ids are documented under "Import" at the end of each resource's page: https://www.pulumi.com/registry/packages/aws/ and
 * https://www.pulumi.com/registry/packages/github/
 */
import { awsCommand, deleteCommand, gitHubCommand } from "./listing";
import type { ResourceState } from "./pending";

export type Identity =
  /** Creating the object again is harmless, so nobody needs to find it. */
  | { readonly kind: "repeatable" }
  /** `pulumi import` needs this id, if the object exists. */
  | { readonly kind: "known"; readonly id: string }
  /** The provider cannot import the object. The command deletes it. */
  | { readonly kind: "delete"; readonly command: string }
  /** The command lists candidates; undefined if Slipway knows no command. */
  | { readonly kind: "ask"; readonly command?: string };

type Inputs = Readonly<Record<string, unknown>>;

/**
 * Types for which a create replaces what exists, with one call of AWS or GitHub. Types with autonamed objects are not listed: the
 * next update would choose another name and create a second object.
 */
const REPEATABLE = new Set([
  "aws:acm/certificateValidation:CertificateValidation",
  "aws:appautoscaling/target:Target",
  "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup",
  "aws:ecr/lifecyclePolicy:LifecyclePolicy",
  "aws:ecr/repositoryPolicy:RepositoryPolicy",
  "aws:ecs/clusterCapacityProviders:ClusterCapacityProviders",
  "aws:efs/backupPolicy:BackupPolicy",
  "aws:efs/fileSystemPolicy:FileSystemPolicy",
  // Creates another revision of the family, which costs nothing.
  "aws:ecs/taskDefinition:TaskDefinition",
  "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
  "aws:sns/topicPolicy:TopicPolicy",
  // A second subscription of the same address is the first one.
  "aws:sns/topicSubscription:TopicSubscription",
  "aws:wafv2/webAclAssociation:WebAclAssociation",
  "aws:wafv2/webAclLoggingConfiguration:WebAclLoggingConfiguration",
  "github:index/actionsEnvironmentSecret:ActionsEnvironmentSecret",
  "github:index/actionsSecret:ActionsSecret",
]);

/** Ids that consist of inputs, with the provider's separator. */
const KNOWN: Readonly<Record<string, readonly [separator: string, ...inputs: string[]]>> = {
  "aws:appautoscaling/policy:Policy": [
    "/",
    "serviceNamespace",
    "resourceId",
    "scalableDimension",
    "name",
  ],
  "aws:autoscaling/group:Group": ["", "name"],
  "aws:cloudfront/function:Function": ["", "name"],
  "aws:cloudwatch/dashboard:Dashboard": ["", "dashboardName"],
  "aws:cloudwatch/eventRule:EventRule": ["", "name"],
  "aws:cloudwatch/eventTarget:EventTarget": ["/", "rule", "targetId"],
  "aws:cloudwatch/logGroup:LogGroup": ["", "name"],
  "aws:cloudwatch/logMetricFilter:LogMetricFilter": [":", "logGroupName", "name"],
  "aws:cloudwatch/logResourcePolicy:LogResourcePolicy": ["", "resourceArn"],
  "aws:cloudwatch/metricAlarm:MetricAlarm": ["", "name"],
  "aws:codebuild/project:Project": ["", "name"],
  "aws:codedeploy/application:Application": ["", "name"],
  "aws:codedeploy/deploymentConfig:DeploymentConfig": ["", "deploymentConfigName"],
  "aws:codedeploy/deploymentGroup:DeploymentGroup": [":", "appName", "deploymentGroupName"],
  "aws:codepipeline/pipeline:Pipeline": ["", "name"],
  "aws:cognito/userPoolDomain:UserPoolDomain": ["", "domain"],
  "aws:ec2/route:Route": ["_", "routeTableId", "destinationCidrBlock"],
  "aws:ec2/routeTableAssociation:RouteTableAssociation": ["/", "subnetId", "routeTableId"],
  "aws:ec2clientvpn/authorizationRule:AuthorizationRule": [
    ",",
    "clientVpnEndpointId",
    "targetNetworkCidr",
  ],
  "aws:ecr/repository:Repository": ["", "name"],
  "aws:ecs/cluster:Cluster": ["", "name"],
  "aws:ecs/service:Service": ["/", "cluster", "name"],
  "aws:iam/instanceProfile:InstanceProfile": ["", "name"],
  "aws:iam/role:Role": ["", "name"],
  "aws:iam/rolePolicy:RolePolicy": [":", "role", "name"],
  "aws:rds/cluster:Cluster": ["", "clusterIdentifier"],
  "aws:rds/clusterInstance:ClusterInstance": ["", "identifier"],
  "aws:rds/clusterParameterGroup:ClusterParameterGroup": ["", "name"],
  "aws:rds/subnetGroup:SubnetGroup": ["", "name"],
  "aws:route53/record:Record": ["_", "zoneId", "name", "type"],
  "aws:scheduler/schedule:Schedule": ["/", "groupName", "name"],
  "aws:scheduler/scheduleGroup:ScheduleGroup": ["", "name"],
  "aws:ssm/parameter:Parameter": ["", "name"],
  "github:index/actionsEnvironmentVariable:ActionsEnvironmentVariable": [
    ":",
    "repository",
    "environment",
    "variableName",
  ],
  "github:index/actionsVariable:ActionsVariable": [":", "repository", "variableName"],
  "github:index/repositoryEnvironment:RepositoryEnvironment": [":", "repository", "environment"],
};

export function identify(
  { type, custom, inputs = {} }: Pick<ResourceState, "type" | "custom" | "inputs">,
  owner?: string,
): Identity {
  // Components and providers exist only in the state.
  if (custom === false || type.startsWith("pulumi:")) return { kind: "repeatable" };
  // A GitHub file overwrites an existing one only with `overwriteOnCreate`.
  if (REPEATABLE.has(type) || inputs.overwriteOnCreate === true) return { kind: "repeatable" };
  const deletion = deleteCommand(type, inputs);
  if (deletion) return { kind: "delete", command: deletion };
  const id = knownId(type, inputs);
  if (id !== undefined) return { kind: "known", id };
  const command = gitHubCommand(type, inputs, owner) ?? awsCommand(type, inputs);
  return { kind: "ask", ...(command && { command }) };
}

function knownId(type: string, inputs: Inputs): string | undefined {
  const [separator = "", ...names] = KNOWN[type] ?? [];
  const parts = names.map((name) => inputs[name]);
  if (names.length === 0 || !parts.every((part) => typeof part === "string")) return undefined;
  // A service's import id contains the cluster's name, but the input is the cluster's ARN.
  return parts.map((part, i) => (names[i] === "cluster" ? afterSlash(part) : part)).join(separator);
}

const afterSlash = (arn: string) => arn.split("/").at(-1);
