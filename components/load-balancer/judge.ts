/** What is wrong with a load balancer that another program owns. */
import type * as aws from "@pulumi/aws";
import type { Problem } from "../shared/errors";
import type { FindLoadBalancerArgs, ServiceOnListener } from "./existing";
import type { NoPlace } from "./places";

/** The paths of the values, for the problems. */
export interface Paths {
  readonly listener: string;
  readonly testListeners: string;
  readonly service: (index: number) => string;
}

/** The problem of an object that the provider could not read. */
export function unreadable(path: string, value: string, error: unknown): Problem {
  const reason = error instanceof Error ? (error.message.split("\n")[0] ?? "") : String(error);
  return {
    path,
    value,
    allowed: `an object that exists, and that the credentials may read: ${reason.trim()}`,
    fix: "correct it, or ask for the permission to read it",
  };
}

export function judgeLoadBalancer(
  found: aws.lb.GetLoadBalancerResult,
  { listenerArn, vpcId }: FindLoadBalancerArgs,
  { listener }: Paths,
): Problem[] {
  const at = { path: listener, value: listenerArn };
  const problems: Problem[] = [];
  if (found.loadBalancerType !== "application") {
    problems.push({
      ...at,
      allowed: `a listener of an Application Load Balancer: ${found.name} has the type ${found.loadBalancerType}`,
      fix: "create an Application Load Balancer, or remove loadBalancer.existing",
    });
  }
  if (found.securityGroups.length === 0) {
    problems.push({
      ...at,
      allowed: `a load balancer with a security group, to which the tasks' group refers: ${found.name} has none`,
      fix: "aws elbv2 set-security-groups adds one",
    });
  }
  if (found.vpcId !== vpcId) {
    problems.push({
      ...at,
      allowed: `a load balancer in ${vpcId}, the VPC of the tasks: ${found.name} is in ${found.vpcId}`,
      fix: "name a load balancer of this VPC, or set network.vpcId to the load balancer's",
    });
  }
  return problems;
}

export function judgeService(
  { rule, signIn }: ServiceOnListener,
  path: string,
  { defaultActions, protocol }: aws.lb.GetListenerResult,
  testPort: number | undefined,
  testListeners: ReadonlyMap<number, string>,
): Problem[] {
  const problems: Problem[] = [];
  const serves = defaultActions.find(({ type }) => type !== "fixed-response");
  if (serves && !rule?.pathPatterns?.length && !rule?.hostHeaders?.length) {
    problems.push({
      path: `${path}.rule`,
      value: rule,
      allowed: `pathPatterns or hostHeaders: without them the service would take all requests from the listener's default action (${serves.type})`,
      fix: 'add them; to take the requests anyway, set pathPatterns: ["/*"]',
    });
  }
  if (signIn && protocol !== "HTTPS") {
    problems.push(withoutHttps(`${path}.signIn`, "name an HTTPS listener of the load balancer"));
  }
  if (testPort !== undefined && !testListeners.has(testPort)) {
    const ports = [...testListeners.keys()];
    problems.push({
      path: `${path}.strategy.testListener.port`,
      value: testPort,
      allowed: `the port of a test listener of the load balancer: ${ports.length > 0 ? `it has ${ports.join(", ")}` : "it has none"}`,
      fix:
        ports.length > 0
          ? `set it to ${ports[0]}`
          : "remove testListener, or create the listener where the load balancer is created",
    });
  }
  return problems;
}

/** https://docs.aws.amazon.com/elasticloadbalancing/latest/application/rule-action-types.html */
export function withoutHttps(path: string, fix: string): Problem {
  return {
    path,
    value: "HTTP",
    allowed: "HTTPS: the load balancer signs users in only on an HTTPS listener",
    fix: `${fix}, or remove signIn`,
  };
}

export function noPlace(
  { reason, priority, by }: NoPlace,
  { rule }: ServiceOnListener,
  path: string,
): Problem {
  const other = by?.owner ? `the service ${by.owner}` : `the rule ${by?.arn}`;
  switch (reason) {
    case "same-requests":
      return {
        path: `${path}.rule`,
        value: rule,
        allowed: `a rule for other requests: ${other} gets the same ones`,
        fix: "give each service different pathPatterns or hostHeaders",
      };
    case "in-use":
      return {
        path: `${path}.rule.priority`,
        value: priority,
        allowed: `a priority that no other rule of the listener has: ${other} has it`,
        fix: "remove it, so that a free one is chosen, or set another",
      };
    case "full":
      return {
        path: `${path}.rule.priority`,
        value: undefined,
        allowed: `a free priority: ${priority} and the next ones are in use`,
        fix: "set a priority that no rule has: aws elbv2 describe-rules --listener-arn … lists the rules",
      };
  }
}
