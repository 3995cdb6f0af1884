/**
 * How an object that may have been made is found. Where its id follows from what the program asked for, it is known; where AWS
 * chose it, only AWS can be asked.
 *
 * The forms are those of "Import" at the end of each resource's page: https://www.pulumi.com/registry/packages/aws/ and
 * https://www.pulumi.com/registry/packages/github/
 */
import { awsCommand, deleteCommand, gitHubCommand } from "./listing";
import type { ResourceState } from "./pending";

export type Identity =
  /** Creating it again changes nothing, so there is nothing to find. */
  | { readonly kind: "repeatable" }
  /** `pulumi import` takes this id, if the object is there. */
  | { readonly kind: "known"; readonly id: string }
  /** The provider imports no such object. The command deletes it. */
  | { readonly kind: "delete"; readonly command: string }
  /** The command lists the candidates; undefined where none is known. */
  | { readonly kind: "ask"; readonly command?: string };

type Inputs = Readonly<Record<string, unknown>>;

/**
 * One call of AWS or GitHub that puts what is asked for in the place of what is there. What has a name is not among them: the
 * next update chooses another name, and makes a second object.
 */
const REPEATABLE = new Set([
  "aws:acm/certificateValidation:CertificateValidation",
  "aws:appautoscaling/target:Target",
  "aws:ecr/lifecyclePolicy:LifecyclePolicy",
  "aws:ecs/clusterCapacityProviders:ClusterCapacityProviders",
  // Another revision of the family, which costs nothing.
  "aws:ecs/taskDefinition:TaskDefinition",
  "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
  "github:index/actionsEnvironmentSecret:ActionsEnvironmentSecret",
  "github:index/actionsSecret:ActionsSecret",
]);

/** Ids made of inputs, with the separator that the provider wants. */
const KNOWN: Readonly<Record<string, readonly [separator: string, ...inputs: string[]]>> = {
  "aws:appautoscaling/policy:Policy": [
    "/",
    "serviceNamespace",
    "resourceId",
    "scalableDimension",
    "name",
  ],
  "aws:cloudwatch/logGroup:LogGroup": ["", "name"],
  "aws:codedeploy/application:Application": ["", "name"],
  "aws:codedeploy/deploymentConfig:DeploymentConfig": ["", "deploymentConfigName"],
  "aws:codedeploy/deploymentGroup:DeploymentGroup": [":", "appName", "deploymentGroupName"],
  "aws:ec2/route:Route": ["_", "routeTableId", "destinationCidrBlock"],
  "aws:ec2/routeTableAssociation:RouteTableAssociation": ["/", "subnetId", "routeTableId"],
  "aws:ecr/repository:Repository": ["", "name"],
  "aws:ecs/cluster:Cluster": ["", "name"],
  "aws:ecs/service:Service": ["/", "cluster", "name"],
  "aws:iam/role:Role": ["", "name"],
  "aws:iam/rolePolicy:RolePolicy": [":", "role", "name"],
  "aws:route53/record:Record": ["_", "zoneId", "name", "type"],
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
  // Components and providers are entries of the state alone.
  if (custom === false || type.startsWith("pulumi:")) return { kind: "repeatable" };
  // A file is put over the one that is there only where that is asked for.
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
  // The service's import id takes the cluster by name, the program gives its ARN.
  return parts.map((part, i) => (names[i] === "cluster" ? afterSlash(part) : part)).join(separator);
}

const afterSlash = (arn: string) => arn.split("/").at(-1);
