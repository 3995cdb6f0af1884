import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { resolveRule, resolveStrategy } from "../service/resolve";
import type { RuleArgs } from "../service/rule";
import type { Strategy, StrategyName } from "../service/strategy";
import { type Problem, refuse } from "../shared/errors";
import {
  checkExistingListeners,
  type ExistingListeners,
  type FoundLoadBalancer,
  type RulePlace,
} from "./existing";
import { findPlace, isPlace, type NoPlace, rulesOfListener } from "./places";

/** What {@link findLoadBalancer} looks for. */
export interface FindLoadBalancerArgs extends Omit<ExistingListeners, "testListenerArn"> {
  /** The ARNs of the listeners for test traffic. @default none */
  readonly testListenerArns?: readonly string[];
  /** The VPC of the tasks. A target group works only with a load balancer of its own VPC. */
  readonly vpcId: string;
  /** All services of the program that get a rule on the load balancer. */
  readonly services: readonly ServiceOnListener[];
}

/** A service that gets a rule: the same values as in its arguments. */
export interface ServiceOnListener {
  /** The service's name. */
  readonly name: string;
  /**
   * The requests that the service gets.
   * @default all requests that match no other rule
   */
  readonly rule?: RuleArgs | undefined;
  /**
   * The service gets a second rule if its strategy has a test listener.
   * @default "rolling"
   */
  readonly strategy?: Strategy | StrategyName | undefined;
}

/**
 * Looks up a load balancer that another program owns, and finds a place on it for the rule of each service.
 *
 * ```ts
 * const existing = await findLoadBalancer({ listenerArn, vpcId, services: [{ name: "api", rule }] });
 * const loadBalancer = new LoadBalancer("shop", { existing });
 * ```
 *
 * @throws ConfigurationError with everything that AWS would refuse later
 */
export async function findLoadBalancer(
  args: FindLoadBalancerArgs,
  opts: pulumi.InvokeOptions = {},
): Promise<FoundLoadBalancer> {
  refuse("The existing load balancer", checkExistingListeners(args, "args"));
  const found = await lookAtLoadBalancer(args, opts, {
    listener: "args.listenerArn",
    testListeners: "args.testListenerArns",
    service: (index) => `args.services[${index}]`,
  });
  refuse("The existing load balancer", found.problems);
  return found.loadBalancer as FoundLoadBalancer;
}

/** The paths of the values, for the problems. */
export interface Paths {
  readonly listener: string;
  readonly testListeners: string;
  readonly service: (index: number) => string;
}

export interface Looked {
  /** Undefined if there is no such load balancer. */
  readonly loadBalancer: FoundLoadBalancer | undefined;
  readonly problems: readonly Problem[];
}

/** The same as {@link findLoadBalancer}, but returns the problems. */
export async function lookAtLoadBalancer(
  args: FindLoadBalancerArgs,
  opts: pulumi.InvokeOptions,
  paths: Paths,
): Promise<Looked> {
  const { listenerArn, testListenerArns = [] } = args;
  const missing: Problem[] = [];
  const [listener, ...tests] = await Promise.all(
    [listenerArn, ...testListenerArns].map(async (arn, i) => {
      try {
        return await aws.lb.getListener({ arn }, opts);
      } catch (error) {
        missing.push(unreadable(i === 0 ? paths.listener : paths.testListeners, arn, error));
        return undefined;
      }
    }),
  );
  if (!listener) {
    return { loadBalancer: undefined, problems: missing };
  }
  const owner = await aws.lb.getLoadBalancer({ arn: listener.loadBalancerArn }, opts);
  const testListeners = tests.filter((one) => one !== undefined);
  const byPort = new Map(testListeners.map(({ port, arn }) => [port, arn]));
  const problems = [
    ...missing,
    ...judgeLoadBalancer(owner, args, paths),
    ...testListeners
      .filter((one) => one.loadBalancerArn !== owner.arn)
      .map(({ arn }) => ({
        path: paths.testListeners,
        value: arn,
        allowed: `a listener of the load balancer ${owner.name}, as listenerArn is`,
        fix: `aws elbv2 describe-listeners --load-balancer-arn ${owner.arn} lists them`,
      })),
  ];
  const rules: Record<string, { production: RulePlace; test?: RulePlace }> = {};
  const claimed = new Map<string, Set<number>>();
  // One after the other, so that services get their places in the order of the configuration.
  for (const [i, service] of args.services.entries()) {
    const path = paths.service(i);
    const testPort = testPortOf(service);
    const testArn = testPort === undefined ? undefined : byPort.get(testPort);
    problems.push(...judgeService(service, path, listener, testPort, byPort));
    const place = async (arn: string) => {
      const taken = claimed.get(arn) ?? new Set();
      claimed.set(arn, taken);
      const wanted = {
        owner: ruleOwner(service.name),
        rule: resolveRule(service.rule),
        claimed: taken,
      };
      const found = await findPlace(wanted, rulesOfListener(arn, opts));
      if (isPlace(found)) {
        return found;
      }
      problems.push(noPlace(found, service, path));
      return undefined;
    };
    const production = await place(listener.arn);
    const test = testArn === undefined ? undefined : await place(testArn);
    if (production) {
      rules[service.name] = { production, ...(test && { test }) };
    }
  }
  return {
    loadBalancer: {
      listenerArn: listener.arn,
      arnSuffix: owner.arnSuffix,
      dnsName: owner.dnsName,
      securityGroupId: owner.securityGroups[0] ?? "",
      port: listener.port,
      url: urlOf(listener, args.domain ?? owner.dnsName),
      testListenerArns: Object.fromEntries(byPort),
      rules,
    },
    problems,
  };
}

/** `<project>/<stack>/<service>`, the value of the tag of a service's rules. */
export function ruleOwner(service: string): string {
  return `${pulumi.getProject()}/${pulumi.getStack()}/${service}`;
}

function testPortOf({ strategy }: ServiceOnListener): number | undefined {
  const resolved = resolveStrategy(strategy);
  return "testListener" in resolved ? resolved.testListener?.port : undefined;
}

function urlOf({ protocol, port }: aws.lb.GetListenerResult, host: string): string {
  const usual = protocol === "HTTPS" ? 443 : 80;
  return `${protocol.toLowerCase()}://${host}${port === usual ? "" : `:${port}`}`;
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

function judgeLoadBalancer(
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

function judgeService(
  { rule }: ServiceOnListener,
  path: string,
  { defaultActions }: aws.lb.GetListenerResult,
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

function noPlace(
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
