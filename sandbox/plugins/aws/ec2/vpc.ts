/** VPCs and their internet gateways. */
import { type Tenancy, type VpcTenancy, waitUntilVpcAvailable } from "@aws-sdk/client-ec2";
import type * as pulumi from "@pulumi/aws/ec2";
import { toPascal } from "../../kit/casing";
import type { AwsContext } from "../context";
import { absent, outputOnly, type Resolved, resource, stable } from "../definition";
import { ec2, ec2Arn, filter, tagged, tagging } from "./client";

/** https://www.pulumi.com/registry/packages/aws/api-docs/ec2/vpc/ */
export const vpc = resource<pulumi.VpcArgs, pulumi.VpcState>({
  type: "aws:ec2/vpc:Vpc",
  properties: {
    // ForceNew in the provider's schema: AWS cannot change a VPC's first range.
    cidrBlock: { computed: true, replace: true },
    enableDnsHostnames: { computed: true },
    // "Defaults to true."
    enableDnsSupport: { default: true },
    enableNetworkAddressUsageMetrics: { computed: true },
    // AWS changes from dedicated to default in place, but not back.
    instanceTenancy: { default: "default", replace: (_, value) => value !== "default" },
    ...outputOnly("", "ipv6CidrBlock", "ipv6CidrBlockNetworkBorderGroup"),
  },
  outputs: {
    ...stable("arn", "defaultNetworkAclId", "defaultRouteTableId", "defaultSecurityGroupId"),
    ...stable("dhcpOptionsId", "mainRouteTableId", "ownerId"),
    ...absent("", "ipv6AssociationId"),
  },
  tagging,
  async create(aws, inputs, tags) {
    const { Vpc: { VpcId: id = "" } = {} } = await ec2(aws).createVpc({
      CidrBlock: inputs.cidrBlock,
      InstanceTenancy: inputs.instanceTenancy as Tenancy | undefined,
      ...tagged("vpc", tags),
    });
    await waitUntilVpcAvailable({ client: ec2(aws), maxWaitTime: 300 }, { VpcIds: [id] });
    await setAttributes(aws, id, inputs);
    return id;
  },
  async read(aws, { id }) {
    const { Vpcs: [found] = [] } = await ec2(aws).describeVpcs({ VpcIds: [id] });
    if (!found) return undefined;
    const arn = ec2Arn(aws, found.OwnerId, `vpc/${id}`);
    const others = { ...(await readAttributes(aws, id)), ...(await companions(aws, id)) };
    return { found, properties: { arn, ...others } };
  },
  async update(aws, VpcId, inputs, change) {
    if (change.has("instanceTenancy")) {
      const InstanceTenancy = inputs.instanceTenancy as VpcTenancy;
      await ec2(aws).modifyVpcTenancy({ VpcId, InstanceTenancy });
    }
    await setAttributes(aws, VpcId, inputs);
  },
  delete: (aws, { id }) => ec2(aws).deleteVpc({ VpcId: id }),
});

/** One call per attribute: AWS does not accept two in one call. */
const attributes = [
  "enableDnsSupport",
  "enableDnsHostnames",
  "enableNetworkAddressUsageMetrics",
] as const;

async function setAttributes(aws: AwsContext, VpcId: string, inputs: Resolved<pulumi.VpcArgs>) {
  for (const name of attributes) {
    if (inputs[name] === undefined) continue;
    const change = toPascal<object>({ [name]: { value: inputs[name] } });
    await ec2(aws).modifyVpcAttribute({ VpcId, ...change });
  }
}

async function readAttributes(aws: AwsContext, VpcId: string) {
  const [support, hostnames, metrics] = await Promise.all(
    attributes.map((Attribute) => ec2(aws).describeVpcAttribute({ VpcId, Attribute })),
  );
  return {
    enableDnsHostnames: hostnames?.EnableDnsHostnames?.Value ?? false,
    enableDnsSupport: support?.EnableDnsSupport?.Value ?? false,
    enableNetworkAddressUsageMetrics: metrics?.EnableNetworkAddressUsageMetrics?.Value ?? false,
  };
}

/** The objects that AWS creates together with a VPC. */
async function companions(aws: AwsContext, vpcId: string) {
  const of = (name: string, value: string) => ({
    Filters: [filter(name, value), filter("vpc-id", vpcId)],
  });
  const [acls, tables, groups] = await Promise.all([
    ec2(aws).describeNetworkAcls(of("default", "true")),
    ec2(aws).describeRouteTables(of("association.main", "true")),
    ec2(aws).describeSecurityGroups(of("group-name", "default")),
  ]);
  const table = tables.RouteTables?.[0]?.RouteTableId;
  return {
    defaultNetworkAclId: acls.NetworkAcls?.[0]?.NetworkAclId,
    defaultRouteTableId: table,
    defaultSecurityGroupId: groups.SecurityGroups?.[0]?.GroupId,
    mainRouteTableId: table,
  };
}

/** https://www.pulumi.com/registry/packages/aws/api-docs/ec2/internetgateway/ */
export const internetGateway = resource<pulumi.InternetGatewayArgs, pulumi.InternetGatewayState>({
  type: "aws:ec2/internetGateway:InternetGateway",
  properties: { vpcId: { computed: true } },
  outputs: stable("arn", "ownerId"),
  tagging,
  async create(aws, { vpcId: VpcId }, tags) {
    const request = tagged("internet-gateway", tags);
    const { InternetGateway: made } = await ec2(aws).createInternetGateway(request);
    const InternetGatewayId = made?.InternetGatewayId;
    if (VpcId) await ec2(aws).attachInternetGateway({ InternetGatewayId, VpcId });
    return InternetGatewayId;
  },
  async read(aws, { id }) {
    const { InternetGateways: [found] = [] } = await ec2(aws).describeInternetGateways({
      InternetGatewayIds: [id],
    });
    if (!found) return undefined;
    const arn = ec2Arn(aws, found.OwnerId, `internet-gateway/${id}`);
    return { found, properties: { arn, vpcId: found.Attachments?.[0]?.VpcId ?? "" } };
  },
  async update(aws, InternetGatewayId, { vpcId: VpcId }, { old }) {
    await detach(aws, InternetGatewayId, old.outputs.vpcId);
    if (VpcId) await ec2(aws).attachInternetGateway({ InternetGatewayId, VpcId });
  },
  async delete(aws, { id, outputs }) {
    await detach(aws, id, outputs.vpcId);
    await ec2(aws).deleteInternetGateway({ InternetGatewayId: id });
  },
});

async function detach(aws: AwsContext, InternetGatewayId: string, VpcId: string | undefined) {
  if (!VpcId) return;
  try {
    await ec2(aws).detachInternetGateway({ InternetGatewayId, VpcId });
  } catch (error) {
    if ((error as Error).name !== "Gateway.NotAttached") throw error;
  }
}
