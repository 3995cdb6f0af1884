import * as aws from "@pulumi/aws";
import type * as awsx from "@pulumi/awsx";
// The package's index would load all of awsx, which costs each preview a tenth of a second.
import { Vpc } from "@pulumi/awsx/ec2";
import * as pulumi from "@pulumi/pulumi";
import { locationOf } from "../shared/arn";
import { refuse } from "../shared/errors";
import { type Transform, transformed } from "../shared/transform";
import { checkNetwork } from "./check";
import { FlowLogs } from "./flow-logs";
import { type NetworkPlan, planNetwork } from "./plan";
import type { CreateNetworkArgs, ExistingNetworkArgs, NatGateways } from "./settings";

/** A new VPC, or an existing one. */
export type NetworkArgs =
  | (CreateNetworkArgs & {
      /**
       * Changes the arguments of child resources.
       * @default none
       */
      readonly transform?: {
        /** The VPC. */
        readonly vpc?: Transform<awsx.ec2.VpcArgs>;
        /** The VPC's default security group, which has no rules. */
        readonly defaultSecurityGroup?: Transform<aws.ec2.DefaultSecurityGroupArgs>;
      };
    })
  | ExistingNetworkArgs;

/** IPv4 ranges of a network. */
export interface NetworkRanges {
  /** The VPC's range. */
  readonly vpc: pulumi.Output<string>;
  /** The public address of each NAT gateway, as a range. */
  readonly natGateways: readonly pulumi.Output<string>[];
}

const natStrategy: Record<NatGateways, awsx.types.enums.ec2.NatGatewayStrategy> = {
  none: "None",
  single: "Single",
  "one-per-az": "OnePerAz",
};

/**
 * A VPC with a public and a private subnet in each Availability Zone (through `awsx.ec2.Vpc`), or an existing VPC. The load
 * balancer uses the public subnets, tasks use the private subnets and have no public addresses. The default security group of a new
 * VPC lets nothing pass.
 *
 * ```ts
 * const network = new Network("dev", { natGateways: "single" });
 * ```
 *
 * Cost: each NAT gateway by the hour and by the GB; each interface endpoint by the hour and zone; flow logs by the GB. The rest is free.
 */
export class Network extends pulumi.ComponentResource {
  /** The VPC's id. */
  readonly vpcId: pulumi.Output<string>;
  /** The load balancer's subnets. */
  readonly publicSubnetIds: pulumi.Output<string[]>;
  /** The tasks' subnets. */
  readonly privateSubnetIds: pulumi.Output<string[]>;
  /** The number of private subnets, which are in different zones. Plain data, so it can decide how many resources exist. */
  readonly privateSubnets: number;
  /**
   * The IPv4 ranges from which requests of the VPC come: its own range, and the addresses of its NAT gateways. Requests to an
   * internet-facing load balancer leave through these. The NAT gateways of an existing VPC are not known.
   */
  readonly ranges: () => NetworkRanges;

  constructor(name: string, args: NetworkArgs = {}, opts?: pulumi.ComponentResourceOptions) {
    refuse(`Network "${name}"`, checkNetwork(args, "args"));
    super("slipway:network:Network", name, {}, opts);

    if ("vpcId" in args) {
      this.vpcId = pulumi.output(args.vpcId);
      this.publicSubnetIds = pulumi.output([...args.publicSubnetIds]);
      this.privateSubnetIds = pulumi.output([...args.privateSubnetIds]);
      this.privateSubnets = args.privateSubnetIds.length;
      const { vpcId: id } = args;
      this.ranges = () => ({
        vpc: aws.ec2.getVpcOutput({ id }, { parent: this }).cidrBlock,
        natGateways: [],
      });
    } else {
      const plan = planNetwork(args);
      const vpc = this.createVpc(name, plan, args.transform?.vpc);
      this.vpcId = vpc.vpcId;
      this.publicSubnetIds = vpc.publicSubnetIds;
      this.privateSubnetIds = vpc.privateSubnetIds;
      this.privateSubnets = plan.availabilityZones;
      // A transform may change their number.
      const natGateways = args.transform?.vpc ? 0 : natGatewaysOf(plan);
      this.ranges = () => rangesOf(vpc, natGateways);
      this.createEndpoints(name, plan, vpc);
      this.closeDefaultSecurityGroup(name, vpc, args.transform?.defaultSecurityGroup);
      if (plan.flowLogs) {
        const { vpcId } = vpc;
        const flowLogs = { ...plan.flowLogs, vpcId, vpcArn: vpc.vpc.arn };
        new FlowLogs(name, flowLogs, { parent: this });
      }
    }
    this.registerOutputs({
      vpcId: this.vpcId,
      publicSubnetIds: this.publicSubnetIds,
      privateSubnetIds: this.privateSubnetIds,
    });
  }

