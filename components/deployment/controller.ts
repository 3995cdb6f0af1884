import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { LoadBalancer } from "../load-balancer";
import { type NamedRule, type RuleArgs, ruleConditions, rulePriority } from "../load-balancer/rule";
import type { Network } from "../network";
import { type Transform, transformed } from "../transform";
import type { HealthCheck } from "./health-check";
import { type DeploymentPlan, planDeployment } from "./plan";
import type { Strategy } from "./strategy";

export interface DeploymentControllerArgs {
  readonly strategy: Strategy;
  readonly network: Network;
  readonly loadBalancer: LoadBalancer;
  readonly port: number;
  readonly rule: RuleArgs;
  readonly healthCheck: HealthCheck;
  /** Seconds. */
  readonly deregistrationDelay: number;
  readonly transform?: {
    readonly targetGroup?: Transform<aws.lb.TargetGroupArgs>;
    readonly listenerRule?: Transform<aws.lb.ListenerRuleArgs>;
  };
}

/**
 * What the chosen strategy needs beside the ECS service: for `rolling` one target group and the listener rule that
 * sends the service's requests to it. The service takes {@link plan} as it is.
 *
 * Cost: nothing of its own.
 */
export class DeploymentController extends pulumi.ComponentResource {
  readonly plan: DeploymentPlan;
  readonly targetGroupArn: pulumi.Output<string>;
  /** `targetgroup/<name>/<id>`, the target group's part of a metric's dimensions. */
  readonly targetGroupArnSuffix: pulumi.Output<string>;
  /** ECS refuses a target group that no listener sends requests to, so the service waits for this. */
  readonly listenerRule: aws.lb.ListenerRule;

  constructor(
    name: string,
    args: DeploymentControllerArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    const plan = planDeployment(args.strategy);
    super("slipway:deployment:DeploymentController", name, {}, opts);
    this.plan = plan;

    const targetGroup = this.createTargetGroup(name, args);
    this.targetGroupArn = targetGroup.arn;
    this.targetGroupArnSuffix = targetGroup.arnSuffix;
    this.listenerRule = this.createListenerRule({ name, rule: args.rule }, args, targetGroup);
    this.registerOutputs({ targetGroupArn: this.targetGroupArn });
  }

  private createTargetGroup(name: string, args: DeploymentControllerArgs): aws.lb.TargetGroup {
    return new aws.lb.TargetGroup(
      name,
      transformed(args.transform?.targetGroup, {
        vpcId: args.network.vpcId,
        targetType: "ip",
        protocol: "HTTP",
        port: args.port,
        deregistrationDelay: args.deregistrationDelay,
        healthCheck: args.healthCheck,
      }),
      { parent: this },
    );
  }

  private createListenerRule(
    named: NamedRule,
    args: DeploymentControllerArgs,
    targetGroup: aws.lb.TargetGroup,
  ): aws.lb.ListenerRule {
    return new aws.lb.ListenerRule(
      named.name,
      transformed(args.transform?.listenerRule, {
        listenerArn: args.loadBalancer.listenerArn,
        priority: rulePriority(named),
        conditions: ruleConditions(named.rule),
        actions: [{ type: "forward", targetGroupArn: targetGroup.arn }],
      }),
      { parent: this },
    );
  }
}
