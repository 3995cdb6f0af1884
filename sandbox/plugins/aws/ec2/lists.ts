/** Lists of an account's objects in a region, and one subnet. */
import type * as pulumi from "@pulumi/aws/ec2";
import { fromTags } from "../../kit/tags";
import { isGone } from "../../kit/values";
import { invoke } from "../definition";
import { single } from "../not-found";
import { ec2, ec2Arn } from "./client";

/** https://www.pulumi.com/registry/packages/aws/api-docs/ec2/getvpcs/, all of them. */
export const getVpcs = invoke<pulumi.GetVpcsArgs, pulumi.GetVpcsResult>({
  type: "aws:ec2/getVpcs:getVpcs",
  args: [],
  async run(aws) {
    const { Vpcs = [] } = await ec2(aws).describeVpcs({});
    const { region } = aws;
    return { id: region, region, ids: Vpcs.map(({ VpcId = "" }) => VpcId), tags: {} };
  },
});

/** https://www.pulumi.com/registry/packages/aws/api-docs/ec2/getvpc/, by id. */
export const getVpc = invoke<pulumi.GetVpcArgs, pulumi.GetVpcResult>({
  type: "aws:ec2/getVpc:getVpc",
  args: ["id"],
  async run(aws, { id = "" }) {
    const { Vpcs } = await ec2(aws).describeVpcs({ VpcIds: [id] });
    const found = single("EC2 VPC", Vpcs);
    return {
      ...{ id, region: aws.region, tags: fromTags(found) },
      arn: ec2Arn(aws, found.OwnerId, `vpc/${id}`),
      cidrBlock: found.CidrBlock ?? "",
      cidrBlockAssociations: [],
      default: found.IsDefault ?? false,
      dhcpOptionsId: found.DhcpOptionsId ?? "",
      enableDnsHostnames: false,
      enableDnsSupport: true,
      enableNetworkAddressUsageMetrics: false,
      instanceTenancy: found.InstanceTenancy ?? "default",
      ipv6AssociationId: "",
      ipv6CidrBlock: "",
      ipv6CidrBlockAssociations: [],
      mainRouteTableId: "",
      ownerId: found.OwnerId ?? "",
      state: found.State ?? "",
    };
  },
});

/**
 * https://www.pulumi.com/registry/packages/aws/api-docs/ec2/getmanagedprefixlist/, for a list of AWS that every account has. moto
 * has only other lists, so its id and its entries are made up.
 */
export const getManagedPrefixList = invoke<
  pulumi.GetManagedPrefixListArgs,
  pulumi.GetManagedPrefixListResult
>({
  type: "aws:ec2/getManagedPrefixList:getManagedPrefixList",
  args: ["name"],
  async run(aws, { name = "" }) {
    const id = { "com.amazonaws.global.cloudfront.origin-facing": "pl-0c10dfc0" }[name];
    if (id === undefined) throw new Error(`the sandbox has no prefix list ${name}`);
    return {
      ...{ id, name, region: aws.region, tags: {} },
      ...{ addressFamily: "IPv4", maxEntries: 55, ownerId: "AWS", version: 1 },
      arn: ec2Arn(aws, "aws", `prefix-list/${id}`),
      entries: [{ cidr: "120.52.22.96/27", description: "" }],
    };
  },
});

/** https://www.pulumi.com/registry/packages/aws/api-docs/ec2/geteips/, all of them. */
export const getEips = invoke<pulumi.GetEipsArgs, pulumi.GetEipsResult>({
  type: "aws:ec2/getEips:getEips",
  args: [],
  async run(aws) {
    const { Addresses = [] } = await ec2(aws).describeAddresses({});
    const { region } = aws;
    return {
      ...{ id: region, region },
      allocationIds: Addresses.flatMap(({ AllocationId }) => AllocationId ?? []),
      publicIps: Addresses.map(({ PublicIp = "" }) => PublicIp),
    };
  },
});

/** https://www.pulumi.com/registry/packages/aws/api-docs/ec2/getsubnet/, by id. */
export const getSubnet = invoke<pulumi.GetSubnetArgs, pulumi.GetSubnetResult>({
  type: "aws:ec2/getSubnet:getSubnet",
  args: ["id"],
  async run(aws, { id = "" }) {
    const answer = await ec2(aws)
      .describeSubnets({ SubnetIds: [id] })
      .catch((error: unknown) => {
        if (isGone(error)) return undefined;
        throw error;
      });
    const found = single("EC2 Subnet", answer?.Subnets);
    return {
      ...{ id, region: aws.region, tags: fromTags(found) },
      arn: found.SubnetArn ?? "",
      assignIpv6AddressOnCreation: found.AssignIpv6AddressOnCreation ?? false,
      availabilityZone: found.AvailabilityZone ?? "",
      availabilityZoneId: found.AvailabilityZoneId ?? "",
      availableIpAddressCount: found.AvailableIpAddressCount ?? 0,
      cidrBlock: found.CidrBlock ?? "",
      customerOwnedIpv4Pool: found.CustomerOwnedIpv4Pool ?? "",
      defaultForAz: found.DefaultForAz ?? false,
      enableDns64: found.EnableDns64 ?? false,
      enableLniAtDeviceIndex: found.EnableLniAtDeviceIndex ?? 0,
      enableResourceNameDnsARecordOnLaunch: false,
      enableResourceNameDnsAaaaRecordOnLaunch: false,
      ipv6CidrBlock: "",
      ipv6CidrBlockAssociationId: "",
      ipv6Native: found.Ipv6Native ?? false,
      mapCustomerOwnedIpOnLaunch: found.MapCustomerOwnedIpOnLaunch ?? false,
      mapPublicIpOnLaunch: found.MapPublicIpOnLaunch ?? false,
      outpostArn: found.OutpostArn ?? "",
      ownerId: found.OwnerId ?? "",
      privateDnsHostnameTypeOnLaunch: "ip-name",
      state: found.State ?? "",
      vpcId: found.VpcId ?? "",
    };
  },
});
