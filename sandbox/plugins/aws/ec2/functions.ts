/** Look-ups of networks that exist. */
import type * as pulumi from "@pulumi/aws/ec2";
import { invoke } from "../definition";
import { single } from "../single";
import { ec2, ec2Arn, filter, tagsOf } from "./client";
import { toFilters } from "./filters";
import { stateOf } from "./subnet";
import { attributes } from "./vpc";

/** https://www.pulumi.com/registry/packages/aws/api-docs/ec2/getvpc/ */
const getVpc = invoke<pulumi.GetVpcArgs, pulumi.GetVpcResult>({
  type: "aws:ec2/getVpc:getVpc",
  args: ["cidrBlock", "default", "dhcpOptionsId", "filters", "id", "state", "tags"],
  async run(aws, args) {
    const { cidrBlock, dhcpOptionsId, state } = args;
    const attribute = { cidr: cidrBlock, "dhcp-options-id": dhcpOptionsId, state };
    const { Vpcs } = await ec2(aws).describeVpcs({
      VpcIds: args.id ? [args.id] : undefined,
      Filters: toFilters({ ...attribute, isDefault: args.default }, args.filters, args.tags),
    });
    const found = single("EC2 VPC", Vpcs);
    const id = found.VpcId ?? "";
    const { RouteTables } = await ec2(aws).describeRouteTables({
      Filters: [filter("association.main", "true"), filter("vpc-id", id)],
    });
    return {
      arn: ec2Arn(aws, found.OwnerId, `vpc/${id}`),
      cidrBlock: found.CidrBlock ?? "",
      cidrBlockAssociations: (found.CidrBlockAssociationSet ?? []).map((it) => ({
        associationId: it.AssociationId ?? "",
        cidrBlock: it.CidrBlock ?? "",
        state: it.CidrBlockState?.State ?? "",
      })),
      default: found.IsDefault ?? false,
      dhcpOptionsId: found.DhcpOptionsId ?? "",
      ...(await attributes(aws, id)),
      id,
      instanceTenancy: found.InstanceTenancy ?? "default",
      ipv6AssociationId: "",
      ipv6CidrBlock: "",
      ipv6CidrBlockAssociations: [],
      mainRouteTableId: RouteTables?.[0]?.RouteTableId ?? "",
      ownerId: found.OwnerId ?? "",
      region: aws.region,
      state: found.State ?? "",
      tags: tagsOf(found),
    };
  },
});

/** https://www.pulumi.com/registry/packages/aws/api-docs/ec2/getsubnet/ */
const getSubnet = invoke<pulumi.GetSubnetArgs, pulumi.GetSubnetResult>({
  type: "aws:ec2/getSubnet:getSubnet",
  args: [
    "availabilityZone",
    "availabilityZoneId",
    "cidrBlock",
    "defaultForAz",
    "filters",
    "id",
    "state",
    "tags",
    "vpcId",
  ],
  async run(aws, args) {
    const attribute = {
      "availability-zone": args.availabilityZone,
      "availability-zone-id": args.availabilityZoneId,
      "cidr-block": args.cidrBlock,
      "default-for-az": args.defaultForAz,
      state: args.state,
      "vpc-id": args.vpcId,
    };
    const { Subnets } = await ec2(aws).describeSubnets({
      SubnetIds: args.id ? [args.id] : undefined,
      Filters: toFilters(attribute, args.filters, args.tags),
    });
    const found = single("EC2 Subnet", Subnets);
    const state = stateOf(aws, found);
    return {
      ...state,
      availableIpAddressCount: found.AvailableIpAddressCount ?? 0,
      customerOwnedIpv4Pool: "",
      defaultForAz: found.DefaultForAz ?? false,
      enableLniAtDeviceIndex: 0,
      id: found.SubnetId ?? "",
      mapCustomerOwnedIpOnLaunch: false,
      outpostArn: "",
      region: aws.region,
      state: found.State ?? "",
      tags: tagsOf(found),
    };
  },
});

/** https://www.pulumi.com/registry/packages/aws/api-docs/ec2/getsubnets/ */
const getSubnets = invoke<pulumi.GetSubnetsArgs, pulumi.GetSubnetsResult>({
  type: "aws:ec2/getSubnets:getSubnets",
  args: ["filters", "tags"],
  async run(aws, { filters, tags = {} }) {
    const { Subnets = [] } = await ec2(aws).describeSubnets({
      Filters: toFilters({}, filters, tags),
    });
    const ids = Subnets.map(({ SubnetId = "" }) => SubnetId);
    return { filters, id: aws.region, ids, region: aws.region, tags };
  },
});

export const functions = [getVpc, getSubnet, getSubnets];
