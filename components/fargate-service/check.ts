import { checkRuleActions, checkServiceAlarms } from "../deployment/check-transform";
import { checkTestPort } from "../service/check-strategy";
import { type ResolvedStrategy, resolveStrategy } from "../service/resolve";
import type { Problem } from "../shared/errors";
import type { FargateServiceArgs } from "./args";

/** What only a program of one's own can get wrong: what the service stands on, and what is transformed. */
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

/** The compiler asks for one, but not every program is compiled. */
function withoutLoadBalancer({ type }: ResolvedStrategy, path: string): Problem {
  return {
    path: `${path}.loadBalancer`,
    value: undefined,
    allowed: `a LoadBalancer: ${type === "rolling" ? "users reach the service through it" : `${type} is a shift of its traffic`}`,
    fix: "new LoadBalancer(...), and pass it here",
  };
}
