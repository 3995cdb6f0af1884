/** Route tables, their routes and their subnets. */
import type { Filter, Route, RouteTable } from "@aws-sdk/client-ec2";
import type * as pulumi from "@pulumi/aws/ec2";
import { toPascal } from "../../kit/casing";
import type { AwsContext } from "../context";
import { absent, outputOnly, replacing, resource, stable } from "../definition";
import { ec2, ec2Arn, filter, tagged, tagging } from "./client";

/**
 * https://www.pulumi.com/registry/packages/aws/api-docs/ec2/routetable/, with routes as separate resources: tables
 * with inline routes are not supported here.
 */
export const routeTable = resource<pulumi.RouteTableArgs, pulumi.RouteTableState>({
  type: "aws:ec2/routeTable:RouteTable",
  properties: {
    ...replacing("vpcId"),
    ...outputOnly([], "propagatingVgws", "routes"),
  },
  outputs: stable("arn", "ownerId"),
  tagging,
  async create(aws, { vpcId: VpcId }, tags) {
    const request = { VpcId, ...tagged("route-table", tags) };
    return (await ec2(aws).createRouteTable(request)).RouteTable?.RouteTableId;
  },
  async read(aws, { id }) {
    const [found] = await describe(aws, filter("route-table-id", id));
    return found && { found, properties: tableState(aws, found) };
  },
  delete: (aws, { id }) => ec2(aws).deleteRouteTable({ RouteTableId: id }),
});

function tableState(aws: AwsContext, found: RouteTable) {
  const { OwnerId, PropagatingVgws = [], RouteTableId, Routes = [] } = found;
  return {
    arn: ec2Arn(aws, OwnerId, `route-table/${RouteTableId}`),
    propagatingVgws: PropagatingVgws.map(({ GatewayId = "" }) => GatewayId),
    routes: Routes.filter(isOwnRoute).map(inline),
  };
}

/** Like the provider, omits the VPC's own range, propagated routes, and routes of gateway endpoints. */
function isOwnRoute({ GatewayId, Origin, DestinationPrefixListId }: Route): boolean {
  if (GatewayId === "local" || Origin === "EnableVgwRoutePropagation") return false;
  return !(GatewayId?.startsWith("vpce-") && DestinationPrefixListId);
}

/** Destinations and targets that a route does not have are empty strings. */
function inline(route: Route) {
  return {
    ...{ carrierGatewayId: "", coreNetworkArn: "", localGatewayId: "", vpcEndpointId: "" },
    cidrBlock: route.DestinationCidrBlock ?? "",
    destinationPrefixListId: route.DestinationPrefixListId ?? "",
    egressOnlyGatewayId: route.EgressOnlyInternetGatewayId ?? "",
    gatewayId: route.GatewayId ?? "",
    ipv6CidrBlock: route.DestinationIpv6CidrBlock ?? "",
    natGatewayId: route.NatGatewayId ?? "",
    networkInterfaceId: route.NetworkInterfaceId ?? "",
    transitGatewayId: route.TransitGatewayId ?? "",
    vpcPeeringConnectionId: route.VpcPeeringConnectionId ?? "",
  };
}

/** https://www.pulumi.com/registry/packages/aws/api-docs/ec2/route/, to internet and NAT gateways. */
export const route = resource<pulumi.RouteArgs, pulumi.RouteState>({
  type: "aws:ec2/route:Route",
  properties: {
    // ForceNew in the provider's schema: table and destination identify the route; its target can change.
    ...replacing("destinationCidrBlock", "routeTableId"),
    gatewayId: { absent: "" },
    natGatewayId: { absent: "" },
    ...outputOnly("", "networkInterfaceId"),
  },
  outputs: { ...absent("", "instanceId", "instanceOwnerId"), ...stable("origin", "state") },
  validate({ gatewayId, natGatewayId }) {
    const one = (gatewayId === undefined) !== (natGatewayId === undefined);
    return one ? undefined : "exactly one of 'gatewayId', 'natGatewayId' is needed";
  },
  async create(aws, inputs) {
    await ec2(aws).createRoute(toPascal(inputs));
    return routeId(inputs.routeTableId, inputs.destinationCidrBlock);
  },
  async read(aws, { id, inputs }) {
    // "Import individual routes using ROUTETABLEID_DESTINATION."
    const [table = "", destination] = id.split("_");
    const { routeTableId = table, destinationCidrBlock = destination } = inputs;
    const [{ Routes = [] } = {}] = await describe(aws, filter("route-table-id", routeTableId));
    const found = Routes.find((it) => it.DestinationCidrBlock === destinationCidrBlock);
    if (!found || destinationCidrBlock === undefined) return undefined;
    return { id: routeId(routeTableId, destinationCidrBlock), found, properties: { routeTableId } };
  },
  update: (aws, _, inputs) => ec2(aws).replaceRoute(toPascal(inputs)),
  delete: (aws, { inputs: { routeTableId: RouteTableId, destinationCidrBlock } }) =>
    ec2(aws).deleteRoute({ RouteTableId, DestinationCidrBlock: destinationCidrBlock }),
});

function routeId(table: string, destination = ""): string {
  return `r-${table}${crc32(destination)}`;
}

/** The hash in the provider's ids of routes. */
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
  // ForceNew in the provider's schema: the subnet.
  properties: { ...replacing("subnetId"), routeTableId: {}, ...outputOnly("", "gatewayId") },
  outputs: {},
  async create(aws, { routeTableId: RouteTableId, subnetId: SubnetId }) {
    return (await ec2(aws).associateRouteTable({ RouteTableId, SubnetId })).AssociationId;
  },
  async read(aws, { id, inputs }) {
    // "Import using the associated resource ID and Route Table ID separated by a forward slash." Later reads use the subnet,
    // which has one association: a change of the table changes its id.
    const subnetId = inputs.subnetId ?? id.split("/")[0] ?? "";
    const tables = await describe(aws, filter("association.subnet-id", subnetId));
    const found = tables
      .flatMap(({ Associations = [] }) => Associations)
      .find(({ SubnetId }) => SubnetId === subnetId);
    return found && { id: found.RouteTableAssociationId, found };
  },
  update: (aws, AssociationId, { routeTableId: RouteTableId }) =>
    ec2(aws).replaceRouteTableAssociation({ AssociationId, RouteTableId }),
  delete: (aws, { id }) => ec2(aws).disassociateRouteTable({ AssociationId: id }),
});

async function describe(aws: AwsContext, ...Filters: Filter[]): Promise<RouteTable[]> {
  const { RouteTables = [] } = await ec2(aws).describeRouteTables({ Filters });
  return RouteTables;
}
