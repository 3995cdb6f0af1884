import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { refuse } from "../errors";
import type { Network } from "../network";
import { type Transform, transformed } from "../transform";
import { Certificate } from "./certificate";
import {
  type CertificateArnArgs,
  checkLoadBalancer,
  checkLoadBalancerName,
  type DomainArgs,
  type LoadBalancerSettings,
} from "./check";

export interface LoadBalancerArgs extends LoadBalancerSettings {
  readonly network: Network;
  readonly transform?: {
    readonly loadBalancer?: Transform<aws.lb.LoadBalancerArgs>;
    readonly listener?: Transform<aws.lb.ListenerArgs>;
  };
}

/**
 * An Application Load Balancer that the services of a stack share. Requests that no service's rule takes get a 404.
 *
 * ```ts
 * const loadBalancer = new LoadBalancer("prod", {
 *   network,
 *   https: { domain: "app.example.com", zone: "example.com" },
 * });
 * ```
 *
 * Cost: by the hour and by load balancer capacity units; its public IPv4 addresses, one a zone, by the hour.
 */
export class LoadBalancer extends pulumi.ComponentResource {
  /** Where services hang their rules: HTTPS if there is a certificate, else HTTP. */
  readonly listenerArn: pulumi.Output<string>;
  readonly securityGroupId: pulumi.Output<string>;
  /** `app/<name>/<id>`, the load balancer's part of a metric's dimensions. */
  readonly arnSuffix: pulumi.Output<string>;
  readonly dnsName: pulumi.Output<string>;
  /** Where users find it: the domain if there is one, else the load balancer's own name. */
  readonly url: pulumi.Output<string>;

  private readonly loadBalancer: aws.lb.LoadBalancer;

  constructor(
    private readonly name: string,
    args: LoadBalancerArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    refuse(`LoadBalancer "${name}"`, [
      ...checkLoadBalancerName(name, "name"),
      ...checkLoadBalancer(args, "args"),
    ]);
    super("slipway:load-balancer:LoadBalancer", name, {}, opts);

    const securityGroup = this.createSecurityGroup(args);
    this.loadBalancer = new aws.lb.LoadBalancer(
      name,
      transformed(args.transform?.loadBalancer, {
        loadBalancerType: "application",
        internal: args.internal ?? false,
        subnets: args.internal ? args.network.privateSubnetIds : args.network.publicSubnetIds,
        securityGroups: [securityGroup.id],
        dropInvalidHeaderFields: true,
        enableDeletionProtection: args.deletionProtection ?? false,
      }),
      { parent: this },
    );
    this.securityGroupId = securityGroup.id;
    this.arnSuffix = this.loadBalancer.arnSuffix;
    this.dnsName = this.loadBalancer.dnsName;

    const { https } = args;
    const transform = args.transform?.listener;
    if (https) {
      const certificateArn = this.certificateArn(https);
      this.createListener("http", transform, {
        port: 80,
        protocol: "HTTP",
        defaultActions: [redirect],
      });
      this.listenerArn = this.createListener("https", transform, {
        port: 443,
        protocol: "HTTPS",
        certificateArn,
        // TLS 1.3 and 1.2 with forward secrecy; AWS's recommendation:
        // https://docs.aws.amazon.com/elasticloadbalancing/latest/application/describe-ssl-policies.html
        sslPolicy: "ELBSecurityPolicy-TLS13-1-2-2021-06",
        defaultActions: [notFound],
      }).arn;
    } else {
      this.listenerArn = this.createListener("http", transform, {
        port: 80,
        protocol: "HTTP",
        defaultActions: [notFound],
      }).arn;
    }
    this.url =
      https && "domain" in https
        ? pulumi.output(`https://${https.domain}`)
        : pulumi.interpolate`${https ? "https" : "http"}://${this.dnsName}`;
    this.registerOutputs({ url: this.url });
  }

  private createSecurityGroup(args: LoadBalancerArgs): aws.ec2.SecurityGroup {
    const securityGroup = new aws.ec2.SecurityGroup(
      `${this.name}-load-balancer`,
      { vpcId: args.network.vpcId, description: "Load balancer" },
      { parent: this },
    );
    for (const port of args.https ? [80, 443] : [80]) {
      for (const cidr of args.allowedCidrBlocks ?? ["0.0.0.0/0"]) {
        new aws.vpc.SecurityGroupIngressRule(
          `${this.name}-${port}-${cidr}`,
          {
            securityGroupId: securityGroup.id,
            cidrIpv4: cidr,
            ipProtocol: "tcp",
            fromPort: port,
            toPort: port,
          },
          { parent: this },
        );
      }
    }
    return securityGroup;
  }

  private createListener(
    name: string,
    transform: Transform<aws.lb.ListenerArgs> | undefined,
    args: Omit<aws.lb.ListenerArgs, "loadBalancerArn">,
  ): aws.lb.Listener {
    return new aws.lb.Listener(
      `${this.name}-${name}`,
      transformed(transform, { ...args, loadBalancerArn: this.loadBalancer.arn }),
      { parent: this },
    );
  }

  private certificateArn(https: CertificateArnArgs | DomainArgs): pulumi.Input<string> {
    if ("certificateArn" in https) {
      return https.certificateArn;
    }
    const zone = aws.route53.getZoneOutput({ name: https.zone }, { parent: this });
    const alternativeNames = https.alternativeNames ?? [];
    for (const name of [https.domain, ...alternativeNames]) {
      new aws.route53.Record(
        `${this.name}-${name}`,
        {
          zoneId: zone.zoneId,
          name,
          type: "A",
          aliases: [
            {
              name: this.loadBalancer.dnsName,
              zoneId: this.loadBalancer.zoneId,
              evaluateTargetHealth: true,
            },
          ],
        },
        { parent: this },
      );
    }
    return new Certificate(
      this.name,
      { domain: https.domain, alternativeNames, zoneId: zone.zoneId },
      { parent: this },
    ).arn;
  }
}

const notFound: aws.types.input.lb.ListenerDefaultAction = {
  type: "fixed-response",
  fixedResponse: {
    contentType: "text/plain",
    messageBody: "No service answers here.\n",
    statusCode: "404",
  },
};

const redirect: aws.types.input.lb.ListenerDefaultAction = {
  type: "redirect",
  redirect: { port: "443", protocol: "HTTPS", statusCode: "HTTP_301" },
};
