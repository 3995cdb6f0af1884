/**
 * How an object that may have been made is found. Where its id follows from what the program asked for, it is known; where AWS
 * chose it, only AWS can be asked.
 *
 * The forms are those of "Import" at the end of each resource's page: https://www.pulumi.com/registry/packages/aws/ and
 * https://www.pulumi.com/registry/packages/github/
 */
import type { ResourceState } from "./pending";

export type Identity =
  /** Creating it again changes nothing, so there is nothing to find. */
  | { readonly kind: "repeatable" }
  /** `pulumi import` takes this id, if the object is there. */
  | { readonly kind: "known"; readonly id: string }
  /** The command lists the candidates; undefined where none is known. */
  | { readonly kind: "ask"; readonly command?: string };

type Inputs = Readonly<Record<string, unknown>>;

/** One call of AWS or GitHub that puts what is asked for in the place of what is there. */
const REPEATABLE = new Set([
  "aws:acm/certificateValidation:CertificateValidation",
  "aws:appautoscaling/policy:Policy",
  "aws:appautoscaling/scheduledAction:ScheduledAction",
  "aws:appautoscaling/target:Target",
  "aws:ecr/lifecyclePolicy:LifecyclePolicy",
  "aws:ecs/clusterCapacityProviders:ClusterCapacityProviders",
  // Another revision of the family, which costs nothing.
  "aws:ecs/taskDefinition:TaskDefinition",
  "aws:iam/rolePolicy:RolePolicy",
  "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
  "github:index/actionsEnvironmentSecret:ActionsEnvironmentSecret",
  "github:index/actionsSecret:ActionsSecret",
]);

/** Ids made of inputs, with the separator that the provider wants. */
const KNOWN: Readonly<Record<string, readonly [separator: string, ...inputs: string[]]>> = {
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

const ec2 = (
  operation: string,
  query: string,
  ...filters: readonly (readonly [string, string])[]
) => [operation, query, filters] as const;

/** EC2 lists by filters: what to list, where the id is, and which input goes into which filter. */
const EC2: Readonly<Record<string, ReturnType<typeof ec2>>> = {
  "aws:ec2/eip:Eip": ec2("addresses", "Addresses[?AssociationId==`null`].AllocationId"),
  "aws:ec2/internetGateway:InternetGateway": ec2(
    ...(["internet-gateways", "InternetGateways[].InternetGatewayId"] as const),
    ["attachment.vpc-id", "vpcId"],
  ),
  "aws:ec2/natGateway:NatGateway": ec2(
    ...(["nat-gateways", 'NatGateways[?State!=`"deleted"`].NatGatewayId'] as const),
    ["subnet-id", "subnetId"],
  ),
  "aws:ec2/routeTable:RouteTable": ec2(
    ...(["route-tables", "RouteTables[?Associations[0].Main!=`true`].RouteTableId"] as const),
    ["vpc-id", "vpcId"],
  ),
  "aws:ec2/securityGroup:SecurityGroup": ec2(
    ...(["security-groups", "SecurityGroups[].GroupId"] as const),
    ["group-name", "name"],
    ["vpc-id", "vpcId"],
  ),
  "aws:ec2/subnet:Subnet": ec2(
    ...(["subnets", "Subnets[].SubnetId"] as const),
    ["vpc-id", "vpcId"],
    ["cidr-block", "cidrBlock"],
  ),
  "aws:ec2/vpc:Vpc": ec2("vpcs", "Vpcs[].VpcId", ["cidr-block", "cidrBlock"]),
  "aws:ec2/vpcEndpoint:VpcEndpoint": ec2(
    ...(["vpc-endpoints", "VpcEndpoints[].VpcEndpointId"] as const),
    ["vpc-id", "vpcId"],
    ["service-name", "serviceName"],
  ),
  "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule": ec2(
    ...([
      "security-group-rules",
      "SecurityGroupRules[?IsEgress==`true`].SecurityGroupRuleId",
    ] as const),
    ["group-id", "securityGroupId"],
  ),
  "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": ec2(
    ...([
      "security-group-rules",
      "SecurityGroupRules[?IsEgress==`false`].SecurityGroupRuleId",
    ] as const),
    ["group-id", "securityGroupId"],
  ),
};

/** The rest of what AWS names by itself: the listing, and where the id is in its answer. `{input}` is replaced. */
const OTHERS: Readonly<Record<string, readonly [listing: string, query: string]>> = {
  "aws:acm/certificate:Certificate": [
    "acm list-certificates",
    'CertificateSummaryList[?DomainName==`"{domainName}"`].CertificateArn',
  ],
  "aws:iam/openIdConnectProvider:OpenIdConnectProvider": [
    "iam list-open-id-connect-providers",
    "OpenIDConnectProviderList[].Arn",
  ],
  "aws:lb/listener:Listener": [
    "elbv2 describe-listeners --load-balancer-arn {loadBalancerArn}",
    "Listeners[?Port==`{port}`].ListenerArn",
  ],
  "aws:lb/listenerRule:ListenerRule": [
    "elbv2 describe-rules --listener-arn {listenerArn}",
    'Rules[?Priority==`"{priority}"`].RuleArn',
  ],
  "aws:lb/loadBalancer:LoadBalancer": [
    "elbv2 describe-load-balancers --names {name}",
    "LoadBalancers[].LoadBalancerArn",
  ],
  "aws:lb/targetGroup:TargetGroup": [
    "elbv2 describe-target-groups --names {name}",
    "TargetGroups[].TargetGroupArn",
  ],
};

export function identify({ type, inputs = {} }: Pick<ResourceState, "type" | "inputs">): Identity {
  // A file is put over the one that is there only where that is asked for.
  if (REPEATABLE.has(type) || inputs.overwriteOnCreate === true) return { kind: "repeatable" };
  const id = knownId(type, inputs);
  if (id !== undefined) return { kind: "known", id };
  const command = awsCommand(type, inputs);
  return { kind: "ask", ...(command && { command: `aws ${command} --output text` }) };
}

function knownId(type: string, inputs: Inputs): string | undefined {
  const [separator = "", ...names] = KNOWN[type] ?? [];
  const parts = names.map((name) => inputs[name]);
  if (names.length === 0 || !parts.every((part) => typeof part === "string")) return undefined;
  // The service's import id takes the cluster by name, the program gives its ARN.
  return parts.map((part, i) => (names[i] === "cluster" ? afterSlash(part) : part)).join(separator);
}

const afterSlash = (arn: string) => arn.split("/").at(-1);

function awsCommand(type: string, inputs: Inputs): string | undefined {
  const region = typeof inputs.region === "string" ? `--region ${inputs.region} ` : "";
  const listed = EC2[type];
  if (listed) {
    const [operation, query, filters] = listed;
    const flags = filters.map(([name, input]) => `"Name=${name},Values=${inputs[input]}"`);
    const { Name: name } = (inputs.tags ?? {}) as Inputs;
    if (typeof name === "string") flags.push(`"Name=tag:Name,Values=${name}"`);
    const filter = flags.length > 0 ? `--filters ${flags.join(" ")} ` : "";
    return `${region}ec2 describe-${operation} ${filter}--query '${query}'`;
  }
  const other = OTHERS[type];
  if (!other) return undefined;
  const filled = other.map((text) =>
    text.replace(/\{(\w+)\}/g, (_, input: string) => String(inputs[input])),
  );
  return `${region}${filled[0]} --query '${filled[1]}'`;
}
