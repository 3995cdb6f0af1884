import { checkRuleActions, checkServiceAlarms } from "../deployment/check-transform";
import type { FoundLoadBalancer } from "../load-balancer";
import { checkTestPort } from "../service/check-strategy";
import { type ResolvedStrategy, resolveStrategy } from "../service/resolve";
import type { Problem } from "../shared/errors";
import type { FargateServiceArgs } from "./args";

/** Checks the arguments that only a program can set, not a stack file: the load balancer and the transforms. */
export function checkSurroundings(name: string, args: FargateServiceArgs, path: string): Problem[] {
  const { loadBalancer, transform } = args;
  const strategy = resolveStrategy(args.strategy);
  return [
    ...(loadBalancer === undefined && !args.worker ? [withoutLoadBalancer(strategy, path)] : []),
    ...checkTestPort(strategy, loadBalancer?.ports ?? [], `${path}.strategy`),
    ...(loadBalancer?.existing ? checkPlace(name, strategy, loadBalancer.existing, path) : []),
    ...checkRuleActions(strategy, transform?.listenerRule, `${path}.transform.listenerRule`),
    ...checkServiceAlarms(strategy, transform?.service, `${path}.transform.service`),
  ];
}

/** On a load balancer that another program owns, `findLoadBalancer` finds a place for each rule. */
function checkPlace(
  name: string,
  strategy: ResolvedStrategy,
  { rules, testListenerArns }: FoundLoadBalancer,
  path: string,
): Problem[] {
  const place = rules[name];
  const port = "testListener" in strategy ? strategy.testListener?.port : undefined;
  const known = Object.keys(testListenerArns).join(", ");
  return [
    ...(place && (port === undefined || place.test)
      ? []
      : [
          {
            path: `${path}.loadBalancer`,
            value: Object.keys(rules),
            allowed: `what findLoadBalancer returns for services with ${name}, its rule and its strategy`,
            fix: "add the service to the services of findLoadBalancer",
          },
        ]),
    ...(port === undefined || testListenerArns[port]
      ? []
      : [
          {
            path: `${path}.strategy.testListener.port`,
            value: port,
            allowed: `the port of a test listener of the load balancer: it has ${known || "none"}`,
            fix: "name the listener in testListenerArns of findLoadBalancer, or remove testListener",
          },
        ]),
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
