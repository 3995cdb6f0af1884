import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { OriginHeader } from "../cloudfront";
import type { LoadBalancer } from "../load-balancer";
import type { Network } from "../network";
import type { Notices } from "../notices";
import type { ResolvedGuards } from "../service/guards/settings";
import type { HealthCheck } from "../service/health-check";
import type { ResolvedRule } from "../service/rule/settings";
import type { ResolvedStrategy } from "../service/strategy/resolve";
import { locationOf } from "../shared/arn";
import { logAndThrow } from "../shared/errors";
import { type Transform, transformed } from "../shared/transform";
import { CodeDeployDeployment, type CodeDeployNames } from "./code-deploy";
import type { DeployedService, Deployment } from "./deployment";
import { type ExitsGuard, exitsGuard, type StoppedTasksLogs } from "./exits-guard";
import { type FoundService, liveGroup, pairOf } from "./found-service";
import { guardAlarms } from "./guard-alarms";
import { Guards, serviceAlarms } from "./guards";
import { lifecycleHook } from "./lifecycle-hook";
import { ListenerRules, type RuleSignIn } from "./listener-rules";
import { type DeploymentPlan, planDeployment } from "./plan";
import { DeploymentRole, ecsStatements, rulesOf, type ShiftScope } from "./role";
import { steadyService } from "./steady";
import { trafficOf } from "./traffic";

/** The arguments of a {@link DeploymentController}. */
export interface DeploymentControllerArgs {
  /** The strategy, with a value for every option. */
  readonly strategy: ResolvedStrategy;
  /** The network of the target groups. */
  readonly network: Network;
  /** The load balancer that gets the rules and the test listener. */
  readonly loadBalancer: LoadBalancer;
  /** The requests that the service gets. */
  readonly rule: ResolvedRule;
  /** A header that users' requests must have; those to the test listener need none. @default none */
  readonly originHeader?: OriginHeader | undefined;
  /** The sign-in of its users. @default every request reaches the service */
  readonly signIn?: RuleSignIn | undefined;
  /** The alarms that end a bad deployment. */
  readonly guards: ResolvedGuards;
  /** The log group for its stopped tasks, if the guard of exits is on. */
  readonly stoppedTasks: StoppedTasksLogs;
  /** Who gets a notice when an alarm changes. @default nobody */
  readonly notices?: Notices | undefined;
  /** The health check of both target groups. */
  readonly healthCheck: HealthCheck;
  /**
   * Seconds that an old task has to finish its requests, 0 to 3600.
   * @see https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-target-groups.html#deregistration-delay
   */
  readonly deregistrationDelay: number;
  /** Resolves once no release is running. The listener rule is read after that, because a release can change it. */
  readonly afterRelease: pulumi.Input<unknown>;
  /** The service before this update. @default undefined: a new service */
  readonly found?: pulumi.Input<FoundService | undefined>;
  /**
   * Changes the arguments of child resources.
   * @default none
   */
  readonly transform?: {
    /** Applies to both target groups. */
    readonly targetGroup?: Transform<aws.lb.TargetGroupArgs>;
    /** Applies to the roles with which ECS and CodeDeploy shift traffic. */
    readonly deploymentRole?: Transform<aws.iam.RoleArgs>;
    /** Applies to the production rule. Its actions apply only on creation; after that, deployments change them. */
    readonly listenerRule?: Transform<aws.lb.ListenerRuleArgs>;
  };
}

/**
 * Two target groups, the listener rule that sends the service's requests to one of them, and the resources that the chosen
 * strategy needs: test rule, role, CodeDeploy's application and deployment group. Both groups exist under every strategy, so
 * a change of strategy does not create or delete a target group.
 *
 * ECS or CodeDeploy shifts the traffic. Pulumi sets the rule's actions on creation and never changes them. A sign-in has rules of its
 * own instead, and only Pulumi changes them.
 *
 * Cost: nothing of its own.
 */
export class DeploymentController extends pulumi.ComponentResource implements Deployment {
  /** The AWS settings of the strategy. */
  readonly plan: DeploymentPlan;
  /** The target group that currently gets the service's requests. */
  readonly targetGroupArn: pulumi.Output<string>;
  /** `targetgroup/<name>/<id>`, the target group's value in CloudWatch dimensions. */
  readonly targetGroupArnSuffix: pulumi.Output<string>;
  /** The service must depend on these: ECS refuses a target group that no listener uses. */
  readonly listenerRules: readonly aws.lb.ListenerRule[];

  private readonly targetGroups: readonly [aws.lb.TargetGroup, aws.lb.TargetGroup];
  private readonly testListener: { readonly arn: pulumi.Output<string> } | undefined;
  private readonly role: DeploymentRole;
  private readonly exits: ExitsGuard | undefined;
  /** `targetgroup/<name>/<id>` of the target groups that can get the service's requests. */
  readonly targetGroupArnSuffixes:
    | readonly [pulumi.Output<string>]
    | readonly [pulumi.Output<string>, pulumi.Output<string>];
  /** The log group of the tasks that stopped; undefined without the guard of exits. */
  readonly stoppedTasksLogGroupName: pulumi.Output<string> | undefined;
  /** Names of the alarms that end a deployment. */
  readonly alarmNames: readonly pulumi.Input<string>[];