  private createVpc(
    name: string,
    plan: NetworkPlan,
    transform: Transform<awsx.ec2.VpcArgs> | undefined,
  ): awsx.ec2.Vpc {
    return new Vpc(
      name,
      transformed(transform, {
        cidrBlock: plan.cidrBlock,
        numberOfAvailabilityZones: plan.availabilityZones,
        natGateways: { strategy: natStrategy[plan.natGateways] },
        subnetStrategy: "Auto",
        // Subnets are private even without NAT gateways, and each zone has a range of fixed size. So subnets keep their
        // ranges when NAT gateways or zones are added or removed.
        subnetSpecs: [{ type: "Private" }, { type: "Public" }],
        availabilityZoneCidrMask: plan.zoneMask,
        enableDnsHostnames: true,
      }),
      { parent: this },
    );
  }

  /**
   * A resource that is started in the VPC without a security group gets this one, and AWS lets its members reach each other. Pulumi
   * adopts it and removes its rules; AWS deletes it with the VPC.
   * https://docs.aws.amazon.com/vpc/latest/userguide/default-security-group.html
   */
  private closeDefaultSecurityGroup(
    name: string,
    { vpcId }: awsx.ec2.Vpc,
    transform: Transform<aws.ec2.DefaultSecurityGroupArgs> | undefined,
  ): void {
    new aws.ec2.DefaultSecurityGroup(name, transformed(transform, { vpcId }), { parent: this });
  }

  private createEndpoints(name: string, plan: NetworkPlan, vpc: awsx.ec2.Vpc): void {
    const serviceName = (service: string) =>
      vpc.vpc.arn.apply((arn) => `com.amazonaws.${locationOf(arn).region}.${service}`);

    for (const service of plan.gatewayEndpoints) {
      new aws.ec2.VpcEndpoint(
        `${name}-${service}`,
        {
          vpcId: vpc.vpcId,
          serviceName: serviceName(service),
          vpcEndpointType: "Gateway",
          routeTableIds: vpc.routeTables.apply((tables) => tables.map((table) => table.id)),
        },
        { parent: this },
      );
    }
    if (plan.interfaceEndpoints.length === 0) {
      return;
    }
    const securityGroup = this.createEndpointSecurityGroup(name, plan, vpc);
    for (const service of plan.interfaceEndpoints) {
      new aws.ec2.VpcEndpoint(
        `${name}-${service}`,
        {
          vpcId: vpc.vpcId,
          serviceName: serviceName(service),
          vpcEndpointType: "Interface",
          privateDnsEnabled: true,
          subnetIds: this.privateSubnetIds,
          securityGroupIds: [securityGroup.id],
        },
        { parent: this },
      );
    }
  }

  private createEndpointSecurityGroup(
    name: string,
    plan: NetworkPlan,
    vpc: awsx.ec2.Vpc,
  ): aws.ec2.SecurityGroup {
    const securityGroup = new aws.ec2.SecurityGroup(
      `${name}-endpoints`,
      { vpcId: vpc.vpcId, description: "VPC endpoints, reached from inside the VPC" },
      { parent: this },
    );
    new aws.vpc.SecurityGroupIngressRule(
      `${name}-endpoints`,
      {
        securityGroupId: securityGroup.id,
        description: "HTTPS from the VPC",
        cidrIpv4: plan.cidrBlock,
        ipProtocol: "tcp",
        fromPort: 443,
        toPort: 443,
      },
      { parent: this },
    );
    return securityGroup;
  }
}

function natGatewaysOf({ natGateways, availabilityZones }: NetworkPlan): number {
  return { none: 0, single: 1, "one-per-az": availabilityZones }[natGateways];
}

function rangesOf({ vpc, eips }: awsx.ec2.Vpc, natGateways: number): NetworkRanges {
  return {
    vpc: vpc.cidrBlock,
    natGateways: Array.from(
      { length: natGateways },
      (_, i) => pulumi.interpolate`${eips[i]?.publicIp}/32`,
    ),
  };
}
