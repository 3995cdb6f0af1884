import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { LoadBalancer } from "../load-balancer";
import type { Network } from "../network";
import type { HealthCheck } from "../service/health-check";
import type { ResolvedStrategy } from "../service/resolve";
import { type ResolvedRule, ruleConditions, rulePriority } from "../service/rule";
import { locationOf } from "../shared/arn";
import { logAndThrow } from "../shared/errors";
import { type Transform, transformed } from "../shared/transform";
import { CodeDeployDeployment, type CodeDeployNames } from "./code-deploy";
import { type FoundService, pairOf } from "./found-service";
import { lifecycleHook } from "./lifecycle-hook";
import { type DeploymentPlan, planDeployment } from "./plan";
import { DeploymentRole, ecsStatements, rulesOf, type ShiftScope, type TaskSetScope } from "./role";
import { steadyService } from "./steady";
import { trafficOf } from "./traffic";

export interface DeploymentControllerArgs {
  readonly strategy: ResolvedStrategy;
  readonly network: Network;
  readonly loadBalancer: LoadBalancer;
  readonly rule: ResolvedRule;
  readonly healthCheck: HealthCheck;
  /** Seconds. */
  readonly deregistrationDelay: number;
  /** Known when no release is under way: only then the traffic is where it stays. */
  readonly settled: pulumi.Input<unknown>;
  /** The service before this update. @default there is none */
  readonly found?: pulumi.Input<FoundService | undefined>;
  readonly transform?: {
    /** Of both target groups. */
    readonly targetGroup?: Transform<aws.lb.TargetGroupArgs>;
    /** Of the production rule. Its actions count when it is made, and are the deployment controller's from then on. */
    readonly listenerRule?: Transform<aws.lb.ListenerRuleArgs>;
  };
}

/** What is known of a service once it is there. */
export interface DeployedService {
  readonly service: aws.ecs.Service;
  readonly clusterName: pulumi.Input<string>;
  readonly scope: { readonly [Key in keyof TaskSetScope]: pulumi.Input<TaskSetScope[Key]> };
}

/**
 * Two target groups and the listener rule that sends the service's requests to one of them, and what the chosen
 * strategy needs beside these: test rule, role, CodeDeploy's application and deployment group. Both groups are there
 * under every strategy, so that a change of strategy is nothing but that.
 *
 * Whoever deploys moves the traffic. Pulumi declares the rule's actions once, and never again.
 *
 * Cost: nothing of its own.
 */
export class DeploymentController extends pulumi.ComponentResource {
  readonly plan: DeploymentPlan;
  /** The target group that gets the service's requests now. */
  readonly targetGroupArn: pulumi.Output<string>;
  /** `targetgroup/<name>/<id>`, the target group's part of a metric's dimensions. */
  readonly targetGroupArnSuffix: pulumi.Output<string>;
  /** ECS refuses a target group that no listener sends requests to, so the service waits for these. */
  readonly listenerRules: readonly aws.lb.ListenerRule[];

  private readonly targetGroups: readonly [aws.lb.TargetGroup, aws.lb.TargetGroup];
  private readonly testListener: aws.lb.Listener | undefined;
  private readonly role: DeploymentRole;

  constructor(
    private readonly name: string,
    private readonly args: DeploymentControllerArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    const plan = planDeployment(args.strategy);
    super("slipway:deployment:DeploymentController", name, {}, opts);
    this.plan = plan;
    this.targetGroups = [this.createTargetGroup(name), this.createTargetGroup(`${name}-2`)];
    const production = this.createRule(name, args.loadBalancer.listenerArn, (rule) =>
      transformed(args.transform?.listenerRule, rule),
    );
    this.testListener =
      plan.testPort === undefined ? undefined : args.loadBalancer.testListener(plan.testPort);
    const test = this.testListener && this.createRule(`${name}-test`, this.testListener.arn);
    this.listenerRules = test ? [production, test] : [production];
    // Under every strategy: a new role takes time to work, and a switch of the strategy uses it at once.
    // https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot.html#troubleshoot_general_eventual-consistency
    this.role = this.createRole();

    this.targetGroupArn = this.productionTargetGroupArn(production);
    this.targetGroupArnSuffix = this.targetGroupArn.apply((arn) => arn.split(":").at(-1) ?? "");
    this.registerOutputs({ targetGroupArn: this.targetGroupArn });
  }

  /** How the service's container hangs at the load balancer. */
  loadBalancers(
    containerName: string,
    containerPort: number,
  ): aws.types.input.ecs.ServiceLoadBalancer[] {
    const container = { containerName, containerPort };
    if (this.plan.shiftedBy !== "ecs") {
      return [{ ...container, targetGroupArn: this.targetGroupArn }];
    }
    const [first, second] = this.targetGroups;
    const [production, test] = this.listenerRules;
    // A pair: which of the two is live, ECS reads from the rule's weights.
    const pair = pulumi
      .all([this.args.found, first.arn, second.arn])
      .apply(([found, ...groups]) => pairOf(found, groups));
    return [
      {
        ...container,
        targetGroupArn: pair.apply(([group]) => group),
        advancedConfiguration: {
          alternateTargetGroupArn: pair.apply(([, alternate]) => alternate),
          productionListenerRule: production?.arn ?? "",
          ...(test && { testListenerRule: test.arn }),
          roleArn: this.role.arn,
        },
      },
    ];
  }