  constructor(
    private readonly name: string,
    private readonly args: DeploymentControllerArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    const plan = planDeployment(args.strategy);
    super("slipway:deployment:DeploymentController", name, {}, opts);
    this.plan = plan;
    this.targetGroups = [this.createTargetGroup(name), this.createTargetGroup(`${name}-2`)];
    const rules = new ListenerRules(name, args, this.targetGroups, this);
    const [production, ...open] = rules.production();
    const { testPort } = plan;
    this.testListener =
      testPort === undefined ? undefined : args.loadBalancer.testListener(testPort);
    const test = testPort === undefined ? [] : [rules.test(testPort)];
    this.listenerRules = [production, ...test, ...open];
    // Created under every strategy: a change of strategy uses the role at once, and a new role takes time to work.
    // https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot.html#troubleshoot_general_eventual-consistency
    this.role = this.createRole();

    this.targetGroupArn = this.productionTargetGroupArn(production);
    this.targetGroupArnSuffix = this.targetGroupArn.apply((arn) => arn.split(":").at(-1) ?? "");
    const [first, second] = this.targetGroups;
    this.targetGroupArnSuffixes =
      plan.shiftedBy === "nobody"
        ? [this.targetGroupArnSuffix]
        : [first.arnSuffix, second.arnSuffix];
    const topicArns = args.notices ? [args.notices.topicArn] : [];
    this.exits = exitsGuard(name, args.guards, { ...args, topicArns }, this);
    this.stoppedTasksLogGroupName = this.exits?.logGroup.name;
    this.alarmNames = [
      ...this.createGuards(topicArns),
      ...(this.exits ? [this.exits.alarmName] : []),
      ...plan.alarms,
    ];
    this.registerOutputs({ targetGroupArn: this.targetGroupArn });
  }

  /** The `loadBalancers` argument of the service. */
  loadBalancers(
    containerName: string,
    containerPort: number | undefined,
  ): aws.types.input.ecs.ServiceLoadBalancer[] {
    const container = { containerName, containerPort: containerPort ?? 0 };
    if (this.plan.shiftedBy !== "ecs") {
      return [{ ...container, targetGroupArn: this.targetGroupArn }];
    }
    const [first, second] = this.targetGroups;
    const [production, test] = this.listenerRules;
    // ECS reads from the rule's weights which group of the pair is live.
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

  /** The `deploymentConfiguration` argument of the service; undefined under CodeDeploy. */
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

  /** The `alarms` argument of the service; undefined under CodeDeploy. */
  alarms(): aws.ecs.ServiceArgs["alarms"] {
    return this.plan.shiftedBy === "code-deploy"
      ? undefined
      : serviceAlarms(this.alarmNames, this.args.found);
  }

  /**
   * Creates the CodeDeploy resources, which need the service to exist.
   *
   * @returns the service's name, which resolves once the service is steady, and the CodeDeploy names for CI
   */
  takeOver({ service, clusterName, scope }: DeployedService): {
    /** The service's name; resolves once the service is steady. */
    readonly serviceName: pulumi.Output<string>;
    /** The names for CI; undefined if ECS deploys. */
    readonly codeDeploy?: CodeDeployNames;
  } {
    this.exits?.watch(service, scope.cluster);
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
        alarmNames: this.alarmNames,
        scope: pulumi
          .all([this.scope(Object.values(plan.hooks)), pulumi.output(scope)])
          .apply(([shift, taskSets]) => ({ ...shift, ...taskSets })),
        transform: this.args.transform?.deploymentRole,
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
        // Never used: ECS registers each task with its container's port. It is fixed, so that the container's port can change.
        port: 80,
        deregistrationDelay,
        healthCheck,
      }),
      { parent: this },
    );
  }

  private createGuards(
    topicArns: readonly pulumi.Input<string>[],
  ): readonly pulumi.Output<string>[] {
    const { guards, loadBalancer } = this.args;
    if (guardAlarms(guards, 1).length === 0) {
      return [];
    }
    return new Guards(
      this.name,
      {
        guards,
        topicArns,
        loadBalancerArnSuffix: loadBalancer.arnSuffix,
        targetGroupArnSuffixes: this.targetGroupArnSuffixes,
      },
      { parent: this },
    ).alarmNames;
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
        transform: this.args.transform?.deploymentRole,
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

  /**
   * Reads the rule in every preview and update, because a deployment may have shifted the traffic. Under rolling, the service itself shows
   * the target group, also in the preview of an update that creates the rule.
   */
  private productionTargetGroupArn(rule: aws.lb.ListenerRule): pulumi.Output<string> {
    if (this.plan.shiftedBy !== "nobody") {
      return this.ruleTargetGroupArn(rule);
    }
    const [first, second] = this.targetGroups;
    return pulumi.all([this.args.found, first.arn, second.arn]).apply(([found, ...groups]) => {
      const live = found && liveGroup(found, groups);
      return live === undefined ? this.ruleTargetGroupArn(rule) : pulumi.output(live);
    });
  }

  private ruleTargetGroupArn(rule: aws.lb.ListenerRule): pulumi.Output<string> {
    const groups = pulumi.all(this.targetGroups.map(({ arn }) => arn));
    return pulumi.all([rule.arn, groups, this.args.afterRelease]).apply(async ([arn, arns]) => {
      // getListenerRuleOutput would be unknown while a release parameter is being replaced.
      const { actions = [] } = await aws.lb.getListenerRule({ arn }, { parent: this });
      const { targetGroup, shifting } = trafficOf(this.name, actions, arns);
      // ECS handles an update during its own shift.
      if (shifting && this.plan.shiftedBy !== "ecs") {
        await logAndThrow(this, shifting);
      }
      return targetGroup;
    });
  }
}
