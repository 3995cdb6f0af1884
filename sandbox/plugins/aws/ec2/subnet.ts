/** EC2 subnets. */
import type * as pulumi from "@pulumi/aws/ec2";
import { toPascal } from "../../kit/casing";
import { isEmpty } from "../../kit/values";
import type { AwsContext } from "../context";
import { absent, type Resolved, resource, stable } from "../definition";
import { ec2, ec2Arn, tagged, tagging } from "./client";

type Inputs = Resolved<pulumi.SubnetArgs>;

/** https://www.pulumi.com/registry/packages/aws/api-docs/ec2/subnet/ */
export const subnet = resource<pulumi.SubnetArgs, pulumi.SubnetState>({
  type: "aws:ec2/subnet:Subnet",
  properties: {
    assignIpv6AddressOnCreation: { default: false },
    // ForceNew in the provider's schema: zone, range and VPC are set only at creation.
    availabilityZone: { computed: true, replace: true },
    availabilityZoneId: { computed: true, replace: true },
    cidrBlock: { computed: true, replace: true },
    enableDns64: { default: false },
    enableResourceNameDnsARecordOnLaunch: { default: false },
    enableResourceNameDnsAaaaRecordOnLaunch: { default: false },
    ipv6CidrBlock: {
      computed: true,
      absent: "",
      validate: (range) => (range === "" ? undefined : "is not supported: no IPv6 here"),
    },
    ipv6Native: {
      default: false,
      replace: true,
      validate: (it) => (it ? "must be false" : undefined),
    },
    mapPublicIpOnLaunch: { default: false },
    privateDnsHostnameTypeOnLaunch: { computed: true, absent: "ip-name" },
    vpcId: { replace: true },
  },
  outputs: { ...stable("arn", "ownerId"), ...absent("", "ipv6CidrBlockAssociationId") },
  tagging,
  async create(aws, inputs, tags) {
    const { availabilityZone, availabilityZoneId, cidrBlock, vpcId: VpcId } = inputs;
    const { Subnet: { SubnetId: id = "" } = {} } = await ec2(aws).createSubnet({
      VpcId,
      ...toPascal<object>({ availabilityZone, availabilityZoneId, cidrBlock }),
      ...tagged("subnet", tags),
    });
    // A new subnet has none of them enabled, and names instances by their addresses.
    const changed = attributes.filter(
      (name) => !isEmpty(inputs[name]) && inputs[name] !== "ip-name",
    );
    await setAttributes(aws, id, inputs, changed);
    return id;
  },
  async read(aws, { id }) {
    const { Subnets: [found] = [] } = await ec2(aws).describeSubnets({ SubnetIds: [id] });
    if (!found) return undefined;
    const naming = found.PrivateDnsNameOptionsOnLaunch;
    return {
      found,
      properties: {
        arn: found.SubnetArn ?? ec2Arn(aws, found.OwnerId, `subnet/${found.SubnetId}`),
        enableResourceNameDnsARecordOnLaunch: naming?.EnableResourceNameDnsARecord,
        enableResourceNameDnsAaaaRecordOnLaunch: naming?.EnableResourceNameDnsAAAARecord,
        privateDnsHostnameTypeOnLaunch: naming?.HostnameType,
      },
    };
  },
  update: (aws, id, inputs, change) =>
    setAttributes(
      aws,
      id,
      inputs,
      attributes.filter((name) => change.has(name)),
    ),
  delete: (aws, { id }) => ec2(aws).deleteSubnet({ SubnetId: id }),
});

const attributes = [
  "mapPublicIpOnLaunch",
  "assignIpv6AddressOnCreation",
  "enableDns64",
  "enableResourceNameDnsARecordOnLaunch",
  "enableResourceNameDnsAaaaRecordOnLaunch",
  "privateDnsHostnameTypeOnLaunch",
] as const;

const NAMES = {
  enableResourceNameDnsAaaaRecordOnLaunch: "EnableResourceNameDnsAAAARecordOnLaunch",
};

/** "You can modify only one attribute at a time": API_ModifySubnetAttribute. */
async function setAttributes(
  aws: AwsContext,
  SubnetId: string,
  inputs: Inputs,
  changed: readonly (typeof attributes)[number][],
): Promise<void> {
  for (const name of changed) {
    const given = inputs[name] ?? false;
    const value = typeof given === "boolean" ? { value: given } : given;
    await ec2(aws).modifySubnetAttribute({
      SubnetId,
      ...toPascal<object>({ [name]: value }, NAMES),
    });
  }
}
