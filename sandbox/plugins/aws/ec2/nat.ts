/** Elastic IP addresses and NAT gateways. */
import {
  type DomainType,
  waitUntilNatGatewayAvailable,
  waitUntilNatGatewayDeleted,
} from "@aws-sdk/client-ec2";
import type * as pulumi from "@pulumi/aws/ec2";
import { fromAws, toPascal } from "../../kit/casing";
import { absent, outputOnly, replacing, resource, stable } from "../definition";
import { ec2, ec2Arn, tagged, tagging } from "./client";

/** https://www.pulumi.com/registry/packages/aws/api-docs/ec2/eip/ */
export const eip = resource<pulumi.EipArgs, pulumi.EipState>({
  type: "aws:ec2/eip:Eip",
  properties: {
    domain: { computed: true, replace: true },
    ...outputOnly("", "instance", "networkInterface"),
    ...outputOnly("amazon", "publicIpv4Pool"),
    ...outputOnly(undefined, "networkBorderGroup"),
  },
  outputs: {
    ...stable("allocationId", "arn", "privateDns", "publicDns", "publicIp"),
    ...absent("", "associationId", "carrierIp", "customerOwnedIp", "privateIp", "ptrRecord"),
  },
  tagging,
  async create(aws, { domain = "vpc" }, tags) {
    const request = { Domain: domain as DomainType, ...tagged("elastic-ip", tags) };
    return (await ec2(aws).allocateAddress(request)).AllocationId;
  },
  async read(aws, { id }) {
    const { Addresses: [found] = [] } = await ec2(aws).describeAddresses({ AllocationIds: [id] });
    if (!found) return undefined;
    const dashed = found.PublicIp?.replaceAll(".", "-");
    const zone = aws.region === "us-east-1" ? "compute-1" : `${aws.region}.compute`;
    return {
      found,
      properties: {
        arn: ec2Arn(aws, found.NetworkInterfaceOwnerId, `elastic-ip/${found.AllocationId}`),
        instance: found.InstanceId,
        networkBorderGroup: found.NetworkBorderGroup ?? aws.region,
        networkInterface: found.NetworkInterfaceId,
        privateIp: found.PrivateIpAddress,
        publicDns: `ec2-${dashed}.${zone}.amazonaws.com`,
      },
    };
  },
  delete: (aws, { id }) => ec2(aws).releaseAddress({ AllocationId: id }),
});

/** https://www.pulumi.com/registry/packages/aws/api-docs/ec2/natgateway/ */
export const natGateway = resource<pulumi.NatGatewayArgs, pulumi.NatGatewayState>({
  type: "aws:ec2/natGateway:NatGateway",
  properties: {
    // ForceNew in the provider's schema, except the secondary addresses, which are not supported here.
    ...replacing("allocationId", "subnetId"),
    connectivityType: { default: "public", replace: true },
    privateIp: { computed: true, replace: true },
    ...outputOnly("zonal", "availabilityMode"),
    ...outputOnly([], "secondaryAllocationIds", "secondaryPrivateIpAddresses"),
    ...outputOnly(0, "secondaryPrivateIpAddressCount"),
    ...outputOnly(undefined, "vpcId"),
  },
  outputs: {
    ...absent("", "associationId"),
    ...stable("autoProvisionZones", "autoScalingIps", "networkInterfaceId", "publicIp"),
    ...stable("regionalNatGatewayAddresses", "regionalNatGatewayAutoMode", "routeTableId"),
  },
  tagging,
  async create(aws, { allocationId, connectivityType, privateIp, subnetId }, tags) {
    const { NatGateway: made } = await ec2(aws).createNatGateway({
      ...toPascal({ allocationId, connectivityType, privateIpAddress: privateIp }),
      SubnetId: subnetId,
      ...tagged("natgateway", tags),
    });
    return made?.NatGatewayId;
  },
  async ready(aws, id) {
    const config = { client: ec2(aws), maxWaitTime: 600 };
    await waitUntilNatGatewayAvailable(config, { NatGatewayIds: [id] });
  },
  async read(aws, { id }) {
    const { NatGateways: [found] = [] } = await ec2(aws).describeNatGateways({
      NatGatewayIds: [id],
    });
    // AWS shows a deleted gateway for about an hour.
    if (!found || found.State === "deleted") return undefined;
    return { found, properties: fromAws(found.NatGatewayAddresses?.[0] ?? {}) };
  },
  async delete(aws, { id }) {
    await ec2(aws).deleteNatGateway({ NatGatewayId: id });
    const config = { client: ec2(aws), maxWaitTime: 1800 };
    await waitUntilNatGatewayDeleted(config, { NatGatewayIds: [id] });
  },
});
