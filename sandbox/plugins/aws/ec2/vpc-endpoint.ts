/** VPC endpoints: gateways in route tables, and interfaces in subnets. */
import type { PrefixList, VpcEndpoint, VpcEndpointType } from "@aws-sdk/client-ec2";
import type * as pulumi from "@pulumi/aws/ec2";
import type { AwsContext } from "../context";
import { type Resolved, resource } from "../definition";
import { policyError, policyText, samePolicy } from "../values";
import { ec2, ec2Arn, filter, tagged, tagging, tagsOf } from "./client";

type Inputs = Resolved<pulumi.VpcEndpointArgs>;

/** Lists of ids are sets that AWS fills in when they are not given. */
const ids = { set: true, computed: true } as const;

/** https://www.pulumi.com/registry/packages/aws/api-docs/ec2/vpcendpoint/ */
export const vpcEndpoint = resource<pulumi.VpcEndpointArgs, pulumi.VpcEndpointState>({
  type: "aws:ec2/vpcEndpoint:VpcEndpoint",
  properties: {
    ipAddressType: { outputOnly: true, computed: true },
    policy: { computed: true, equal: samePolicy, normalize: policyText, validate: policyError },
    // The provider's CustomizeDiff: only an interface's can change in place.
    privateDnsEnabled: {
      computed: true,
      replace: (_, __, { vpcEndpointType }) => vpcEndpointType !== "Interface",
    },
    routeTableIds: ids,
    securityGroupIds: ids,
    // ForceNew in the provider's schema, as are the type and the VPC.
    serviceName: { replace: true },
    serviceRegion: { outputOnly: true, computed: true },
    subnetIds: ids,
    vpcEndpointType: {
      // "Defaults to Gateway."
      default: "Gateway",
      replace: true,
      validate: (type) =>
        ["Gateway", "Interface"].includes(type) ? undefined : "must be Gateway or Interface",
    },
    vpcId: { replace: true },
  },
  outputs: {
    arn: "stable",
    cidrBlocks: "stable",
    dnsEntries: "stable",
    networkInterfaceIds: { when: ["subnetIds"] },
    ownerId: "stable",
    prefixListId: "stable",
    requesterManaged: "stable",
    state: "stable",
  },
  tagging,
  async create(aws, inputs, tags) {
    const { VpcEndpoint: made } = await ec2(aws).createVpcEndpoint({
      VpcId: inputs.vpcId,
      ServiceName: inputs.serviceName,
      VpcEndpointType: inputs.vpcEndpointType as VpcEndpointType,
      PolicyDocument: inputs.policy,
      PrivateDnsEnabled: inputs.privateDnsEnabled ?? false,
      RouteTableIds: inputs.routeTableIds,
      SecurityGroupIds: inputs.securityGroupIds,
      SubnetIds: inputs.subnetIds,
      ...tagged("vpc-endpoint", tags),
    });
    return made?.VpcEndpointId ?? "";
  },
  async read(aws, { id }) {
    const { VpcEndpoints: [found] = [] } = await ec2(aws).describeVpcEndpoints({
      VpcEndpointIds: [id],
    });
    if (!found || found.State?.toLowerCase() === "deleted") return undefined;
    const prefixes = await prefixList(aws, found.ServiceName);
    return { properties: stateOf(aws, found, prefixes), tags: tagsOf(found) };
  },
  async update(aws, id, inputs, change) {
    const { old } = change;
    const lists = (key: "routeTableIds" | "securityGroupIds" | "subnetIds") =>
      change.has(key) ? changes(old.outputs[key], inputs[key]) : {};
    const [tables, groups, subnets] = [
      lists("routeTableIds"),
      lists("securityGroupIds"),
      lists("subnetIds"),
    ];
    await ec2(aws).modifyVpcEndpoint({
      VpcEndpointId: id,
      ...(change.has("policy") ? { PolicyDocument: inputs.policy } : {}),
      ...(change.has("privateDnsEnabled") ? { PrivateDnsEnabled: inputs.privateDnsEnabled } : {}),
      AddRouteTableIds: tables.added,
      RemoveRouteTableIds: tables.removed,
      AddSecurityGroupIds: groups.added,
      RemoveSecurityGroupIds: groups.removed,
      AddSubnetIds: subnets.added,
      RemoveSubnetIds: subnets.removed,
    });
  },
  async delete(aws, { id }) {
    await ec2(aws).deleteVpcEndpoints({ VpcEndpointIds: [id] });
  },
});

interface Changes {
  readonly added?: string[];
  readonly removed?: string[];
}

function changes(old: readonly string[] = [], value: readonly string[] = []): Changes {
  const added = value.filter((id) => !old.includes(id));
  const removed = old.filter((id) => !value.includes(id));
  return {
    ...(added.length > 0 ? { added } : {}),
    ...(removed.length > 0 ? { removed } : {}),
  };
}

/** The addresses behind a gateway endpoint. */
async function prefixList(aws: AwsContext, name: string | undefined): Promise<PrefixList> {
  const Filters = [filter("prefix-list-name", name)];
  const { PrefixLists = [] } = await ec2(aws).describePrefixLists({ Filters });
  return PrefixLists.find(({ PrefixListName }) => PrefixListName === name) ?? {};
}

function stateOf(
  aws: AwsContext,
  found: VpcEndpoint,
  { Cidrs, PrefixListId }: PrefixList,
): Inputs & Resolved<pulumi.VpcEndpointState> {
  return {
    arn: ec2Arn(aws, found.OwnerId, `vpc-endpoint/${found.VpcEndpointId}`),
    cidrBlocks: Cidrs ?? [],
    dnsEntries: (found.DnsEntries ?? []).map(({ DnsName, HostedZoneId }) => ({
      dnsName: DnsName ?? "",
      hostedZoneId: HostedZoneId ?? "",
    })),
    ipAddressType: found.IpAddressType ?? "ipv4",
    networkInterfaceIds: found.NetworkInterfaceIds ?? [],
    ownerId: found.OwnerId,
    policy: found.PolicyDocument,
    prefixListId: PrefixListId ?? "",
    privateDnsEnabled: found.PrivateDnsEnabled ?? false,
    requesterManaged: found.RequesterManaged ?? false,
    routeTableIds: found.RouteTableIds ?? [],
    securityGroupIds: (found.Groups ?? []).map(({ GroupId = "" }) => GroupId),
    serviceName: found.ServiceName,
    serviceRegion: found.ServiceRegion ?? aws.region,
    state: found.State,
    subnetIds: found.SubnetIds ?? [],
    vpcEndpointType: found.VpcEndpointType ?? "Gateway",
    vpcId: found.VpcId ?? "",
  };
}
