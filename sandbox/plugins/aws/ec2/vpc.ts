/** VPCs and their internet gateways. */
import { type Tenancy, type VpcTenancy, waitUntilVpcAvailable } from "@aws-sdk/client-ec2";
import type * as pulumi from "@pulumi/aws/ec2";
import type { AwsContext } from "../context";
import { type Resolved, resource } from "../definition";
import { ec2, ec2Arn, filter, tagged, tagging, tagsOf } from "./client";

const ipv6 = { outputOnly: true, computed: true } as const;

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
    // AWS goes from dedicated to default in place, and never back.
    instanceTenancy: { default: "default", replace: (_, value) => value !== "default" },
    ipv6CidrBlock: ipv6,
    ipv6CidrBlockNetworkBorderGroup: ipv6,
  },
  outputs: {
    arn: "stable",
    defaultNetworkAclId: "stable",
    defaultRouteTableId: "stable",
    defaultSecurityGroupId: "stable",
    dhcpOptionsId: "stable",
    ipv6AssociationId: "stable",
    mainRouteTableId: "stable",
    ownerId: "stable",
  },
  tagging,
  async create(aws, inputs, tags) {
    const { Vpc: made } = await ec2(aws).createVpc({
      CidrBlock: inputs.cidrBlock,
      InstanceTenancy: inputs.instanceTenancy as Tenancy | undefined,
      ...tagged("vpc", tags),
    });
    const id = made?.VpcId ?? "";
    await waitUntilVpcAvailable({ client: ec2(aws), maxWaitTime: 300 }, { VpcIds: [id] });
    await setAttributes(aws, id, inputs);
    return id;
  },
  async read(aws, { id }) {
    const { Vpcs: [found] = [] } = await ec2(aws).describeVpcs({ VpcIds: [id] });
    if (!found) return undefined;
    return {
      properties: {
        arn: ec2Arn(aws, found.OwnerId, `vpc/${id}`),
        cidrBlock: found.CidrBlock,
        dhcpOptionsId: found.DhcpOptionsId,
        instanceTenancy: found.InstanceTenancy,
        ipv6AssociationId: "",
        ipv6CidrBlock: "",
        ipv6CidrBlockNetworkBorderGroup: "",
        ownerId: found.OwnerId,
        ...(await attributes(aws, id)),
        ...(await companions(aws, id)),
      },
      tags: tagsOf(found),
    };
  },
  async update(aws, id, inputs, change) {
    if (change.has("instanceTenancy")) {
      const InstanceTenancy = inputs.instanceTenancy as VpcTenancy;
      await ec2(aws).modifyVpcTenancy({ VpcId: id, InstanceTenancy });
    }
    await setAttributes(aws, id, inputs);
  },
  async delete(aws, { id }) {
    await ec2(aws).deleteVpc({ VpcId: id });
  },
});

const attributeNames = [
  "enableDnsHostnames",
  "enableDnsSupport",
  "enableNetworkAddressUsageMetrics",
] as const;

/** One call an attribute: AWS takes no two at once. */
async function setAttributes(aws: AwsContext, VpcId: string, inputs: Resolved<pulumi.VpcArgs>) {
  const value = (name: (typeof attributeNames)[number]) =>
    inputs[name] === undefined ? undefined : { Value: inputs[name] };
  for (const change of [
    { EnableDnsSupport: value("enableDnsSupport") },
    { EnableDnsHostnames: value("enableDnsHostnames") },
    { EnableNetworkAddressUsageMetrics: value("enableNetworkAddressUsageMetrics") },
  ]) {
    if (Object.values(change).every((it) => it === undefined)) continue;
    await ec2(aws).modifyVpcAttribute({ VpcId, ...change });
  }
}

export async function attributes(aws: AwsContext, VpcId: string) {
  const [hostnames, support, metrics] = await Promise.all(
    attributeNames.map((Attribute) => ec2(aws).describeVpcAttribute({ VpcId, Attribute })),
  );
  return {
    enableDnsHostnames: hostnames?.EnableDnsHostnames?.Value ?? false,
    enableDnsSupport: support?.EnableDnsSupport?.Value ?? false,
    enableNetworkAddressUsageMetrics: metrics?.EnableNetworkAddressUsageMetrics?.Value ?? false,
  };
}

/** What AWS makes together with a VPC. */
async function companions(aws: AwsContext, vpcId: string) {
  const [acls, tables, groups] = await Promise.all([
    ec2(aws).describeNetworkAcls({
      Filters: [filter("default", "true"), filter("vpc-id", vpcId)],
    }),
    ec2(aws).describeRouteTables({
      Filters: [filter("association.main", "true"), filter("vpc-id", vpcId)],
    }),
    ec2(aws).describeSecurityGroups({
      Filters: [filter("group-name", "default"), filter("vpc-id", vpcId)],
    }),
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
  outputs: { arn: "stable", ownerId: "stable" },
  tagging,
  async create(aws, { vpcId }, tags) {
    const { InternetGateway: made } = await ec2(aws).createInternetGateway(
      tagged("internet-gateway", tags),
    );
    const id = made?.InternetGatewayId ?? "";
    if (vpcId) await attach(aws, id, vpcId);
    return id;
  },
  async read(aws, { id }) {
    const { InternetGateways: [found] = [] } = await ec2(aws).describeInternetGateways({
      InternetGatewayIds: [id],
    });
    if (!found) return undefined;
    return {
      properties: {
        arn: ec2Arn(aws, found.OwnerId, `internet-gateway/${id}`),
        ownerId: found.OwnerId,
        vpcId: found.Attachments?.[0]?.VpcId ?? "",
      },
      tags: tagsOf(found),
    };
  },
  async update(aws, id, { vpcId }, { old }) {
    await detach(aws, id, old.outputs.vpcId);
    if (vpcId) await attach(aws, id, vpcId);
  },
  async delete(aws, { id, outputs }) {
    await detach(aws, id, outputs.vpcId);
    await ec2(aws).deleteInternetGateway({ InternetGatewayId: id });
  },
});

async function attach(aws: AwsContext, InternetGatewayId: string, VpcId: string) {
  await ec2(aws).attachInternetGateway({ InternetGatewayId, VpcId });
}

async function detach(aws: AwsContext, InternetGatewayId: string, VpcId: string | undefined) {
  if (!VpcId) return;
  try {
    await ec2(aws).detachInternetGateway({ InternetGatewayId, VpcId });
  } catch (error) {
    if ((error as Error).name !== "Gateway.NotAttached") throw error;
  }
}
