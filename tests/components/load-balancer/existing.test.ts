import assert from "node:assert/strict";
import { setImmediate } from "node:timers/promises";
import {
  Cluster,
  FargateService,
  type FindLoadBalancerArgs,
  findLoadBalancer,
  ImageRepository,
  LoadBalancer,
  Network,
  type Strategy,
} from "../../../components/index";
import { resolveRule } from "../../../components/service/rule/settings";
import { sharedPriorities } from "../../../components/service/rule/shared-priority";
import type { ConfigurationError } from "../../../components/shared/errors";
import {
  attempt,
  existingTestListener,
  existingListener as listenerArn,
  only,
  refusal,
  run,
  type World,
} from "../../harness";
import { existingNetwork } from "../infrastructure";

const vpcId = existingNetwork.vpcId;
const rule = { pathPatterns: ["/api/*"] };
const [first = 0, second = 0, third = 0] = sharedPriorities(resolveRule(rule));
const getRule = "aws:lb/getListenerRule:getListenerRule";
const conditions = [{ pathPatterns: [{ values: ["/api/*"], regexValues: [] }] }];

/** The rules on the listener by priority. There are no others than those that a test names. */
function world(
  rules: Readonly<Record<number, { owner?: string; conditions?: object[] }>> = {},
  calls: World["calls"] = {},
): World {
  return {
    calls: {
      [getRule]: ({ arn, priority }) => {
        const found = rules[Number(priority)];
        if (arn === undefined && !found) throw refusal("empty result");
        return {
          arn: arn ?? `rule-${priority}`,
          actions: [],
          conditions: found?.conditions ?? [{ pathPatterns: [{ values: ["/x"] }] }],
          tags: found?.owner ? { "slipway:rule": found.owner } : {},
        };
      },
      ...calls,
    },
  };
}

const args = (services: FindLoadBalancerArgs["services"] = [{ name: "api", rule }]) => ({
  listenerArn,
  vpcId,
  services,
});

async function problemsOf(
  asked: Partial<FindLoadBalancerArgs>,
  rules?: Parameters<typeof world>[0],
  calls?: World["calls"],
) {
  const { error } = await attempt(
    () => findLoadBalancer({ ...args(), ...asked }),
    world(rules, calls),
  );
  return (error as ConfigurationError | undefined)?.problems.map(
    ({ path, allowed }) => `${path}: ${allowed}`,
  );
}

/** The priority and the tags of the rule of a service `api`. */
async function ruleOf(rules: Parameters<typeof world>[0]) {
  const { resources } = await run(async () => {
    const existing = await findLoadBalancer(args());
    const network = new Network("dev", existingNetwork);
    new FargateService("api", {
      ...{ network, rule, port: 8000 },
      cluster: new Cluster("dev", { existing: "main" }),
      imageRepository: new ImageRepository("api"),
      loadBalancer: new LoadBalancer("dev", { existing }),
    });
  }, world(rules));
  return { resources, rule: only(resources, "aws:lb/listenerRule:ListenerRule").inputs };
}

