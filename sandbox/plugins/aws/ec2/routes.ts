/** Route tables, their routes and their subnets. */
import type { Filter, Route, RouteTable } from "@aws-sdk/client-ec2";
import type * as pulumi from "@pulumi/aws/ec2";
import type { AwsContext } from "../context";
import { type Resolved, resource } from "../definition";
import { ec2, ec2Arn, filter, tagged, tagging, tagsOf } from "./client";

const output = { outputOnly: true, computed: true } as const;

/**
 * https://www.pulumi.com/registry/packages/aws/api-docs/ec2/routetable/, with routes as resources of their own: tables
 * with routes in line are not supported here.
 */
export const routeTable = resource<pulumi.RouteTableArgs, pulumi.RouteTableState>({
  type: "aws:ec2/routeTable:RouteTable",
  properties: { propagatingVgws: output, routes: output, vpcId: { replace: true } },
  outputs: { arn: "stable", ownerId: "stable" },
  tagging,
  async create(aws, { vpcId: VpcId }, tags) {
    const { RouteTable: made } = await ec2(aws).createRouteTable({
      VpcId,
      ...tagged("route-table", tags),
    });
    return made?.RouteTableId ?? "";
  },
  async read(aws, { id }) {
    const found = await find(aws, id);
    if (!found) return undefined;
    return {
      properties: {
        arn: ec2Arn(aws, found.OwnerId, `route-table/${id}`),
        ownerId: found.OwnerId,
        propagatingVgws: (found.PropagatingVgws ?? []).map(({ GatewayId = "" }) => GatewayId),
        routes: (found.Routes ?? []).filter(isOwnRoute).map(inline),
        vpcId: found.VpcId,
      },
      tags: tagsOf(found),
    };
  },
  async delete(aws, { id }) {
    await ec2(aws).deleteRouteTable({ RouteTableId: id });
  },
});

/** As the provider: neither the VPC's own range, nor propagated routes, nor those of gateway endpoints. */
function isOwnRoute({ GatewayId, Origin, DestinationPrefixListId }: Route): boolean {
  if (GatewayId === "local" || Origin === "EnableVgwRoutePropagation") return false;
  return !(GatewayId?.startsWith("vpce-") && DestinationPrefixListId);
}

function inline(route: Route) {
  return {
    carrierGatewayId: "",
    cidrBlock: route.DestinationCidrBlock ?? "",
    coreNetworkArn: "",
    destinationPrefixListId: route.DestinationPrefixListId ?? "",
    egressOnlyGatewayId: route.EgressOnlyInternetGatewayId ?? "",
    gatewayId: route.GatewayId ?? "",
    ipv6CidrBlock: route.DestinationIpv6CidrBlock ?? "",
    localGatewayId: "",
    natGatewayId: route.NatGatewayId ?? "",
    networkInterfaceId: route.NetworkInterfaceId ?? "",
    transitGatewayId: route.TransitGatewayId ?? "",
    vpcEndpointId: "",
    vpcPeeringConnectionId: route.VpcPeeringConnectionId ?? "",
  };
}

