import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { LoadBalancer } from "../load-balancer";
import { type Problem, refuse } from "../shared/errors";
import { type Transform, transformed } from "../shared/transform";
import { checkWaf } from "./check";
import { planRules, visibility, wafDefaults, webAclRules } from "./plan";
import type { WafLoggingArgs, WafSettings } from "./settings";

/** A firewall on a load balancer. */
export interface LoadBalancerWafArgs {
  /** The load balancer whose requests the firewall sees. Not an existing one: its owner chooses its web ACL. */
  readonly loadBalancer: LoadBalancer;
}

/** A firewall on a CloudFront distribution, which gets it as `waf`. It is in us-east-1. */
export interface CloudFrontWafArgs {
  /** WAF's name for distributions. */
  readonly scope: "CLOUDFRONT";
}

/** The arguments of a {@link Waf}. */
export type WafArgs = CommonWafArgs & (LoadBalancerWafArgs | CloudFrontWafArgs);

/** What every firewall has. */
export interface CommonWafArgs extends WafSettings {
  /**
   * Changes the arguments of child resources.
   * @default none
   */
  readonly transform?: {
    /** The web ACL. */
    readonly webAcl?: Transform<aws.wafv2.WebAclArgs>;
    /** The log group, with `logging`. */
    readonly logGroup?: Transform<aws.cloudwatch.LogGroupArgs>;
  };
}

/** The names of the firewall's metrics and logs in CloudWatch. */
export interface MonitoredWaf {
  /** The value of the dimension `WebACL`. */
  readonly metricName: string;
  /** The values of the dimension `Rule`, in the order of the rules. */
  readonly rules: readonly string[];
  /** Whether the rules only count. */
  readonly counts: boolean;
  /** The region of the metrics and logs. @default the stack's */
  readonly region?: string;
  /** The log group; undefined without `logging`. */
  readonly logGroupName: pulumi.Output<string> | undefined;
}

/**
 * A web application firewall on a load balancer or a distribution: groups of rules that AWS maintains, a limit of requests for each IP address, and
 * countries. It counts what it would block, until `mode` is `block`.
 *
 * ```ts
 * new Waf("prod", { loadBalancer, mode: "block", blockedCountries: ["KP"], logging: {} });
 * ```
 *
 * Cost: USD 5 a month, USD 1 a month for each rule or group, and USD 0.60 for a million requests: USD 9 a month at the defaults.
 * Logs cost about USD 1 for a million requests.
 */
export class Waf extends pulumi.ComponentResource {
  /** The ARN of the web ACL. */
  readonly webAclArn: pulumi.Output<string>;
  /** The names of its metrics and logs in CloudWatch. */
  readonly monitored: MonitoredWaf;
  /** What it protects: a load balancer, or a distribution. */
  readonly scope: "REGIONAL" | "CLOUDFRONT";

  /** https://docs.aws.amazon.com/waf/latest/APIReference/API_CreateWebACL.html: for CloudFront, everything is in us-east-1. */
  private readonly place: { readonly region?: string };

  constructor(
    private readonly name: string,
    private readonly args: WafArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    const loadBalancer = "loadBalancer" in args ? args.loadBalancer : undefined;
    refuse(`Waf "${name}"`, [
      ...checkWaf(args, "args"),
      ...(loadBalancer ? checkOwner(loadBalancer) : []),
    ]);
    super("slipway:waf:Waf", name, {}, opts);
    this.scope = loadBalancer ? "REGIONAL" : "CLOUDFRONT";
    this.place = loadBalancer ? {} : { region: "us-east-1" };
    // Metrics of all web ACLs of a region share one list.
    const metricName = `${pulumi.getProject()}-${name}`.replace(/[^\w-]/g, "-");
    const webAcl = new aws.wafv2.WebAcl(
      name,
      transformed(args.transform?.webAcl, {
        ...this.place,
        scope: this.scope,
        defaultAction: { allow: {} },
        rules: webAclRules(args),
        visibilityConfig: visibility(metricName),
      }),
      { parent: this },
    );
    if (loadBalancer) {
      new aws.wafv2.WebAclAssociation(
        name,
        { webAclArn: webAcl.arn, resourceArn: loadBalancer.arn },
        { parent: this },
      );
    }
    this.webAclArn = webAcl.arn;
    this.monitored = {
      ...this.place,
      metricName,
      rules: planRules(args).map((rule) => rule.name),
      counts: (args.mode ?? wafDefaults.mode) === "count",
      logGroupName: args.logging && this.log(args.logging),
    };
    this.registerOutputs({ webAclArn: this.webAclArn });
  }

  private log({ retentionInDays, kmsKeyArn }: WafLoggingArgs): pulumi.Output<string> {
    const logGroup = new aws.cloudwatch.LogGroup(
      // WAF writes only to groups with this prefix: https://docs.aws.amazon.com/waf/latest/developerguide/logging-cw-logs.html
      `aws-waf-logs-${this.name}`,
      transformed(this.args.transform?.logGroup, {
        ...this.place,
        retentionInDays: retentionInDays ?? wafDefaults.logRetentionInDays,
        ...(kmsKeyArn !== undefined && { kmsKeyId: kmsKeyArn }),
      }),
      { parent: this },
    );
    new aws.wafv2.WebAclLoggingConfiguration(
      this.name,
      {
        ...this.place,
        resourceArn: this.webAclArn,
        logDestinationConfigs: [logGroup.arn],
        // People who read the logs must not be able to act as a user.
        redactedFields: ["authorization", "cookie"].map((header) => ({
          singleHeader: { name: header },
        })),
      },
      { parent: this },
    );
    return logGroup.name;
  }
}

/** A load balancer has one web ACL at a time, so a second one would silently replace its owner's. */
function checkOwner({ existing }: LoadBalancer): Problem[] {
  return existing
    ? [
        {
          path: "args.loadBalancer",
          value: existing.listenerArn,
          allowed: "a load balancer of this program: an existing one has the web ACL of its owner",
          fix: "create the web ACL where the load balancer is created",
        },
      ]
    : [];
}
