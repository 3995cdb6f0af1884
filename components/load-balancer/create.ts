import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { Network } from "../network";
import { type Transform, transformed } from "../shared/transform";
import { AccessLogBucket } from "./access-logs";
import { productionPorts } from "./check";
import { Domains } from "./domains";
import type { LoadBalancerSettings } from "./settings";

/** Creates a load balancer. */
export interface CreateLoadBalancerArgs extends LoadBalancerSettings {
  /** The network whose public subnets it uses; the private ones if it is internal. */
  readonly network: Network;
  /**
   * Whether other stacks add rules to the listeners. Then `deletionProtection` protects the listeners, too: AWS deletes a
   * listener together with all its rules.
   * @default false
   */
  readonly shared?: boolean;
  /**
   * Whether a CloudFront distribution is before the load balancer. Then only CloudFront's addresses may connect, and the names of
   * `https.domain` point to the distribution.
   * @default false
   */
  readonly onlyFromCloudFront?: boolean;
  /**
   * Changes the arguments of child resources.
   * @default none
   */
  readonly transform?: {
    /** The Application Load Balancer. */
    readonly loadBalancer?: Transform<aws.lb.LoadBalancerArgs>;
    /** The listener with the services' rules. */
    readonly listener?: Transform<aws.lb.ListenerArgs>;
  };
}

/** AWS's recommendation: https://docs.aws.amazon.com/elasticloadbalancing/latest/application/describe-ssl-policies.html */
const recommendedSslPolicy = "ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09";

/** The resources of a new load balancer. */
export class NewLoadBalancer {
  readonly loadBalancer: aws.lb.LoadBalancer;
  readonly listenerArn: pulumi.Output<string>;
  readonly securityGroupId: pulumi.Output<string>;
  readonly url: pulumi.Output<string>;
  /** The names of `https.domain`. */
  readonly domains: Domains | undefined;

  /** The certificate of the listener that serves users. */
  private readonly certificate:
    | Pick<aws.lb.ListenerArgs, "certificateArn" | "sslPolicy">
    | undefined;
  private readonly testListeners = new Map<number, aws.lb.Listener>();

  constructor(
    private readonly name: string,
    private readonly args: CreateLoadBalancerArgs,
    private readonly parent: pulumi.Resource,
  ) {
    const securityGroup = this.createSecurityGroup();
    this.loadBalancer = new aws.lb.LoadBalancer(
      name,
      transformed(args.transform?.loadBalancer, {
        loadBalancerType: "application",
        internal: args.internal ?? false,
        subnets: args.internal ? args.network.privateSubnetIds : args.network.publicSubnetIds,
        securityGroups: [securityGroup.id],
        // With both, the load balancer and the task understand each request in the same way:
        // https://docs.aws.amazon.com/elasticloadbalancing/latest/application/edit-load-balancer-attributes.html#desync-mitigation-mode
        dropInvalidHeaderFields: true,
        desyncMitigationMode: "defensive",
        enableDeletionProtection: args.deletionProtection ?? false,
        accessLogs: this.accessLogs(securityGroup.arn),
      }),
      // AWS refuses only when the destroy reaches the load balancer: other resources are deleted by then. Pulumi refuses in
      // the preview.
      { parent, protect: args.deletionProtection },
    );
    this.securityGroupId = securityGroup.id;
    const { https } = args;
    if (args.onlyFromCloudFront) {
      this.allowCloudFront(https ? 443 : 80);
    } else {
      for (const port of productionPorts(args)) {
        this.allow(port, named(args.allowedCidrBlocks ?? ["0.0.0.0/0"]));
      }
    }
    this.domains = https && "domain" in https ? new Domains(name, https, parent) : undefined;
    if (!args.onlyFromCloudFront) {
      this.domains?.point({ ...ownName(this.loadBalancer), evaluateTargetHealth: true });
    }
    this.certificate = https && {
      certificateArn:
        "certificateArn" in https ? https.certificateArn : this.domains?.certificateArn,
      sslPolicy: https.sslPolicy ?? recommendedSslPolicy,
    };
    if (https) {
      this.createListener("http", { port: 80, protocol: "HTTP", defaultActions: [redirect] });
    }
    this.listenerArn = this.createServingListener(https ? "https" : "http", https ? 443 : 80).arn;
    this.url =
      https && "domain" in https
        ? pulumi.output(`https://${https.domain}`)
        : pulumi.interpolate`${https ? "https" : "http"}://${this.loadBalancer.dnsName}`;
    for (const port of args.testPorts ?? []) {
      this.testListener(port);
    }
  }

