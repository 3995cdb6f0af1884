/** Elastic IP addresses and NAT gateways. */
import {
  type Address,
  type ConnectivityType,
  type DomainType,
  type NatGateway,
  waitUntilNatGatewayAvailable,
  waitUntilNatGatewayDeleted,
} from "@aws-sdk/client-ec2";
import type * as pulumi from "@pulumi/aws/ec2";
import type { AwsContext } from "../context";
import { type Resolved, resource } from "../definition";
import { ec2, ec2Arn, tagged, tagging, tagsOf } from "./client";

const output = { outputOnly: true, computed: true } as const;

/** https://www.pulumi.com/registry/packages/aws/api-docs/ec2/eip/ */
export const eip = resource<pulumi.EipArgs, pulumi.EipState>({
  type: "aws:ec2/eip:Eip",
  properties: {
    domain: { computed: true, replace: true },
    instance: output,
    networkBorderGroup: output,
    networkInterface: output,
    publicIpv4Pool: output,
  },
  outputs: {
    allocationId: "stable",
    arn: "stable",
    associationId: "stable",
    carrierIp: "stable",
    customerOwnedIp: "stable",
    privateDns: "stable",
    privateIp: "stable",
    ptrRecord: "stable",
    publicDns: "stable",
    publicIp: "stable",
  },
  tagging,
  async create(aws, { domain = "vpc" }, tags) {
    const Domain = domain as DomainType;
    const { AllocationId = "" } = await ec2(aws).allocateAddress({
      Domain,
      ...tagged("elastic-ip", tags),
    });
    return AllocationId;
  },
  async read(aws, { id }) {
    const { Addresses: [found] = [] } = await ec2(aws).describeAddresses({ AllocationIds: [id] });
    return found && { properties: addressState(aws, found), tags: tagsOf(found) };
  },
  async delete(aws, { id }) {
    await ec2(aws).releaseAddress({ AllocationId: id });
  },
});

function addressState(aws: AwsContext, found: Address): Resolved<pulumi.EipState> {
  const dashed = found.PublicIp?.replaceAll(".", "-");
  const zone = aws.region === "us-east-1" ? "compute-1" : `${aws.region}.compute`;
  return {
    allocationId: found.AllocationId,
    arn: ec2Arn(aws, found.NetworkInterfaceOwnerId, `elastic-ip/${found.AllocationId}`),
    associationId: found.AssociationId ?? "",
    carrierIp: found.CarrierIp ?? "",
    customerOwnedIp: found.CustomerOwnedIp ?? "",
    domain: found.Domain,
    instance: found.InstanceId ?? "",
    networkBorderGroup: found.NetworkBorderGroup ?? aws.region,
    networkInterface: found.NetworkInterfaceId ?? "",
    privateIp: found.PrivateIpAddress ?? "",
    ptrRecord: "",
    publicDns: `ec2-${dashed}.${zone}.amazonaws.com`,
    publicIp: found.PublicIp,
    publicIpv4Pool: found.PublicIpv4Pool ?? "amazon",
  };
}

/** https://www.pulumi.com/registry/packages/aws/api-docs/ec2/natgateway/ */
export const natGateway = resource<pulumi.NatGatewayArgs, pulumi.NatGatewayState>({
  type: "aws:ec2/natGateway:NatGateway",
  properties: {
    // ForceNew in the provider's schema, but for the secondary addresses, which are not supported here.
    allocationId: { replace: true },
    availabilityMode: output,
    connectivityType: { default: "public", replace: true },
    privateIp: { computed: true, replace: true },
    secondaryAllocationIds: output,
    secondaryPrivateIpAddressCount: output,
    secondaryPrivateIpAddresses: output,
    subnetId: { replace: true },
    vpcId: output,
  },
  outputs: {
    associationId: "stable",
    autoProvisionZones: "stable",
    autoScalingIps: "stable",
    networkInterfaceId: "stable",
    publicIp: "stable",
    regionalNatGatewayAddresses: "stable",
    regionalNatGatewayAutoMode: "stable",
    routeTableId: "stable",
  },
  tagging,
  async create(aws, inputs, tags) {
    const { NatGateway: made } = await ec2(aws).createNatGateway({
      AllocationId: inputs.allocationId,
      ConnectivityType: inputs.connectivityType as ConnectivityType | undefined,
      PrivateIpAddress: inputs.privateIp,
      SubnetId: inputs.subnetId,
      ...tagged("natgateway", tags),
    });
    return made?.NatGatewayId ?? "";
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
    return { properties: gatewayState(found), tags: tagsOf(found) };
  },
  async delete(aws, { id }) {
    await ec2(aws).deleteNatGateway({ NatGatewayId: id });
    const config = { client: ec2(aws), maxWaitTime: 1800 };
    await waitUntilNatGatewayDeleted(config, { NatGatewayIds: [id] });
  },
});

function gatewayState(found: NatGateway): Resolved<pulumi.NatGatewayState> {
  const [address] = found.NatGatewayAddresses ?? [];
  return {
    allocationId: address?.AllocationId,
    associationId: address?.AssociationId ?? "",
    availabilityMode: found.AvailabilityMode ?? "zonal",
    connectivityType: found.ConnectivityType ?? "public",
    networkInterfaceId: address?.NetworkInterfaceId,
    privateIp: address?.PrivateIp,
    publicIp: address?.PublicIp,
    secondaryAllocationIds: [],
    secondaryPrivateIpAddressCount: 0,
    secondaryPrivateIpAddresses: [],
    subnetId: found.SubnetId,
    vpcId: found.VpcId,
  };
}
