import { checkServiceBehind } from "../cloudfront/check";
import { checkRuleActions, checkServiceAlarms } from "../deployment/check-transform";
import type { FoundLoadBalancer, LoadBalancer } from "../load-balancer";
import { withoutHttps } from "../load-balancer/judge";
import { checkCapacityNames } from "../service/capacity/check";
import { checkTestPort } from "../service/strategy/check";
import { type ResolvedStrategy, resolveStrategy } from "../service/strategy/resolve";
import type { Problem } from "../shared/errors";
import type { FargateServiceArgs } from "./args";

/** Checks the arguments that only a program can set, not a stack file: the load balancer and the transforms. */
export function checkSurroundings(name: string, args: FargateServiceArgs, path: string): Problem[] {
  const { cloudfront, loadBalancer, transform } = args;
  const strategy = resolveStrategy(args.strategy);
  return [
    ...checkCapacityNames(args, args.cluster?.instanceProviders, path),
    ...(loadBalancer === undefined && !args.worker ? [withoutLoadBalancer(strategy, path)] : []),
    ...(args.serviceConnect && !args.namespace ? [withoutNamespace(path)] : []),
    ...checkTestPort(strategy, loadBalancer?.ports ?? [], `${path}.strategy`),
    ...(cloudfront ? checkServiceBehind(args, path, cloudfront) : []),
    ...(loadBalancer?.origin && !cloudfront ? [withoutCloudFront(path)] : []),
    ...(loadBalancer?.existing ? checkPlace(name, args, loadBalancer.existing, path) : []),
    ...(args.signIn && loadBalancer && !hasHttps(loadBalancer)
      ? [withoutHttps(`${path}.signIn`, "set https of the LoadBalancer")]
      : []),
    ...checkRuleActions(strategy, transform?.listenerRule, `${path}.transform.listenerRule`),
    ...checkServiceAlarms(strategy, transform?.service, `${path}.transform.service`),
  ];
}

/** On a load balancer that another program owns, `findLoadBalancer` finds a place for each rule. */
function checkPlace(
  name: string,
  { signIn, ...args }: FargateServiceArgs,
  { rules, testListenerArns }: FoundLoadBalancer,
  path: string,
): Problem[] {
  const strategy = resolveStrategy(args.strategy);
  const place = rules[name];
  const isOpen = signIn?.openPaths?.length;
  const port = "testListener" in strategy ? strategy.testListener?.port : undefined;
  const known = Object.keys(testListenerArns).join(", ");
  return [
    ...(place && (port === undefined || place.test) && (!isOpen || place.open)
      ? []
      : [
          {
            path: `${path}.loadBalancer`,
            value: Object.keys(rules),
            allowed: `the result of findLoadBalancer for services with ${name}, its rule, its sign-in and its strategy`,
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

/** Without its header, the service would also answer other distributions. */
function withoutCloudFront(path: string): Problem {
  return {
    path: `${path}.cloudfront`,
    value: undefined,
    allowed: "the CloudFront before the load balancer, which is onlyFromCloudFront",
    fix: "create one with new CloudFront(...) and pass it here",
  };
}

function hasHttps({ existing, ports }: LoadBalancer): boolean {
  return existing ? existing.url.startsWith("https:") : ports.includes(443);
}

function withoutNamespace(path: string): Problem {
  return {
    path: `${path}.namespace`,
    value: undefined,
    allowed: "the ServiceConnectNamespace of the services that call each other",
    fix: "create one with new ServiceConnectNamespace(...) and pass it here, or remove serviceConnect",
  };
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
