import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { rulePriorities } from "../service/rule/priority";
import type { ResolvedRule } from "../service/rule/settings";
import { openRule } from "../service/sign-in/settings";
import { siblingArn } from "../shared/arn";
import { ProgramError, refuse } from "../shared/errors";
import { checkLoadBalancer, checkLoadBalancerName, productionPorts } from "./check";
import { type CreateLoadBalancerArgs, NewLoadBalancer } from "./create";
import type { Domains } from "./domains";
import type { FoundLoadBalancer, RuleKind } from "./existing";
import { ruleOwner } from "./find";
import { findPlace, isPlace, rulesOfListener, ruleTag } from "./places";

/** Uses a load balancer that another program owns. */
export interface ExistingLoadBalancerArgs {
  /** What `findLoadBalancer` returns. */
  readonly existing: FoundLoadBalancer;
}

/** The arguments of a {@link LoadBalancer}: a new one, or one that another program owns. */
export type LoadBalancerArgs = CreateLoadBalancerArgs | ExistingLoadBalancerArgs;

/** The listener and the priority of a service's rule. */
export type RulePlacement = Pick<aws.lb.ListenerRuleArgs, "listenerArn" | "priority" | "tags">;

/** What CloudFront uses as its origin. */
export interface LoadBalancerOrigin {
  /** Whether only the VPC reaches the load balancer, so that CloudFront needs a VPC origin. */
  readonly internal: boolean;
  /** The protocol of the listener that serves users. */
  readonly protocol: "http" | "https";
  /** The names of `https.domain`, which point to CloudFront. @default none */
  readonly domains?: Domains | undefined;
}

/** One rule of a service. */
export interface PlacedRule {
  /** The service's name. */
  readonly service: string;
  /** The requests that the service gets. */
  readonly rule: ResolvedRule;
  /** The port of the test listener. @default the listener that serves users */
  readonly testPort?: number | undefined;
  /** Whether it is a rule of a sign-in. @default the rule of a service without sign-in */
  readonly kind?: RuleKind | undefined;
  /** The paths of the rule of the kind `open`. @default none */
  readonly openPaths?: readonly string[] | undefined;
  /** Resolves once everything that the rule needs exists. */
  readonly after: pulumi.Output<unknown>;
}

/**
 * An Application Load Balancer that the services of a stack share, or one that another program owns. A request that matches no service's
 * rule gets a 404.
 *
 * ```ts
 * const loadBalancer = new LoadBalancer("prod", {
 *   network,
 *   https: { domain: "app.example.com", zone: "example.com" },
 * });
 * ```
 *
 * Cost: by the hour and by load balancer capacity units (LCU); public IPv4 addresses, one per zone, by the hour; access logs by the GB.
 */
export class LoadBalancer extends pulumi.ComponentResource {
  /** The listener for the services' rules: HTTPS if there is a certificate, otherwise HTTP. */
  readonly listenerArn: pulumi.Output<string>;
  /** The load balancer's security group. */
  readonly securityGroupId: pulumi.Output<string>;
  /** The load balancer's ARN. */
  readonly arn: pulumi.Output<string>;
  /** `app/<name>/<id>`, the load balancer's value in CloudWatch dimensions. */
  readonly arnSuffix: pulumi.Output<string>;
  /** The load balancer's own DNS name. */
  readonly dnsName: pulumi.Output<string>;
  /** The ports that serve users. A test listener needs another port. */
  readonly ports: readonly number[];
  /** The URL for users: with the domain if there is one, otherwise with the load balancer's DNS name. */
  readonly url: pulumi.Output<string>;
  /** The load balancer, if another program owns it. */
  readonly existing: FoundLoadBalancer | undefined;
  /** What CloudFront uses as its origin; undefined without `onlyFromCloudFront`. */
  readonly origin: LoadBalancerOrigin | undefined;

  private readonly created: NewLoadBalancer | undefined;
  private readonly claimed = new Map<string, Set<number>>();
  private lastClaim: Promise<unknown> = Promise.resolve();
  private reachesIdentityProviders = false;

