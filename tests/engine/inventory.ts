import assert from "node:assert/strict";
import { releasedImageOf } from "../../components/shared/image";
import type { TestStack } from "./harness";

export interface RunningService {
  readonly serviceName: string;
  readonly clusterArn: string;
  readonly taskDefinition: string;
  readonly desiredCount: number;
  readonly runningCount: number;
  readonly loadBalancers: readonly {
    readonly containerPort: number;
    readonly targetGroupArn: string;
  }[];
  readonly capacityProviderStrategy: readonly { readonly capacityProvider: string }[];
  readonly deploymentConfiguration: { readonly bakeTimeInMinutes?: number };
}

interface Output {
  readonly cluster: string;
  readonly services: Record<string, { readonly service: string; readonly releasePointer: string }>;
}

export async function runningService(stack: TestStack, name = "api"): Promise<RunningService> {
  const { cluster, services } = await stack.outputs<Output>();
  const { services: found } = await stack.aws<{ services: RunningService[] }>(
    "ecs",
    "describe-services",
    "--cluster",
    cluster,
    "--services",
    services[name]?.service ?? name,
  );
  assert.ok(found[0], `there is no service ${name}`);
  return found[0];
}

export interface TaskDefinition {
  readonly taskDefinitionArn: string;
  readonly memory: string;
  readonly containerDefinitions: readonly {
    readonly name: string;
    readonly image: string;
    readonly dockerLabels?: Readonly<Record<string, string>>;
    readonly environment: readonly { readonly name: string; readonly value: string }[];
  }[];
}

/** The revision that the service runs. */
export async function runningTaskDefinition(
  stack: TestStack,
  name = "api",
): Promise<TaskDefinition> {
  const { taskDefinition } = await runningService(stack, name);
  const answer = await stack.aws<{ taskDefinition: TaskDefinition }>(
    "ecs",
    "describe-task-definition",
    "--task-definition",
    taskDefinition,
  );
  return answer.taskDefinition;
}

/** The running image by its tag and its digest, as in the release pointer. */
export async function runningImage(stack: TestStack, name = "api"): Promise<string> {
  const [main] = (await runningTaskDefinition(stack, name)).containerDefinitions;
  assert.ok(main, "the task definition has no main container");
  return releasedImageOf(main);
}

export async function releasedImage(stack: TestStack, name = "api"): Promise<string> {
  const { services } = await stack.outputs<Output>();
  const answer = await stack.aws<{ Parameter: { Value: string } }>(
    "ssm",
    "get-parameter",
    "--name",
    services[name]?.releasePointer ?? "",
  );
  return answer.Parameter.Value;
}

/** Lists of everything that a stack creates in AWS, each with the part that identifies an object. */
const lists: readonly (readonly [string, ...string[]])[] = [
  ["ec2", "describe-vpcs", "--query", "Vpcs[].VpcId"],
  ["ec2", "describe-subnets", "--query", "Subnets[].SubnetId"],
  ["ec2", "describe-internet-gateways", "--query", "InternetGateways[].InternetGatewayId"],
  ["ec2", "describe-nat-gateways", "--query", "NatGateways[?State!='deleted'].NatGatewayId"],
  ["ec2", "describe-addresses", "--query", "Addresses[].AllocationId"],
  ["ec2", "describe-route-tables", "--query", "RouteTables[].RouteTableId"],
  ["ec2", "describe-vpc-endpoints", "--query", "VpcEndpoints[?State!='deleted'].VpcEndpointId"],
  ["ec2", "describe-security-groups", "--query", "SecurityGroups[].GroupId"],
  ["ecr", "describe-repositories", "--query", "repositories[].repositoryName"],
  ["elbv2", "describe-load-balancers", "--query", "LoadBalancers[].LoadBalancerArn"],
  ["elbv2", "describe-target-groups", "--query", "TargetGroups[].TargetGroupArn"],
  ["iam", "list-roles", "--query", "Roles[].RoleName"],
  ["iam", "list-open-id-connect-providers", "--query", "OpenIDConnectProviderList[].Arn"],
  ["cloudwatch", "describe-alarms", "--query", "MetricAlarms[].AlarmName"],
  ["logs", "describe-log-groups", "--query", "logGroups[].logGroupName"],
  ["ssm", "describe-parameters", "--query", "Parameters[].Name"],
  ["acm", "list-certificates", "--query", "CertificateSummaryList[].CertificateArn"],
  [
    "application-autoscaling",
    "describe-scalable-targets",
    "--service-namespace",
    "ecs",
    "--query",
    "ScalableTargets[].ResourceId",
  ],
];

/** The objects in the stack's account. Task definitions are not included: their revisions stay on purpose. */
export async function inventory(stack: TestStack): Promise<Record<string, string[]>> {
  const found: Record<string, string[]> = {};
  for (const [service, operation = "", ...query] of lists) {
    const names = (await stack.aws<string[] | null>(service, operation, ...query)) ?? [];
    found[`${service} ${operation}`] = [...names].sort();
  }
  found["ecs list-clusters"] = await activeClusters(stack);
  return found;
}

/** ECS lists deleted clusters for a while, as INACTIVE. */
async function activeClusters(stack: TestStack): Promise<string[]> {
  const { clusterArns } = await stack.aws<{ clusterArns: string[] }>("ecs", "list-clusters");
  if (clusterArns.length === 0) {
    return [];
  }
  const query = "clusters[?status=='ACTIVE'].clusterName";
  const names = ["describe-clusters", "--clusters", ...clusterArns, "--query", query];
  return (await stack.aws<string[]>("ecs", ...names)).sort();
}