  testListener(port: number): aws.lb.Listener {
    const known = this.testListeners.get(port);
    if (known) {
      return known;
    }
    this.allow(port, this.testers());
    const listener = this.createServingListener(`test-${port}`, port);
    this.testListeners.set(port, listener);
    return listener;
  }

  /**
   * If logs are off, the block says so: for the provider, a missing block means no change, so logs would continue
   * (internal/service/elbv2/load_balancer.go).
   */
  private accessLogs(neighbourArn: pulumi.Input<string>) {
    const { accessLogs = false, deletionProtection = false } = this.args;
    if (accessLogs === false) {
      return { bucket: "", enabled: false };
    }
    const wanted = accessLogs === true ? {} : accessLogs;
    if ("existing" in wanted) {
      const { existing: bucket, prefix } = wanted;
      return { bucket, enabled: true, ...(prefix !== undefined && { prefix }) };
    }
    const { retentionInDays = 90 } = wanted;
    const { bucket } = new AccessLogBucket(
      this.name,
      { neighbourArn, retentionInDays, forceDestroy: !deletionProtection },
      { parent: this.parent },
    );
    return { bucket, enabled: true };
  }

  private createSecurityGroup(): aws.ec2.SecurityGroup {
    return new aws.ec2.SecurityGroup(
      `${this.name}-load-balancer`,
      { vpcId: this.args.network.vpcId, description: "Load balancer" },
      { parent: this.parent },
    );
  }

  /** Who may connect to a test listener. */
  private testers(): Ranges {
    const { allowedTestCidrBlocks, internal, network } = this.args;
    if (allowedTestCidrBlocks) {
      return named(allowedTestCidrBlocks);
    }
    const { vpc, natGateways } = network.ranges();
    const outside = internal ? [] : natGateways;
    return [["vpc", vpc], ...outside.map((range, i) => [`nat-${i + 1}`, range] as const)];
  }

  /** Opens a port to IPv4 ranges. */
  private allow(port: number, ranges: Ranges): void {
    for (const [name, cidrIpv4] of ranges) {
      new aws.vpc.SecurityGroupIngressRule(
        `${this.name}-${port}-${name}`,
        {
          securityGroupId: this.securityGroupId,
          cidrIpv4,
          ipProtocol: "tcp",
          fromPort: port,
          toPort: port,
        },
        { parent: this.parent },
      );
    }
  }

  /**
   * The list counts as 55 rules of the 60 that a security group can have, so the port that redirects to HTTPS is not opened:
   * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/LocationsOfEdgeServers.html
   */
  private allowCloudFront(port: number): void {
    const { id } = aws.ec2.getManagedPrefixListOutput(
      { name: "com.amazonaws.global.cloudfront.origin-facing" },
      { parent: this.parent },
    );
    new aws.vpc.SecurityGroupIngressRule(
      `${this.name}-${port}-cloudfront`,
      {
        securityGroupId: this.securityGroupId,
        prefixListId: id,
        ipProtocol: "tcp",
        fromPort: port,
        toPort: port,
      },
      { parent: this.parent },
    );
  }

  /** Creates a listener to which services add their rules. */
  private createServingListener(name: string, port: number): aws.lb.Listener {
    return this.createListener(name, {
      port,
      defaultActions: [notFound],
      ...(this.certificate ? { ...this.certificate, protocol: "HTTPS" } : { protocol: "HTTP" }),
    });
  }

  private createListener(
    name: string,
    args: Omit<aws.lb.ListenerArgs, "loadBalancerArn">,
  ): aws.lb.Listener {
    return new aws.lb.Listener(
      `${this.name}-${name}`,
      transformed(this.args.transform?.listener, {
        ...args,
        loadBalancerArn: this.loadBalancer.arn,
      }),
      {
        parent: this.parent,
        ...(this.args.shared && { protect: this.args.deletionProtection }),
      },
    );
  }
}

function ownName({ dnsName, zoneId }: aws.lb.LoadBalancer) {
  return { dnsName, zoneId };
}

/** IPv4 ranges, each with the last part of its rule's name in the state. */
type Ranges = readonly (readonly [name: string, cidr: pulumi.Input<string>])[];

function named(cidrs: readonly string[]): Ranges {
  return cidrs.map((cidr) => [cidr, cidr]);
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