  constructor(
    private readonly name: string,
    args: LoadBalancerArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    refuse(
      `LoadBalancer "${name}"`,
      "existing" in args
        ? []
        : [...checkLoadBalancerName(name, "name"), ...checkLoadBalancer(args, "args")],
    );
    super("slipway:load-balancer:LoadBalancer", name, {}, opts);
    if ("existing" in args) {
      const { existing } = args;
      this.existing = existing;
      this.listenerArn = pulumi.output(existing.listenerArn);
      this.securityGroupId = pulumi.output(existing.securityGroupId);
      this.arnSuffix = pulumi.output(existing.arnSuffix);
      this.arn = siblingArn(
        existing.listenerArn,
        "elasticloadbalancing",
        `loadbalancer/${existing.arnSuffix}`,
      );
      this.dnsName = pulumi.output(existing.dnsName);
      this.ports = [existing.port];
      this.url = pulumi.output(existing.url);
    } else {
      this.created = new NewLoadBalancer(name, args, this);
      this.listenerArn = this.created.listenerArn;
      this.securityGroupId = this.created.securityGroupId;
      this.arn = this.created.loadBalancer.arn;
      this.arnSuffix = this.created.loadBalancer.arnSuffix;
      this.dnsName = this.created.loadBalancer.dnsName;
      this.ports = productionPorts(args);
      this.url = this.created.url;
      const { internal = false, https, onlyFromCloudFront } = args;
      const protocol = https ? "https" : "http";
      this.origin = onlyFromCloudFront
        ? { internal, protocol, domains: this.created.domains }
        : undefined;
      if (args.outboundHttps) {
        this.reachIdentityProviders();
      }
    }
    this.registerOutputs({ url: this.url });
  }

  /**
   * The listener on which new tasks answer before they get production traffic. Services with the same port share it. Only the VPC and
   * `allowedTestCidrBlocks` may connect. An existing load balancer must have it.
   */
  testListener(port: number): {
    /** The ARN of the listener. */
    readonly arn: pulumi.Output<string>;
  } {
    return this.created?.testListener(port) ?? { arn: pulumi.output(this.testListenerArn(port)) };
  }

  /**
   * Lets a load balancer of this program reach identity providers over IPv4. Nobody knows their addresses in advance,
   * so every address is allowed: https://repost.aws/knowledge-center/elb-configure-authentication-alb. For an existing
   * load balancer, its owner must allow this.
   */
  reachIdentityProviders(): void {
    if (this.existing || this.reachesIdentityProviders) {
      return;
    }
    this.reachesIdentityProviders = true;
    new aws.vpc.SecurityGroupEgressRule(
      `${this.name}-to-identity-providers`,
      {
        securityGroupId: this.securityGroupId,
        cidrIpv4: "0.0.0.0/0",
        ipProtocol: "tcp",
        fromPort: 443,
        toPort: 443,
      },
      { parent: this },
    );
  }

  /** The listener and the priority of a service's rule. On an existing load balancer, a tag names the rule's owner. */
  placementOf({ service, rule, testPort, kind, openPaths, after }: PlacedRule): RulePlacement {
    if (!this.existing) {
      const listenerArn =
        testPort === undefined ? this.listenerArn : this.testListener(testPort).arn;
      const priorities = rulePriorities({ name: service, rule });
      const priority = { "sign-in": priorities.signIn, open: priorities.open };
      return { listenerArn, priority: kind ? priority[kind] : priorities.rule };
    }
    const owner = ruleOwner(service, kind);
    const { production, open, test } = this.existing.rules[service] ?? {};
    const place = testPort !== undefined ? test : kind === "open" ? open : production;
    if (!place) {
      throw new Error(`findLoadBalancer was not asked for the rules of ${service}`);
    }
    const listenerArn =
      testPort === undefined ? this.existing.listenerArn : this.testListenerArn(testPort);
    const requests = openPaths ? openRule(rule, openPaths) : rule;
    const priority =
      place.held || pulumi.runtime.isDryRun()
        ? place.priority
        : after.apply(() => this.claim(listenerArn, owner, requests));
    return { listenerArn, priority, tags: { [ruleTag]: owner } };
  }

  private testListenerArn(port: number): string {
    const arn = this.existing?.testListenerArns[port];
    if (!arn) {
      throw new Error(`the load balancer has no test listener on port ${port}`);
    }
    return arn;
  }

  /**
   * Asks for a free priority again, immediately before the rule is created: another stack may have taken the one that was free when the
   * program started. The services of this program ask one after the other, so that no two get the same.
   */
  private claim(listenerArn: string, owner: string, rule: ResolvedRule): Promise<number> {
    const claimed = this.claimed.get(listenerArn) ?? new Set();
    this.claimed.set(listenerArn, claimed);
    const ask = rulesOfListener(listenerArn, { parent: this });
    const claim = this.lastClaim.then(async () => {
      const found = await findPlace({ owner, rule, claimed }, ask);
      if (isPlace(found)) {
        return found.priority;
      }
      throw new ProgramError(
        `The rule of ${owner} has no free priority any more: another update has taken ${found.priority}. Run pulumi up again.`,
      );
    });
    this.lastClaim = claim.catch(() => {});
    return claim;
  }
}
