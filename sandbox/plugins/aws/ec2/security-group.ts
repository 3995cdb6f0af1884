/** Security groups without rules in line: those are resources of their own (`aws.vpc`). */
import type { IpPermission, SecurityGroup } from "@aws-sdk/client-ec2";
import type * as pulumi from "@pulumi/aws/ec2";
import type { AwsContext } from "../context";
import { resource } from "../definition";
import { ec2, ec2Arn, tagged, tagging, tagsOf } from "./client";

const output = { outputOnly: true, computed: true } as const;

/** https://www.pulumi.com/registry/packages/aws/api-docs/ec2/securitygroup/ */
export const securityGroup = resource<pulumi.SecurityGroupArgs, pulumi.SecurityGroupState>({
  type: "aws:ec2/securityGroup:SecurityGroup",
  name: { property: "name", maxLength: 255 },
  properties: {
    // "Security group description. Defaults to Managed by Pulumi. [...] NOTE: This field maps to the AWS
    // GroupDescription attribute, for which there is no Update API": ForceNew, as are the name and the VPC.
    description: { default: "Managed by Pulumi", replace: true },
    egress: output,
    ingress: output,
    name: { replace: true },
    namePrefix: output,
    revokeRulesOnDelete: { default: false, local: true },
    vpcId: { computed: true, replace: true },
  },
  outputs: { arn: "stable", ownerId: "stable" },
  tagging,
  async create(aws, inputs, tags) {
    const { GroupId = "" } = await ec2(aws).createSecurityGroup({
      GroupName: inputs.name,
      Description: inputs.description,
      VpcId: inputs.vpcId,
      ...tagged("security-group", tags),
    });
    // "By default, AWS creates an ALLOW ALL egress rule when creating a new Security Group inside of a VPC. When creating
    // a new Security Group inside a VPC, this provider will remove this default rule."
    const made = await find(aws, GroupId);
    if (made) await revoke(aws, made, "egress");
    return GroupId;
  },
  async read(aws, { id }) {
    const found = await find(aws, id);
    if (!found) return undefined;
    return {
      properties: {
        arn: found.SecurityGroupArn ?? ec2Arn(aws, found.OwnerId, `security-group/${id}`),
        description: found.Description,
        egress: (found.IpPermissionsEgress ?? []).map((it) => rules(it, id)),
        ingress: (found.IpPermissions ?? []).map((it) => rules(it, id)),
        name: found.GroupName,
        namePrefix: "",
        ownerId: found.OwnerId,
        vpcId: found.VpcId,
      },
      tags: tagsOf(found),
    };
  },
  async delete(aws, { id, inputs }) {
    const found = inputs.revokeRulesOnDelete ? await find(aws, id) : undefined;
    if (found) {
      await revoke(aws, found, "ingress");
      await revoke(aws, found, "egress");
    }
    await ec2(aws).deleteSecurityGroup({ GroupId: id });
  },
});

async function find(aws: AwsContext, id: string): Promise<SecurityGroup | undefined> {
  return (await ec2(aws).describeSecurityGroups({ GroupIds: [id] })).SecurityGroups?.[0];
}

async function revoke(aws: AwsContext, group: SecurityGroup, direction: "ingress" | "egress") {
  const IpPermissions =
    (direction === "egress" ? group.IpPermissionsEgress : group.IpPermissions) ?? [];
  if (IpPermissions.length === 0) return;
  const request = { GroupId: group.GroupId, IpPermissions };
  await (direction === "egress"
    ? ec2(aws).revokeSecurityGroupEgress(request)
    : ec2(aws).revokeSecurityGroupIngress(request));
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
