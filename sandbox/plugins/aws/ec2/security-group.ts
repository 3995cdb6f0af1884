/** Security groups without inline rules; rules are separate resources (`aws.vpc`). */
import type { IpPermission, SecurityGroup } from "@aws-sdk/client-ec2";
import type * as pulumi from "@pulumi/aws/ec2";
import type { AwsContext } from "../context";
import { absent, outputOnly, resource, stable } from "../definition";
import { ec2, ec2Arn, filter, tagged, tagging } from "./client";

/** https://www.pulumi.com/registry/packages/aws/api-docs/ec2/securitygroup/ */
export const securityGroup = resource<pulumi.SecurityGroupArgs, pulumi.SecurityGroupState>({
  type: "aws:ec2/securityGroup:SecurityGroup",
  name: { property: "name" },
  properties: {
    // "Security group description. Defaults to Managed by Pulumi. [...] NOTE: This field maps to the AWS
    // GroupDescription attribute, for which there is no Update API": ForceNew, as are the name and the VPC.
    description: { default: "Managed by Pulumi", replace: true },
    name: { replace: true },
    revokeRulesOnDelete: { default: false, local: true },
    vpcId: { computed: true, replace: true },
    ...outputOnly([], "egress", "ingress"),
    ...outputOnly("", "namePrefix"),
  },
  outputs: stable("arn", "ownerId"),
  tagging,
  async create(aws, { name: GroupName, description: Description, vpcId: VpcId }, tags) {
    const request = { GroupName, Description, VpcId, ...tagged("security-group", tags) };
    const { GroupId = "" } = await ec2(aws).createSecurityGroup(request);
    // "By default, AWS creates an ALLOW ALL egress rule when creating a new Security Group inside of a VPC. When creating
    // a new Security Group inside a VPC, this provider will remove this default rule."
    const made = await find(aws, GroupId);
    if (made) await revokeEgress(aws, made);
    return GroupId;
  },
  read: readGroup,
  async delete(aws, { id, inputs }) {
    const found = inputs.revokeRulesOnDelete ? await find(aws, id) : undefined;
    if (found) {
      await revokeIngress(aws, found);
      await revokeEgress(aws, found);
    }
    await ec2(aws).deleteSecurityGroup({ GroupId: id });
  },
});

/**
 * https://www.pulumi.com/registry/packages/aws/api-docs/ec2/defaultsecuritygroup/: adopts the group of a VPC and removes its rules; a
 * delete does nothing.
 */
export const defaultSecurityGroup = resource<
  pulumi.DefaultSecurityGroupArgs,
  pulumi.DefaultSecurityGroupState
>({
  type: "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup",
  properties: {
    revokeRulesOnDelete: { default: false, local: true },
    vpcId: { computed: true, replace: true },
    ...outputOnly([], "egress", "ingress"),
  },
  outputs: { ...stable("arn", "description", "name", "ownerId"), ...absent("", "namePrefix") },
  tagging,
  async create(aws, { vpcId }, tags) {
    const Filters = [filter("group-name", "default"), filter("vpc-id", vpcId)];
    const { SecurityGroups: [group] = [] } = await ec2(aws).describeSecurityGroups({ Filters });
    if (!group) throw new Error(`the VPC ${vpcId} has no default security group`);
    const id = group.GroupId ?? "";
    if (Object.keys(tags).length > 0) await tagging.add(aws, { urn: "", id, arn: id }, tags);
    await revokeIngress(aws, group);
    await revokeEgress(aws, group);
    return id;
  },
  read: readGroup,
  delete: async () => {},
});

async function readGroup(aws: AwsContext, { id }: { readonly id: string }) {
  const found = await find(aws, id);
  if (!found) return undefined;
  return {
    found,
    properties: {
      arn: found.SecurityGroupArn ?? ec2Arn(aws, found.OwnerId, `security-group/${id}`),
      egress: found.IpPermissionsEgress?.map((it) => rules(it, id)),
      ingress: found.IpPermissions?.map((it) => rules(it, id)),
      name: found.GroupName,
    },
  };
}

async function find(aws: AwsContext, id: string): Promise<SecurityGroup | undefined> {
  return (await ec2(aws).describeSecurityGroups({ GroupIds: [id] })).SecurityGroups?.[0];
}

async function revokeIngress(aws: AwsContext, { GroupId, IpPermissions = [] }: SecurityGroup) {
  if (IpPermissions.length === 0) return;
  await ec2(aws).revokeSecurityGroupIngress({ GroupId, IpPermissions });
}

async function revokeEgress(aws: AwsContext, { GroupId, IpPermissionsEgress = [] }: SecurityGroup) {
  const IpPermissions = IpPermissionsEgress;
  if (IpPermissions.length === 0) return;
  await ec2(aws).revokeSecurityGroupEgress({ GroupId, IpPermissions });
}

function rules(permission: IpPermission, self: string) {
  const { IpRanges = [], Ipv6Ranges = [], PrefixListIds = [], UserIdGroupPairs = [] } = permission;
  const groups = UserIdGroupPairs.map(({ GroupId = "" }) => GroupId);
  const described = [...IpRanges, ...Ipv6Ranges, ...PrefixListIds, ...UserIdGroupPairs];
  return {
    cidrBlocks: IpRanges.map(({ CidrIp = "" }) => CidrIp),
    description: described[0]?.Description ?? "",
    fromPort: permission.FromPort ?? 0,
    ipv6CidrBlocks: Ipv6Ranges.map(({ CidrIpv6 = "" }) => CidrIpv6),
    prefixListIds: PrefixListIds.map(({ PrefixListId = "" }) => PrefixListId),
    protocol: permission.IpProtocol ?? "-1",
    securityGroups: groups.filter((id) => id !== self),
    self: groups.includes(self),
    toPort: permission.ToPort ?? 0,
  };
}
