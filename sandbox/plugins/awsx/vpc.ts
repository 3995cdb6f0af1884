/** `awsx.ec2.Vpc`, with the same children and names as in pulumi-awsx 3.x (awsx/ec2/vpc.ts). */
import * as ec2 from "@pulumi/aws/ec2";
import { getAvailabilityZones } from "@pulumi/aws/getAvailabilityZones";
import * as pulumi from "@pulumi/pulumi";
import type { VpcArgs } from "./args";
import { defaultSpecs, type Layout, layOut, type SubnetType } from "./subnets";

type Spec = NonNullable<VpcArgs["subnetSpecs"]>[number];
type NatStrategy = "None" | "Single" | "OnePerAz";

interface Placed {
  readonly layout: Layout<Spec>;
  readonly subnet: ec2.Subnet;
  readonly routeTable: ec2.RouteTable;
}

type Data = Awaited<ReturnType<Vpc["createChildren"]>>;

export class Vpc extends pulumi.ComponentResource {
  static readonly type = "awsx:ec2:Vpc";
  readonly data: pulumi.Output<pulumi.Unwrap<Data>>;

  constructor(name: string, args: VpcArgs, opts: pulumi.ComponentResourceOptions) {
    super(Vpc.type, name, {}, opts);
    this.data = pulumi.output(this.createChildren(name, args));
    this.registerOutputs(this.data);
  }

  private async createChildren(name: string, args: VpcArgs) {
    const { cidrBlock = "10.0.0.0/16" } = args;
    const strategy: NatStrategy = args.natGateways?.strategy ?? "OnePerAz";
    const zones =
      args.availabilityZoneNames ?? (await this.defaultZones(args.numberOfAvailabilityZones));
    const { availabilityZoneCidrMask: zoneMask } = args;
    const specs: readonly Spec[] = args.subnetSpecs ?? defaultSpecs(cidrBlock, zones, zoneMask);
    const layout = layOut(name, cidrBlock, zones, specs, zoneMask);
    checkNat(strategy, specs);

    const tags = { Name: name, ...args.tags };
    const { enableDnsHostnames, enableDnsSupport } = args;
    const vpc = new ec2.Vpc(
      name,
      { cidrBlock, enableDnsHostnames, enableDnsSupport, tags },
      { parent: this },
    );
    const igw = new ec2.InternetGateway(name, { vpcId: vpc.id, tags }, under(vpc));
    const zoneChildren = new ZoneChildren(name, args, vpc, igw, strategy);
    zones.forEach((zone, index) => {
      zoneChildren.create(
        layout.filter((it) => it.zone === zone),
        index,
      );
    });
    return { vpc, vpcId: vpc.id, igw, ...zoneChildren.result(), subnetLayout: resolved(specs) };
  }

  private async defaultZones(count = 3): Promise<string[]> {
    const { names } = await getAvailabilityZones(undefined, { parent: this }).catch(withoutStack);
    if (names.length >= count) return names.slice(0, count);
    throw new Error(
      `The configured region for this provider does not have at least ${count} Availability Zones. Either specify an explicit list of zones in availabilityZoneNames or choose a region with at least ${count} AZs.`,
    );
  }
}

/** The SDK prints the stack trace of an error that ends a component; the message is enough. */
function withoutStack(error: Error): never {
  error.stack = error.message;
  throw error;
}

/** The subnets of each zone, with the resources that belong to them. */
class ZoneChildren {
  private readonly placed: Placed[] = [];
  private readonly associations: ec2.RouteTableAssociation[] = [];
  private readonly routes: ec2.Route[] = [];
  private readonly eips: ec2.Eip[] = [];
  private readonly natGateways: ec2.NatGateway[] = [];

  constructor(
    private readonly vpcName: string,
    private readonly args: VpcArgs,
    private readonly vpc: ec2.Vpc,
    private readonly igw: ec2.InternetGateway,
    private readonly natStrategy: NatStrategy,
  ) {}

  create(zone: readonly Layout<Spec>[], index: number): void {
    // Public subnets first: the NAT gateways are in them.
    const order: readonly SubnetType[] = ["Public", "Private", "Isolated"];
    const sorted = [...zone].sort(
      (a, b) => order.indexOf(a.spec.type) - order.indexOf(b.spec.type),
    );
    for (const layout of sorted) {
      const placed = this.createSubnet(layout);
      const { type } = layout.spec;
      if (type === "Public") this.createNatGateway(placed.subnet, index);
      this.createRoute(placed, index);
    }
  }

