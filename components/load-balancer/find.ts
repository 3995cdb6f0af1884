import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { ResolvedRule } from "../service/rule/settings";
import { resolveRule } from "../service/rule/settings";
import { openRule } from "../service/sign-in/settings";
import { resolveStrategy } from "../service/strategy/resolve";
import { type Problem, refuse } from "../shared/errors";
import {
  checkExistingListeners,
  type FindLoadBalancerArgs,
  type FoundLoadBalancer,
  type RuleKind,
  type RulePlace,
  type ServiceOnListener,
} from "./existing";
import { judgeLoadBalancer, judgeService, noPlace, type Paths, unreadable } from "./judge";
import { choosePlace, isPlace, type RulesThere, rulesOfListener, rulesThere } from "./places";

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
  const testListeners = tests.filter((one) => one !== undefined);
  const byPort = new Map(testListeners.map(({ port, arn }) => [port, arn]));
  const [owner, services] = await Promise.all([
    aws.lb.getLoadBalancer({ arn: listener.loadBalancerArn }, opts),
    Promise.all(args.services.map((service) => askRules(service, listener.arn, byPort, opts))),
  ]);
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
  const rules: Record<string, { production: RulePlace; open?: RulePlace; test?: RulePlace }> = {};
  const claimed = new Map<string, Set<number>>();
  // Services get their places in the order of the configuration.
  for (const [i, { service, testPort, production, open, test }] of services.entries()) {
    const path = paths.service(i);
    problems.push(...judgeService(service, path, listener, testPort, byPort));
    const place = ({ arn, wanted, there }: Asked) => {
      const taken = claimed.get(arn) ?? new Set();
      claimed.set(arn, taken);
      const found = choosePlace({ ...wanted, claimed: taken }, there);
      if (isPlace(found)) {
        return found;
      }
      problems.push(noPlace(found, service, path));
      return undefined;
    };
    const [own, ownOpen, ownTest] = [place(production), open && place(open), test && place(test)];
    if (own) {
      rules[service.name] = {
        production: own,
        ...(ownOpen && { open: ownOpen }),
        ...(ownTest && { test: ownTest }),
      };
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

interface Asked {
  readonly arn: string;
  readonly wanted: { readonly owner: string; readonly rule: ResolvedRule };
  readonly there: RulesThere;
}

/** The rules at the places that a service's own rules can have. */
async function askRules(
  service: ServiceOnListener,
  listenerArn: string,
  testListeners: ReadonlyMap<number, string>,
  opts: pulumi.InvokeOptions,
) {
  const { name, signIn } = service;
  const rule = resolveRule(service.rule);
  const testPort = testPortOf(service);
  const testArn = testPort === undefined ? undefined : testListeners.get(testPort);
  const ask = async (arn: string, wanted: Asked["wanted"]): Promise<Asked> => ({
    arn,
    wanted,
    there: await rulesThere(wanted, rulesOfListener(arn, opts)),
  });
  const [production, open, test] = await Promise.all([
    ask(listenerArn, { owner: ruleOwner(name, signIn && "sign-in"), rule }),
    signIn?.openPaths?.length
      ? ask(listenerArn, {
          owner: ruleOwner(name, "open"),
          rule: openRule(rule, signIn.openPaths),
        })
      : undefined,
    testArn === undefined ? undefined : ask(testArn, { owner: ruleOwner(name), rule }),
  ]);
  return { service, testPort, production, open, test };
}

/** `<project>/<stack>/<service>`, the value of the tag of a service's rules; the rules of a sign-in add their kind to it. */
export function ruleOwner(service: string, kind?: RuleKind): string {
  return `${pulumi.getProject()}/${pulumi.getStack()}/${service}${kind ? `:${kind}` : ""}`;
}

function testPortOf({ strategy }: ServiceOnListener): number | undefined {
  const resolved = resolveStrategy(strategy);
  return "testListener" in resolved ? resolved.testListener?.port : undefined;
}

function urlOf({ protocol, port }: aws.lb.GetListenerResult, host: string): string {
  const usual = protocol === "HTTPS" ? 443 : 80;
  return `${protocol.toLowerCase()}://${host}${port === usual ? "" : `:${port}`}`;
}
