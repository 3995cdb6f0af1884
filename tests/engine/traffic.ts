import assert from "node:assert/strict";
import type { TestStack } from "./harness";

interface Listener {
  readonly ListenerArn: string;
  readonly Port: number;
}

interface Rule {
  readonly RuleArn: string;
  readonly IsDefault: boolean;
  readonly Actions: readonly {
    readonly ForwardConfig?: {
      readonly TargetGroups: readonly {
        readonly TargetGroupArn: string;
        readonly Weight: number;
      }[];
    };
  }[];
}

/** The only rule of a listener that a service created. */
export async function ruleOn(stack: TestStack, port: number): Promise<Rule> {
  const [balancer] = await stack.aws<string[]>(
    ...["elbv2", "describe-load-balancers", "--query", "LoadBalancers[].LoadBalancerArn"],
  );
  assert.ok(balancer, "the account has no load balancer");
  const listeners = await stack.aws<{ Listeners: Listener[] }>(
    ...["elbv2", "describe-listeners", "--load-balancer-arn", balancer],
  );
  const listener = listeners.Listeners.find(({ Port }) => Port === port);
  assert.ok(listener, `no listener on port ${port}`);
  const { Rules } = await stack.aws<{ Rules: Rule[] }>(
    ...["elbv2", "describe-rules", "--listener-arn", listener.ListenerArn],
  );
  const own = Rules.filter(({ IsDefault }) => !IsDefault);
  assert.equal(own.length, 1);
  assert.ok(own[0], `the listener on port ${port} has no rule`);
  return own[0];
}

/** The percentage of the requests per target group, by the groups' names without their suffix: `{ api: 0, "api-2": 100 }`. */
export async function weights(stack: TestStack, port = 80): Promise<Record<string, number>> {
  const { Actions } = await ruleOn(stack, port);
  const groups = Actions[0]?.ForwardConfig?.TargetGroups ?? [];
  return Object.fromEntries(
    groups.map(({ TargetGroupArn, Weight }) => [
      (TargetGroupArn.split("/")[1] ?? "").replace(/-[0-9a-f]{7}$/, ""),
      Weight,
    ]),
  );
}
