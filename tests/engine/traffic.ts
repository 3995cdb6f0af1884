import assert from "node:assert/strict";
import { ElasticLoadBalancingV2 } from "@aws-sdk/client-elastic-load-balancing-v2";
import type { TestStack } from "./harness";

/** The only rule of a listener that a service created. */
export async function ruleOn(stack: TestStack, port: number) {
  const elb = await stack.client(ElasticLoadBalancingV2);
  const [balancer] = (await elb.describeLoadBalancers({})).LoadBalancers;
  assert.ok(balancer, "the account has no load balancer");
  const { LoadBalancerArn } = balancer;
  const { Listeners } = await elb.describeListeners({ LoadBalancerArn });
  const listener = Listeners.find(({ Port }) => Port === port);
  assert.ok(listener, `no listener on port ${port}`);
  const { Rules } = await elb.describeRules({ ListenerArn: listener.ListenerArn });
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