  result() {
    const subnets = this.placed.map(({ subnet }) => subnet);
    const of = (wanted: SubnetType) =>
      this.placed.filter(({ layout }) => layout.spec.type === wanted).map(({ subnet }) => subnet);
    const ids = (list: readonly ec2.Subnet[]) => list.map(({ id }) => id);
    const [publicSubnets, privateSubnets, isolatedSubnets] = [
      of("Public"),
      of("Private"),
      of("Isolated"),
    ];
    const vpcEndpoints: ec2.VpcEndpoint[] = [];
    return {
      subnets,
      publicSubnets,
      privateSubnets,
      isolatedSubnets,
      publicSubnetIds: ids(publicSubnets),
      privateSubnetIds: ids(privateSubnets),
      isolatedSubnetIds: ids(isolatedSubnets),
      routeTables: this.placed.map(({ routeTable }) => routeTable),
      routeTableAssociations: this.associations,
      routes: this.routes,
      natGateways: this.natGateways,
      eips: this.eips,
      vpcEndpoints,
    };
  }

  private createSubnet(layout: Layout<Spec>): Placed {
    const { name, spec } = layout;
    const { vpc } = this;
    const shared = { Name: this.vpcName, ...this.args.tags };
    const own = { Name: name, SubnetType: spec.type };
    const subnet = new ec2.Subnet(
      name,
      {
        vpcId: vpc.id,
        availabilityZone: layout.zone,
        mapPublicIpOnLaunch: spec.type === "Public",
        cidrBlock: layout.cidrBlock,
        assignIpv6AddressOnCreation: false,
        // As in the real component, this is unknown until the VPC exists, then absent.
        ipv6CidrBlock: vpc.ipv6CidrBlock.apply((): string | undefined => undefined),
        tags: { ...shared, ...spec.tags, ...own },
      },
      under(vpc),
    );
    const routeTable = new ec2.RouteTable(
      name,
      { vpcId: vpc.id, tags: { ...shared, ...own } },
      under(subnet),
    );
    this.associations.push(
      new ec2.RouteTableAssociation(
        name,
        { routeTableId: routeTable.id, subnetId: subnet.id },
        under(routeTable),
      ),
    );
    const placed = { layout, subnet, routeTable };
    this.placed.push(placed);
    return placed;
  }

  private createNatGateway(subnet: ec2.Subnet, index: number): void {
    const wanted = { None: 0, Single: 1, OnePerAz: index + 1 }[this.natStrategy];
    if (this.natGateways.length >= wanted) return;
    const name = `${this.vpcName}-${index + 1}`;
    const tags = { ...this.args.tags, Name: name };
    const eip = new ec2.Eip(name, { tags }, under(subnet));
    this.eips.push(eip);
    this.natGateways.push(
      new ec2.NatGateway(
        name,
        { subnetId: subnet.id, allocationId: eip.allocationId, tags },
        under(subnet),
      ),
    );
  }

  private createRoute({ layout, routeTable }: Placed, index: number): void {
    const { type } = layout.spec;
    const nat = this.natGateways[this.natStrategy === "Single" ? 0 : index];
    const target =
      type === "Public"
        ? { gatewayId: this.igw.id }
        : type === "Private" && nat
          ? { natGatewayId: nat.id }
          : undefined;
    if (!target) return;
    const args = { routeTableId: routeTable.id, destinationCidrBlock: "0.0.0.0/0", ...target };
    this.routes.push(new ec2.Route(layout.name, args, under(routeTable)));
  }
}

function under(parent: pulumi.Resource): pulumi.CustomResourceOptions {
  return { parent, dependsOn: [parent] };
}

function checkNat(strategy: NatStrategy, specs: readonly Spec[]): void {
  const has = (...types: SubnetType[]) => specs.some(({ type }) => types.includes(type));
  if (strategy === "None" || (has("Public") && has("Private", "Isolated"))) return;
  throw new Error(
    "If NAT Gateway strategy is 'OnePerAz' or 'Single', public subnets must be declared to host the NAT Gateway resource, along with private or isolated subnets to route through it.",
  );
}

function resolved(specs: readonly Spec[]) {
  return specs.map(({ type, name, cidrMask }) => ({
    type,
    name,
    cidrMask,
    size: cidrMask === undefined ? undefined : 2 ** (32 - cidrMask),
  }));
}

/** All outputs of `awsx.ec2.Vpc`. */
export function outputs({ data }: Vpc) {
  return {
    eips: data.eips,
    internetGateway: data.igw,
    isolatedSubnetIds: data.isolatedSubnetIds,
    isolatedSubnets: data.isolatedSubnets,
    natGateways: data.natGateways,
    privateSubnetIds: data.privateSubnetIds,
    privateSubnets: data.privateSubnets,
    publicSubnetIds: data.publicSubnetIds,
    publicSubnets: data.publicSubnets,
    routeTableAssociations: data.routeTableAssociations,
    routeTables: data.routeTables,
    routes: data.routes,
    subnetLayout: data.subnetLayout,
    subnets: data.subnets,
    vpc: data.vpc,
    vpcEndpoints: data.vpcEndpoints,
    vpcId: data.vpcId,
  };
}