  deploymentConfiguration(): aws.types.input.ecs.ServiceDeploymentConfiguration | undefined {
    if (this.plan.shiftedBy === "code-deploy") {
      return undefined;
    }
    const { deploymentConfiguration, hooks } = this.plan;
    return {
      ...deploymentConfiguration,
      ...(hooks.length > 0 && {
        lifecycleHooks: hooks.map((hook) => lifecycleHook(hook, this.role.arn)),
      }),
    };
  }

  /**
   * Makes what needs the service to be there, for CodeDeploy.
   *
   * @returns the service's name, known once the service can take over; and by which names CI deploys it
   */
  takeOver({ service, clusterName, scope }: DeployedService): {
    readonly serviceName: pulumi.Output<string>;
    readonly codeDeploy?: CodeDeployNames;
  } {
    const { codeDeploy: plan } = this.plan;
    if (!plan) {
      return { serviceName: service.name };
    }
    const serviceName = steadyService(service, { parent: this });
    const codeDeploy = new CodeDeployDeployment(
      this.name,
      {
        plan,
        clusterName,
        serviceName,
        targetGroupNames: this.targetGroups.map(({ name }) => name),
        listenerArn: this.args.loadBalancer.listenerArn,
        testListenerArn: this.testListener?.arn,
        scope: pulumi
          .all([this.scope(Object.values(plan.hooks)), pulumi.output(scope)])
          .apply(([shift, taskSets]) => ({ ...shift, ...taskSets })),
      },
      { parent: this },
    );
    return { serviceName, codeDeploy };
  }

  private createTargetGroup(name: string): aws.lb.TargetGroup {
    const { network, deregistrationDelay, healthCheck, transform } = this.args;
    return new aws.lb.TargetGroup(
      name,
      transformed(transform?.targetGroup, {
        vpcId: network.vpcId,
        targetType: "ip",
        protocol: "HTTP",
        // Never used: ECS registers each task with the port of its own container. A fixed one lets that port change.
        port: 80,
        deregistrationDelay,
        healthCheck,
      }),
      { parent: this },
    );
  }

  private createRule(
    name: string,
    listenerArn: pulumi.Input<string>,
    transform: Transform<aws.lb.ListenerRuleArgs> = (rule) => rule,
  ): aws.lb.ListenerRule {
    const { rule } = this.args;
    const [first, second] = this.targetGroups;
    return new aws.lb.ListenerRule(
      name,
      transform({
        listenerArn,
        priority: rulePriority({ name: this.name, rule }),
        conditions: ruleConditions(rule),
        actions: [
          {
            type: "forward",
            forward: {
              targetGroups: [
                { arn: first.arn, weight: 100 },
                { arn: second.arn, weight: 0 },
              ],
            },
          },
        ],
      }),
      { parent: this, ignoreChanges: ["actions"] },
    );
  }

  private createRole(): DeploymentRole {
    const functions = this.plan.hooks.flatMap((hook) =>
      "functionArn" in hook ? [hook.functionArn] : [],
    );
    return new DeploymentRole(
      this.name,
      {
        description: `ECS's, to shift the traffic of ${this.name}`,
        principal: "ecs.amazonaws.com",
        account: this.targetGroups[0].arn.apply((arn) => locationOf(arn).account),
        statements: this.scope(functions).apply(ecsStatements),
      },
      { parent: this },
    );
  }

  private scope(functions: readonly string[]): pulumi.Output<ShiftScope> {
    return pulumi.output({
      targetGroups: this.targetGroups.map(({ arn }) => arn),
      rules: rulesOf(this.targetGroups[0].arn, this.args.loadBalancer.arnSuffix),
      functions: [...functions],
    });
  }

  /** Read anew in every preview and update: a deployment may have moved the traffic since. */
  private productionTargetGroupArn(rule: aws.lb.ListenerRule): pulumi.Output<string> {
    const groups = pulumi.all(this.targetGroups.map(({ arn }) => arn));
    return pulumi.all([rule.arn, groups, this.args.settled]).apply(async ([arn, arns]) => {
      // Not the form that takes outputs: it would be unknown while a release parameter is being made anew.
      const { actions = [] } = await aws.lb.getListenerRule({ arn }, { parent: this });
      const { targetGroup, shifting } = trafficOf(this.name, actions, arns);
      // ECS itself knows what to do with an update in the middle of its own shift.
      if (shifting && this.plan.shiftedBy !== "ecs") {
        await logAndThrow(this, shifting);
      }
      return targetGroup;
    });
  }
}
