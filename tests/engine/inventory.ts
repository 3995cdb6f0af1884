import assert from "node:assert/strict";
import { ECS } from "@aws-sdk/client-ecs";
import { SSM } from "@aws-sdk/client-ssm";
import { releasedImageOf } from "../../components/shared/image";
import type { TestStack } from "./harness";

interface Output {
  readonly cluster: string;
  readonly services: Record<string, { readonly service: string; readonly releasePointer: string }>;
}

export async function runningService(stack: TestStack, name = "api") {
  const { cluster, services } = await stack.outputs<Output>();
  const ecs = await stack.client(ECS);
  const names = [services[name]?.service ?? name];
  const [found] = (await ecs.describeServices({ cluster, services: names })).services;
  assert.ok(found, `there is no service ${name}`);
  return found;
}

/** The revision that the service runs. */
export async function runningTaskDefinition(stack: TestStack, name = "api") {
  const { taskDefinition } = await runningService(stack, name);
  const ecs = await stack.client(ECS);
  return (await ecs.describeTaskDefinition({ taskDefinition })).taskDefinition;
}

/** The running image by its tag and its digest, as in the release pointer. */
export async function runningImage(stack: TestStack, name = "api"): Promise<string> {
  const [main] = (await runningTaskDefinition(stack, name)).containerDefinitions;
  assert.ok(main, "the task definition has no main container");
  return releasedImageOf(main);
}

export async function releasedImage(stack: TestStack, name = "api"): Promise<string> {
  const { services } = await stack.outputs<Output>();
  const ssm = await stack.client(SSM);
  const { Parameter } = await ssm.getParameter({ Name: services[name]?.releasePointer ?? "" });
  return Parameter.Value;
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