/** https://www.pulumi.com/registry/packages/aws/api-docs/ec2/route/, to internet and NAT gateways. */
export const route = resource<pulumi.RouteArgs, pulumi.RouteState>({
  type: "aws:ec2/route:Route",
  properties: {
    // ForceNew in the provider's schema: table and destination are the route's identity, its target can change.
    destinationCidrBlock: { replace: true },
    gatewayId: {},
    natGatewayId: {},
    networkInterfaceId: output,
    routeTableId: { replace: true },
  },
  outputs: {
    instanceId: "stable",
    instanceOwnerId: "stable",
    origin: "stable",
    state: "stable",
  },
  validate({ gatewayId, natGatewayId }) {
    const targets = [gatewayId, natGatewayId].filter((it) => it !== undefined);
    return targets.length === 1
      ? undefined
      : "exactly one of 'gatewayId', 'natGatewayId' is needed";
  },
  async create(aws, inputs) {
    await ec2(aws).createRoute(request(inputs));
    const { routeTableId, destinationCidrBlock = "" } = inputs;
    return `r-${routeTableId}${crc32(destinationCidrBlock)}`;
  },
  async read(aws, { id, inputs }) {
    // "Import individual routes using ROUTETABLEID_DESTINATION."
    const [table = "", destination] = id.split("_");
    const { routeTableId = table, destinationCidrBlock = destination } = inputs;
    const routes = (await find(aws, routeTableId))?.Routes ?? [];
    const found = routes.find((it) => it.DestinationCidrBlock === destinationCidrBlock);
    if (!found || destinationCidrBlock === undefined) return undefined;
    return {
      id: `r-${routeTableId}${crc32(destinationCidrBlock)}`,
      properties: {
        destinationCidrBlock,
        gatewayId: found.GatewayId ?? "",
        instanceId: found.InstanceId ?? "",
        instanceOwnerId: found.InstanceOwnerId ?? "",
        natGatewayId: found.NatGatewayId ?? "",
        networkInterfaceId: found.NetworkInterfaceId ?? "",
        origin: found.Origin,
        routeTableId,
        state: found.State,
      },
    };
  },
  async update(aws, _, inputs) {
    await ec2(aws).replaceRoute(request(inputs));
  },
  async delete(aws, { inputs }) {
    const { routeTableId: RouteTableId, destinationCidrBlock: DestinationCidrBlock } = inputs;
    await ec2(aws).deleteRoute({ RouteTableId, DestinationCidrBlock });
  },
});

function request(inputs: Resolved<pulumi.RouteArgs>) {
  return {
    RouteTableId: inputs.routeTableId,
    DestinationCidrBlock: inputs.destinationCidrBlock,
    GatewayId: inputs.gatewayId,
    NatGatewayId: inputs.natGatewayId,
  };
}

/** The hash that the provider puts into the ids of routes. */
export function crc32(text: string): number {
  let crc = 0xffffffff;
  for (const byte of Buffer.from(text)) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return ~crc >>> 0;
}

type Association = pulumi.RouteTableAssociationArgs;

/** https://www.pulumi.com/registry/packages/aws/api-docs/ec2/routetableassociation/, of subnets. */
export const routeTableAssociation = resource<Association, pulumi.RouteTableAssociationState>({
  type: "aws:ec2/routeTableAssociation:RouteTableAssociation",
  properties: {
    routeTableId: {},
    // ForceNew in the provider's schema.
    subnetId: { replace: true },
  },
  outputs: {},
  async create(aws, { routeTableId: RouteTableId, subnetId: SubnetId }) {
    return (await ec2(aws).associateRouteTable({ RouteTableId, SubnetId })).AssociationId ?? "";
  },
  async read(aws, { id, inputs }) {
    // "Import using the associated resource ID and Route Table ID separated by a forward slash." Afterwards by the subnet,
    // which has one association: a changed table gives that another id.
    const subnetId = inputs.subnetId ?? id.split("/")[0] ?? "";
    const tables = await describe(aws, filter("association.subnet-id", subnetId));
    const found = tables
      .flatMap(({ Associations = [] }) => Associations)
      .find(({ SubnetId }) => SubnetId === subnetId);
    if (!found) return undefined;
    return {
      id: found.RouteTableAssociationId,
      properties: { gatewayId: "", routeTableId: found.RouteTableId, subnetId },
    };
  },
  async update(aws, AssociationId, { routeTableId: RouteTableId }) {
    await ec2(aws).replaceRouteTableAssociation({ AssociationId, RouteTableId });
  },
  async delete(aws, { id }) {
    await ec2(aws).disassociateRouteTable({ AssociationId: id });
  },
});

async function find(aws: AwsContext, id: string): Promise<RouteTable | undefined> {
  return (await describe(aws, filter("route-table-id", id)))[0];
}

async function describe(aws: AwsContext, ...Filters: Filter[]): Promise<RouteTable[]> {
  const { RouteTables = [] } = await ec2(aws).describeRouteTables({ Filters });
  return RouteTables;
}
