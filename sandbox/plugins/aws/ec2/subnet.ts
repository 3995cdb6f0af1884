/** Subnets. */
import type { HostnameType, ModifySubnetAttributeCommandInput, Subnet } from "@aws-sdk/client-ec2";
import type * as pulumi from "@pulumi/aws/ec2";
import type { AwsContext } from "../context";
import { type Resolved, resource } from "../definition";
import { ec2, ec2Arn, tagged, tagging, tagsOf } from "./client";

type Inputs = Resolved<pulumi.SubnetArgs>;

/** https://www.pulumi.com/registry/packages/aws/api-docs/ec2/subnet/ */
export const subnet = resource<pulumi.SubnetArgs, pulumi.SubnetState>({
  type: "aws:ec2/subnet:Subnet",
  properties: {
    assignIpv6AddressOnCreation: { default: false },
    // ForceNew in the provider's schema: zone, range and VPC are those of creation.
    availabilityZone: { computed: true, replace: true },
    availabilityZoneId: { computed: true, replace: true },
    cidrBlock: { computed: true, replace: true },
    enableDns64: { default: false },
    enableResourceNameDnsARecordOnLaunch: { default: false },
    enableResourceNameDnsAaaaRecordOnLaunch: { default: false },
    ipv6CidrBlock: {
      computed: true,
      validate: (range) => (range === "" ? undefined : "is not supported: no IPv6 here"),
    },
    ipv6Native: {
      default: false,
      replace: true,
      validate: (it) => (it ? "must be false" : undefined),
    },
    mapPublicIpOnLaunch: { default: false },
    privateDnsHostnameTypeOnLaunch: { computed: true },
    vpcId: { replace: true },
  },
  outputs: { arn: "stable", ipv6CidrBlockAssociationId: "stable", ownerId: "stable" },
  tagging,
  async create(aws, inputs, tags) {
    const { Subnet: made } = await ec2(aws).createSubnet({
      VpcId: inputs.vpcId,
      CidrBlock: inputs.cidrBlock,
      AvailabilityZone: inputs.availabilityZone,
      AvailabilityZoneId: inputs.availabilityZoneId,
      ...tagged("subnet", tags),
    });
    const id = made?.SubnetId ?? "";
    const fresh: Resolved<pulumi.SubnetState> = made ? stateOf(aws, made) : {};
    await setAttributes(
      aws,
      id,
      inputs,
      (key) => inputs[key] !== undefined && inputs[key] !== fresh[key],
    );
    return id;
  },
  async read(aws, { id }) {
    const { Subnets: [found] = [] } = await ec2(aws).describeSubnets({ SubnetIds: [id] });
    return found && { properties: stateOf(aws, found), tags: tagsOf(found) };
  },
  update: (aws, id, inputs, change) => setAttributes(aws, id, inputs, (key) => change.has(key)),
  async delete(aws, { id }) {
    await ec2(aws).deleteSubnet({ SubnetId: id });
  },
});

/** "You can modify only one attribute at a time": API_ModifySubnetAttribute. */
async function setAttributes(
  aws: AwsContext,
  SubnetId: string,
  inputs: Inputs,
  wanted: (key: keyof Inputs) => boolean,
): Promise<void> {
  const value = (on: boolean | undefined) => ({ Value: on ?? false });
  const changes: [keyof Inputs, Omit<ModifySubnetAttributeCommandInput, "SubnetId">][] = [
    ["mapPublicIpOnLaunch", { MapPublicIpOnLaunch: value(inputs.mapPublicIpOnLaunch) }],
    [
      "assignIpv6AddressOnCreation",
      { AssignIpv6AddressOnCreation: value(inputs.assignIpv6AddressOnCreation) },
    ],
    ["enableDns64", { EnableDns64: value(inputs.enableDns64) }],
    [
      "enableResourceNameDnsARecordOnLaunch",
      {
        EnableResourceNameDnsARecordOnLaunch: value(inputs.enableResourceNameDnsARecordOnLaunch),
      },
    ],
    [
      "enableResourceNameDnsAaaaRecordOnLaunch",
      {
        EnableResourceNameDnsAAAARecordOnLaunch: value(
          inputs.enableResourceNameDnsAaaaRecordOnLaunch,
        ),
      },
    ],
    [
      "privateDnsHostnameTypeOnLaunch",
      { PrivateDnsHostnameTypeOnLaunch: inputs.privateDnsHostnameTypeOnLaunch as HostnameType },
    ],
  ];
  for (const [key, change] of changes) {
    if (!wanted(key)) continue;
    await ec2(aws).modifySubnetAttribute({ SubnetId, ...change });
  }
}

export function stateOf(aws: AwsContext, found: Subnet) {
  const naming = found.PrivateDnsNameOptionsOnLaunch;
  return {
    arn: found.SubnetArn ?? ec2Arn(aws, found.OwnerId, `subnet/${found.SubnetId}`),
    assignIpv6AddressOnCreation: found.AssignIpv6AddressOnCreation ?? false,
    availabilityZone: found.AvailabilityZone ?? "",
    availabilityZoneId: found.AvailabilityZoneId ?? "",
    cidrBlock: found.CidrBlock ?? "",
    enableDns64: found.EnableDns64 ?? false,
    enableResourceNameDnsARecordOnLaunch: naming?.EnableResourceNameDnsARecord ?? false,
    enableResourceNameDnsAaaaRecordOnLaunch: naming?.EnableResourceNameDnsAAAARecord ?? false,
    ipv6CidrBlock: "",
    ipv6CidrBlockAssociationId: "",
    ipv6Native: found.Ipv6Native ?? false,
    mapPublicIpOnLaunch: found.MapPublicIpOnLaunch ?? false,
    ownerId: found.OwnerId ?? "",
    privateDnsHostnameTypeOnLaunch: naming?.HostnameType ?? "ip-name",
    vpcId: found.VpcId ?? "",
  } satisfies Resolved<pulumi.SubnetState>;
}
