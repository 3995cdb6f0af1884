import { checkRuleActions, checkServiceAlarms } from "../deployment/check-transform";
import { checkTestPort } from "../service/check-strategy";
import { type ResolvedStrategy, resolveStrategy } from "../service/resolve";
import type { Problem } from "../shared/errors";
import type { FargateServiceArgs } from "./args";

/** Checks the arguments that only a program can set, not a stack file: the load balancer and the transforms. */
export function checkSurroundings(args: FargateServiceArgs, path: string): Problem[] {
  const { loadBalancer, transform } = args;
  const strategy = resolveStrategy(args.strategy);
  return [
    ...(loadBalancer === undefined ? [withoutLoadBalancer(strategy, path)] : []),
    ...checkTestPort(strategy, loadBalancer?.ports ?? [], `${path}.strategy`),
    ...checkRuleActions(strategy, transform?.listenerRule, `${path}.transform.listenerRule`),
    ...checkServiceAlarms(strategy, transform?.service, `${path}.transform.service`),
  ];
}

/** The type requires a load balancer, but not every program is type-checked. */
function withoutLoadBalancer({ type }: ResolvedStrategy, path: string): Problem {
  return {
    path: `${path}.loadBalancer`,
    value: undefined,
    allowed: `a LoadBalancer: ${type === "rolling" ? "users reach the service through it" : `${type} shifts its traffic`}`,
    fix: "create one with new LoadBalancer(...) and pass it here",
  };
}
