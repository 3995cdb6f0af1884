/** The module `aws.vpc`: rules of security groups. */
import type { SecurityGroupRule } from "@aws-sdk/client-ec2";
import type * as pulumi from "@pulumi/aws/vpc";
import { type Resolved, replacing, resource, stable } from "./definition";
import { ec2, ec2Arn, tagged, tagging } from "./ec2/client";

// Both kinds have the same arguments and outputs.
type Args = pulumi.SecurityGroupIngressRuleArgs;
type State = pulumi.SecurityGroupIngressRuleState;

const sources = ["cidrIpv4", "cidrIpv6", "prefixListId", "referencedSecurityGroupId"] as const;

/** "When you modify a rule, you cannot change the rule's source type", so the provider then creates a new rule. */
const source = {
  replace: (old: string | undefined, value: string | undefined) =>
    old === undefined || value === undefined,
};

const protocols: Readonly<Record<string, string>> = { "1": "icmp", "6": "tcp", "17": "udp" };

/** The provider compares protocols by meaning: `all` is -1, and AWS names the common numbers. */
function protocol(text: string): string {
  const lower = text.toLowerCase();
  return lower === "all" ? "-1" : (protocols[lower] ?? lower);
}

/**
 * https://www.pulumi.com/registry/packages/aws/api-docs/vpc/securitygroupingressrule/ and
 * https://www.pulumi.com/registry/packages/aws/api-docs/vpc/securitygroupegressrule/
 */
function rule(direction: "Ingress" | "Egress") {
  return resource<Args, State>({
    type: `aws:vpc/securityGroup${direction}Rule:SecurityGroup${direction}Rule`,
    pluginFramework: true,
    properties: {
      ...replacing("securityGroupId"),
      cidrIpv4: source,
      cidrIpv6: source,
      description: {},
      fromPort: {},
      ipProtocol: { equal: (a, b) => protocol(a) === protocol(b) },
      prefixListId: source,
      referencedSecurityGroupId: source,
      toPort: {},
    },
    outputs: stable("arn", "securityGroupRuleId"),
    tagging,
    validate(inputs) {
      const given = sources.filter((key) => inputs[key] !== undefined);
      return given.length === 1 ? undefined : `exactly one of ${sources.join(", ")} is needed`;
    },
    async create(aws, inputs, tags) {
      const request = {
        GroupId: inputs.securityGroupId,
        IpPermissions: [permission(inputs)],
        ...tagged("security-group-rule", tags),
      };
      const { SecurityGroupRules: [made] = [] } = await (direction === "Ingress"
        ? ec2(aws).authorizeSecurityGroupIngress(request)
        : ec2(aws).authorizeSecurityGroupEgress(request));
      return made?.SecurityGroupRuleId;
    },
    async read(aws, { id, inputs }) {
      const { SecurityGroupRules: [found] = [] } = await ec2(aws).describeSecurityGroupRules({
        SecurityGroupRuleIds: [id],
      });
      if (!found || found.IsEgress !== (direction === "Egress")) return undefined;
      // AWS returns -1 for a port that was not given.
      const port = (value: number | undefined, given: number | undefined) =>
        value === -1 && given === undefined ? undefined : value;
      const arn = ec2Arn(aws, found.GroupOwnerId, `security-group-rule/${id}`);
      return {
        found,
        properties: {
          arn: found.SecurityGroupRuleArn ?? arn,
          fromPort: port(found.FromPort, inputs.fromPort),
          referencedSecurityGroupId: reference(found),
          securityGroupId: found.GroupId,
          toPort: port(found.ToPort, inputs.toPort),
        },
      };
    },
    update: (aws, SecurityGroupRuleId, inputs) =>
      ec2(aws).modifySecurityGroupRules({
        GroupId: inputs.securityGroupId,
        SecurityGroupRules: [{ SecurityGroupRuleId, SecurityGroupRule: request(inputs) }],
      }),
    async delete(aws, { id, inputs }) {
      const request = { GroupId: inputs.securityGroupId, SecurityGroupRuleIds: [id] };
      await (direction === "Ingress"
        ? ec2(aws).revokeSecurityGroupIngress(request)
        : ec2(aws).revokeSecurityGroupEgress(request));
    },
  });
}

function permission(inputs: Resolved<Args>) {
  const { description: Description } = inputs;
  const { cidrIpv4, cidrIpv6, prefixListId, referencedSecurityGroupId } = inputs;
  return {
    FromPort: inputs.fromPort,
    ToPort: inputs.toPort,
    IpProtocol: protocol(inputs.ipProtocol),
    ...(cidrIpv4 && { IpRanges: [{ CidrIp: cidrIpv4, Description }] }),
    ...(cidrIpv6 && { Ipv6Ranges: [{ CidrIpv6: cidrIpv6, Description }] }),
    ...(prefixListId && { PrefixListIds: [{ PrefixListId: prefixListId, Description }] }),
    ...(referencedSecurityGroupId && {
      UserIdGroupPairs: [{ ...group(referencedSecurityGroupId), Description }],
    }),
  };
}

/** A group of another account is written as `123456789012/sg-…`. */
function group(reference: string) {
  const [GroupId, UserId] = reference.split("/").reverse();
  return { GroupId, UserId };
}

function request(inputs: Resolved<Args>) {
  return {
    CidrIpv4: inputs.cidrIpv4,
    CidrIpv6: inputs.cidrIpv6,
    Description: inputs.description,
    FromPort: inputs.fromPort ?? -1,
    IpProtocol: protocol(inputs.ipProtocol),
    PrefixListId: inputs.prefixListId,
    ReferencedGroupId: group(inputs.referencedSecurityGroupId ?? "").GroupId || undefined,
    ToPort: inputs.toPort ?? -1,
  };
}

function reference({ ReferencedGroupInfo: info, GroupOwnerId }: SecurityGroupRule) {
  if (!info?.GroupId) return undefined;
  const elsewhere = info.UserId && GroupOwnerId && info.UserId !== GroupOwnerId;
  return elsewhere ? `${info.UserId}/${info.GroupId}` : info.GroupId;
}

export const resources = [rule("Ingress"), rule("Egress")];
