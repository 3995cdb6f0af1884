import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { OriginHeader } from "../cloudfront";
import type { LoadBalancer } from "../load-balancer";
import { ruleConditions } from "../service/rule/conditions";
import type { ResolvedRule } from "../service/rule/settings";
import { openRule } from "../service/sign-in/settings";
import { logAndThrow } from "../shared/errors";
import { type Transform, transformed } from "../shared/transform";
import { type FoundService, liveGroup } from "./found-service";

/** How the listener rules of a service sign its users in. */
export interface RuleSignIn {
  /** The action before the forward. */
  readonly action: aws.types.input.lb.ListenerRuleAction;
  /** The paths that need no sign-in. */
  readonly openPaths: readonly string[];
}

interface ListenerRulesArgs {
  readonly loadBalancer: LoadBalancer;
  readonly rule: ResolvedRule;
  readonly originHeader?: OriginHeader | undefined;
  readonly signIn?: RuleSignIn | undefined;
  readonly found?: pulumi.Input<FoundService | undefined>;
  readonly transform?: { readonly listenerRule?: Transform<aws.lb.ListenerRuleArgs> };
}

/** The listener rules of a service. */
export class ListenerRules {
  private readonly after: pulumi.Output<unknown>;

  constructor(
    private readonly name: string,
    private readonly args: ListenerRulesArgs,
    private readonly targetGroups: readonly [aws.lb.TargetGroup, aws.lb.TargetGroup],
    private readonly parent: pulumi.Resource,
  ) {
    this.after = pulumi.all(targetGroups.map(({ arn }) => arn));
  }

  /** The rules on the listener that serves users; the first one gets all requests of the service. */
  production(): [aws.lb.ListenerRule, ...aws.lb.ListenerRule[]] {
    const { signIn, transform } = this.args;
    return signIn
      ? this.createSignIn(signIn)
      : [this.create(this.name, undefined, transform?.listenerRule)];
  }

  test(port: number): aws.lb.ListenerRule {
    return this.create(`${this.name}-test`, port);
  }

  private create(
    name: string,
    testPort: number | undefined,
    transform?: Transform<aws.lb.ListenerRuleArgs>,
  ): aws.lb.ListenerRule {
    const { rule, loadBalancer } = this.args;
    const { after } = this;
    return new aws.lb.ListenerRule(
      name,
      transformed(transform, {
        ...loadBalancer.placementOf({ service: this.name, rule, testPort, after }),
        conditions: testPort === undefined ? this.conditions(rule) : ruleConditions(rule),
        actions: [this.forward()],
      }),
      { parent: this.parent, ignoreChanges: ["actions"] },
    );
  }

  /**
   * The rules of a sign-in. The service's own rule cannot sign in: Pulumi ignores its actions, so no update could add or remove the sign-in.
   * These rules have other priorities, so that an update creates the new rule before it deletes the old one.
   */
  private createSignIn({
    action,
    openPaths,
  }: RuleSignIn): [aws.lb.ListenerRule, ...aws.lb.ListenerRule[]] {
    const { name, after, parent } = this;
    const { rule, loadBalancer, transform } = this.args;
    loadBalancer.reachIdentityProviders();
    const placed = { service: name, rule, after };
    const signIn = new aws.lb.ListenerRule(
      `${name}-sign-in`,
      transformed(transform?.listenerRule, {
        ...loadBalancer.placementOf({ ...placed, kind: "sign-in" }),
        conditions: this.conditions(rule),
        actions: [action, this.forward()],
      }),
      { parent },
    );
    if (openPaths.length === 0) {
      return [signIn];
    }
    const open = new aws.lb.ListenerRule(
      `${name}-open`,
      {
        ...loadBalancer.placementOf({ ...placed, kind: "open", openPaths }),
        conditions: this.conditions(openRule(rule, openPaths)),
        actions: [this.forward()],
      },
      { parent },
    );
    return [signIn, open];
  }

  /** The conditions for users' requests. ECS and CodeDeploy change a rule's actions, and never its conditions. */
  private conditions(rule: ResolvedRule): aws.types.input.lb.ListenerRuleCondition[] {
    const { originHeader } = this.args;
    return [
      ...ruleConditions(rule),
      ...(originHeader
        ? [{ httpHeader: { httpHeaderName: originHeader.name, values: [originHeader.value] } }]
        : []),
    ];
  }

  /** Sends all requests to the group that has the tasks. */
  private forward(): aws.types.input.lb.ListenerRuleAction {
    const [first, second] = this.targetGroups;
    const targetGroups = pulumi
      .all([this.args.found, first.arn, second.arn])
      .apply(async ([found, ...groups]) => {
        const live = liveGroup(found, groups);
        if (this.args.signIn && !live) {
          await logAndThrow(this.parent, tooEarly(this.name));
        }
        return groups.map((arn) => ({ arn, weight: arn === (live ?? groups[0]) ? 100 : 0 }));
      });
    return { type: "forward", forward: { targetGroups } };
  }
}

/** The error message for a sign-in that comes too early: while deployments shift traffic, the group with the tasks is not known. */
function tooEarly(service: string): string {
  return (
    `Service ${service}: signIn needs the strategy rolling, and deployments still shift this service's traffic.\n` +
    "First run an update with the strategy rolling and without signIn. Then add signIn."
  );
}