describe("an existing load balancer", () => {
  it("gets a rule and an outgoing rule for each service, and nothing else", async () => {
    const { resources, rule: made } = await ruleOf({});
    assert.equal(made.listenerArn, listenerArn);
    assert.equal(made.priority, first);
    assert.deepEqual(made.tags, { "slipway:rule": "slipway/dev/api" });
    assert.deepEqual(
      resources
        .map(({ type }) => type)
        .filter((type) => /lb\/(loadB|listener:)|ecs\/cl/.test(type)),
      [],
    );
    const egress = only(
      resources,
      "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule",
      "api-load-balancer-to-tasks",
    );
    assert.equal(egress.inputs.securityGroupId, "sg-0a1b");
  });

  it("is known by its URL, with a domain if there is one", async () => {
    const urlOf = async (domain?: string, port = 443) => {
      const { outputs } = await run(
        async () => (await findLoadBalancer({ ...args([]), ...(domain && { domain }) })).url,
        world({}, port === 443 ? {} : onPort(port)),
      );
      return outputs;
    };
    assert.equal(await urlOf(), "https://main.elb.amazonaws.com");
    assert.equal(await urlOf("app.example.com"), "https://app.example.com");
    assert.equal(await urlOf(undefined, 8443), "https://main.elb.amazonaws.com:8443");
  });

  const onPort = (port: number): World["calls"] => ({
    "aws:lb/getListener:getListener": ({ arn }) => ({
      ...{ arn, port, loadBalancerArn: "lb", protocol: "HTTPS", defaultActions: [] },
    }),
  });

  it("gives a rule the next priority if others have the first ones", async () => {
    const { rule: made } = await ruleOf({ [first]: { owner: "shop/dev/web" }, [second]: {} });
    assert.equal(made.priority, third);
  });

  it("leaves a rule where it is, also after a rule before it is deleted", async () => {
    const { rule: made } = await ruleOf({ [second]: { owner: "slipway/dev/api", conditions } });
    assert.equal(made.priority, second);
  });

  it("gives the rule of a renamed service another priority than the old one's", async () => {
    const { rule: made } = await ruleOf({ [first]: { owner: "slipway/dev/old", conditions } });
    assert.equal(made.priority, second);
  });

  it("looks up the rules of all services at the same time", async () => {
    let [waiting, most] = [0, 0];
    const slow = async (answer: object) => {
      most = Math.max(most, ++waiting);
      await setImmediate();
      waiting--;
      return answer;
    };
    const services = ["a", "b", "c"].map((name) => ({
      ...{ name, rule: { hostHeaders: [`${name}.example.com`], priority: 7 } },
      strategy: { type: "canary", testListener: { port: 9000 } } as const,
    }));
    const { error } = await attempt(
      () => findLoadBalancer({ ...args(services), testListenerArns: [existingTestListener] }),
      world({}, { [getRule]: ({ priority }) => slow({ arn: `rule-${priority}`, actions: [] }) }),
    );
    assert.ok(error, "the priority is in use");
    assert.equal(most, 6, "a rule on each of the two listeners, for three services");
  });

  it("gives two services of one program different priorities", async () => {
    const services = ["a", "b"].map((name, i) => ({ name, rule: { ...rule, hostHeaders: [] }, i }));
    const { outputs } = await run(
      async () => (await findLoadBalancer(args(services))).rules,
      world(),
    );
    const rules = outputs as Record<string, { production: { priority: number } }>;
    assert.deepEqual([rules.a?.production.priority, rules.b?.production.priority], [first, second]);
  });

  it("refuses the requests of another stack, and a priority in use", async () => {
    assert.deepEqual(await problemsOf({}, { [first]: { owner: "shop/dev/web", conditions } }), [
      "args.services[0].rule: a rule for other requests: the service shop/dev/web gets the same ones",
    ]);
    assert.deepEqual(
      await problemsOf({ services: [{ name: "api", rule: { ...rule, priority: 7 } }] }, { 7: {} }),
      [
        "args.services[0].rule.priority: a priority that no other rule of the listener has: the rule rule-7 has it",
      ],
    );
  });

  it("reports everything that AWS would refuse, at once", async () => {
    const load = (changes: object) => ({
      "aws:lb/getLoadBalancer:getLoadBalancer": () => ({
        ...{ arn: "lb", name: "main", loadBalancerType: "application", vpcId },
        ...{ arnSuffix: "", dnsName: "", securityGroups: ["sg-1"] },
        ...changes,
      }),
    });
    const strategy = { type: "canary", testListener: { port: 8443 } } as Strategy;
    assert.deepEqual(
      await problemsOf(
        {
          testListenerArns: [existingTestListener],
          services: [{ name: "api", strategy }],
        },
        {},
        {
          ...load({ loadBalancerType: "network", securityGroups: [], vpcId: "vpc-9" }),
          "aws:lb/getListener:getListener": ({ arn }) => ({
            ...{ arn, protocol: "HTTP", port: arn === listenerArn ? 80 : 9000 },
            loadBalancerArn: arn === listenerArn ? "lb" : "another",
            defaultActions: [{ type: "forward" }],
          }),
        },
      ),
      [
        "args.listenerArn: a listener of an Application Load Balancer: main has the type network",
        "args.listenerArn: a load balancer with a security group, to which the tasks' group refers: main has none",
        "args.listenerArn: a load balancer in vpc-0a1b, the VPC of the tasks: main is in vpc-9",
        "args.testListenerArns: a listener of the load balancer main, as listenerArn is",
        "args.services[0].rule: pathPatterns or hostHeaders: without them the service would take all requests from the listener's default action (forward)",
        "args.services[0].strategy.testListener.port: the port of a test listener of the load balancer: it has 9000",
      ],
    );
  });

  it("shows the provider's error if it cannot be read", async () => {
    const [problem = ""] =
      (await problemsOf(
        {},
        {},
        {
          "aws:lb/getListener:getListener": () => {
            throw refusal("ListenerNotFound: One or more listeners not found");
          },
        },
      )) ?? [];
    assert.match(problem, /^args\.listenerArn: an object that exists.*: .*ListenerNotFound/);
  });

  it("is refused by a service that findLoadBalancer was not asked for", async () => {
    const { error } = await attempt(async () => {
      const existing = await findLoadBalancer(args([{ name: "web", rule }]));
      new FargateService("api", {
        port: 8000,
        network: new Network("dev", existingNetwork),
        cluster: new Cluster("dev"),
        imageRepository: new ImageRepository("api"),
        loadBalancer: new LoadBalancer("dev", { existing }),
        strategy: { type: "canary", testListener: {} },
      });
    }, world());
    assert.deepEqual(
      (error as ConfigurationError).problems.map(({ path }) => path),
      ["args.loadBalancer", "args.strategy.testListener.port"],
    );
  });
});
