import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { Database } from "../database";
import type { Network } from "../network";
import { refuse } from "../shared/errors";
import { type Transform, transformed } from "../shared/transform";
import { checkClientVpn, checkClientVpnIn } from "./check";
import { type ClientVpnPlan, dnsServerOf, planClientVpn } from "./plan";
import type { ClientVpnSettings } from "./settings";

/** The arguments of a {@link ClientVpn}. */
export interface ClientVpnArgs extends Omit<ClientVpnSettings, "database"> {
  /** The network that clients reach. */
  readonly network: Network;
  /** The database that clients reach. @default none */
  readonly database?: Database | undefined;
  /**
   * Changes the arguments of child resources.
   * @default none
   */
  readonly transform?: {
    /** The endpoint. */
    readonly endpoint?: Transform<aws.ec2clientvpn.EndpointArgs>;
    /** The log group of the connections. */
    readonly logGroup?: Transform<aws.cloudwatch.LogGroupArgs>;
  };
}

/**
 * An AWS Client VPN endpoint. Its clients reach the VPC's addresses, and keep their own way to the internet (split tunnel). AWS
 * translates their addresses into those of the endpoint in the private subnets, so security groups admit them by the endpoint's group.
 * The endpoint itself adds no such rule. `database` adds one for the database.
 *
 * ```ts
 * new ClientVpn("prod", { network, serverCertificateArn, authentication: { samlProviderArn }, database });
 * ```
 *
 * Cost: USD 0.10 an hour for each target network, 73 a month at the defaults, and USD 0.05 an hour for each connected client.
 */
export class ClientVpn extends pulumi.ComponentResource {
  /** The endpoint's id. Resolves once clients can connect. */
  readonly endpointId: pulumi.Output<string>;
  /** The security group from which the clients' connections come. */
  readonly securityGroupId: pulumi.Output<string>;

  constructor(
    private readonly name: string,
    private readonly args: ClientVpnArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    const { database, network, transform: _, ...settings } = args;
    refuse(`ClientVpn "${name}"`, [
      ...checkClientVpn(settings, "args"),
      // The ranges of the network are not known yet.
      ...checkClientVpnIn({ ranges: [], privateSubnets: network.privateSubnets }, settings, "args"),
    ]);
    super("slipway:client-vpn:ClientVpn", name, {}, opts);
    const plan = planClientVpn(settings);
    const vpcRange = network.ranges().vpc;
    this.securityGroupId = this.createSecurityGroup(vpcRange);
    if (database) {
      this.admitTo(database);
    }
    const { id } = this.createEndpoint(plan, vpcRange);
    const associations = this.associate(plan, id);
    const rule = new aws.ec2clientvpn.AuthorizationRule(
      name,
      {
        clientVpnEndpointId: id,
        description: "The VPC",
        targetNetworkCidr: vpcRange,
        // All groups of those who can sign in.
        authorizeAllGroups: true,
      },
      { parent: this },
    );
    this.endpointId = pulumi
      .all([id, rule.id, pulumi.all(associations)])
      .apply(([endpoint]) => endpoint);
    this.registerOutputs({ endpointId: this.endpointId });
  }

  /** Its only rule is for egress: clients reach the VPC. */
  private createSecurityGroup(vpcRange: pulumi.Output<string>): pulumi.Output<string> {
    const { name } = this;
    const { vpcId } = this.args.network;
    const group = new aws.ec2.SecurityGroup(
      `${name}-client-vpn`,
      { vpcId, description: `Clients of the VPN of ${name}` },
      { parent: this },
    );
    new aws.vpc.SecurityGroupEgressRule(
      `${name}-client-vpn-to-vpc`,
      { securityGroupId: group.id, cidrIpv4: vpcRange, ipProtocol: "-1" },
      { parent: this },
    );
    return group.id;
  }

  private admitTo({ securityGroupId, port }: Database): void {
    new aws.vpc.SecurityGroupIngressRule(
      `${this.name}-client-vpn-to-database`,
      {
        securityGroupId,
        referencedSecurityGroupId: this.securityGroupId,
        ipProtocol: "tcp",
        fromPort: port,
        toPort: port,
      },
      { parent: this },
    );
  }

  private createEndpoint(
    plan: ClientVpnPlan,
    vpcRange: pulumi.Output<string>,
  ): aws.ec2clientvpn.Endpoint {
    const { name, args } = this;
    return new aws.ec2clientvpn.Endpoint(
      name,
      transformed(args.transform?.endpoint, {
        description: `Client VPN of ${name}`,
        serverCertificateArn: args.serverCertificateArn,
        authenticationOptions: [authenticationOf(args)],
        clientCidrBlock: plan.clientCidrBlock,
        transportProtocol: plan.transportProtocol,
        splitTunnel: true,
        // While connected, clients ask the VPC's server, which knows its private names.
        dnsServers: [vpcRange.apply(dnsServerOf)],
        sessionTimeoutHours: plan.sessionTimeoutHours,
        disconnectOnSessionTimeout: true,
        vpcId: args.network.vpcId,
        securityGroupIds: [this.securityGroupId],
        connectionLogOptions: {
          enabled: true,
          cloudwatchLogGroup: this.createLogGroup(plan).name,
        },
      }),
      { parent: this },
    );
  }

  private createLogGroup({ logRetentionInDays }: ClientVpnPlan): aws.cloudwatch.LogGroup {
    const { kmsKeyArn, transform } = this.args;
    return new aws.cloudwatch.LogGroup(
      `${this.name}-client-vpn`,
      transformed(transform?.logGroup, {
        retentionInDays: logRetentionInDays,
        ...(kmsKeyArn !== undefined && { kmsKeyId: kmsKeyArn }),
      }),
      { parent: this },
    );
  }

  /** Each association also gives the endpoint its route to the VPC. */
  private associate(
    { targetNetworks }: ClientVpnPlan,
    clientVpnEndpointId: pulumi.Output<string>,
  ): pulumi.Output<string>[] {
    const { privateSubnetIds } = this.args.network;
    return Array.from({ length: targetNetworks }, (_, i) => {
      const subnetId = privateSubnetIds.apply((ids) => ids[i] ?? "");
      return new aws.ec2clientvpn.NetworkAssociation(
        `${this.name}-${i + 1}`,
        { clientVpnEndpointId, subnetId },
        { parent: this },
      ).id;
    });
  }
}

function authenticationOf({ authentication }: Pick<ClientVpnSettings, "authentication">) {
  return "samlProviderArn" in authentication
    ? { type: "federated-authentication", samlProviderArn: authentication.samlProviderArn }
    : {
        type: "certificate-authentication",
        rootCertificateChainArn: authentication.clientRootCertificateChainArn,
      };
}
