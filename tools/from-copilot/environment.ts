import { booleanOf, copy, type Draft } from "./draft";
import { cidrsOf } from "./http";
import { keys, mapped, none, type Rule, type Rules } from "./rule";
import { find, type Tree, textOf } from "./tree";

/** The keys of an environment's manifest. https://aws.github.io/copilot-cli/docs/manifest/environment/ */

const network = "slipway:network";
const loadBalancer = "slipway:loadBalancer";

const done = mapped(() => {});

const cdn = none(
  "this command writes no CloudFront distribution",
  "add cloudfront to the stack file: docs/parts.md#cloudfront",
  [false],
);

const accessLogs = none(
  "access logs of the new load balancer are off by default",
  "set loadBalancer.accessLogs: true, or { existing: <bucket> }",
  [false],
);

const sslPolicy = none(
  "the TLS policy is the one that AWS recommends",
  "nothing; or set loadBalancer.https.sslPolicy, if old clients need another",
);

/** Existing subnets by their ids. For new subnets, their number is the number of zones. */
function subnets(ids: "privateSubnetIds" | "publicSubnetIds"): Rule {
  return mapped((tree, draft, key) => {
    const items = tree.kind === "list" ? tree.items : [];
    const known = items.map((item) => textOf(find(item, "id")));
    if (known.every((id) => id !== undefined)) draft.set([network, ids], known, tree, key);
    else {
      draft.set([network, "availabilityZones"], items.length, tree, key);
      const reason = "Slipway divides the range of a new VPC itself";
      draft.list(
        tree,
        key,
        reason,
        "nothing to do; to use existing subnets, name them by their ids",
      );
    }
  });
}

function certificates(tree: Tree, draft: Draft, key: string): void {
  const [first, ...others] = tree.kind === "list" ? tree.items : [tree];
  if (first) copy([loadBalancer, "https", "certificateArn"], "text")(first, draft, key);
  for (const other of others) {
    const reason = "a load balancer has one certificate";
    draft.list(other, key, reason, "request one certificate for all names");
  }
}

const sources = mapped((tree, draft, key) => {
  const ranges = cidrsOf(tree);
  if (ranges) draft.set([loadBalancer, "allowedCidrBlocks"], ranges, tree, key);
  else draft.list(tree, key, "the value is not a list of addresses", "correct it");
});

const noBalancer = (which: string) =>
  none(
    `a stack has one load balancer, and this environment's is not ${which}`,
    "write a second stack for these services",
  );

const publicRules: Rule = keys({
  certificates: mapped(certificates),
  access_logs: accessLogs,
  ssl_policy: sslPolicy,
  ingress: keys({ cdn, source_ips: sources }),
  security_groups: keys({ ingress: keys({ restrict_to: keys({ cdn }) }) }),
});

const fromVpc = none("the whole VPC reaches an internal load balancer", "nothing to do", [
  true,
  false,
]);

const privateRules: Rule = keys({
  certificates: mapped(certificates),
  subnets: none(
    "an internal load balancer is in the subnets of the VPC that publicSubnetIds names",
    "name these subnets there",
  ),
  ingress: keys({ vpc: fromVpc }),
  security_groups: keys({ ingress: keys({ from_vpc: fromVpc }) }),
  ssl_policy: sslPolicy,
});

/** @param internal whether the stack's load balancer is the internal one */
export function environmentRules(internal: boolean): Rules {
  return {
    name: done,
    type: done,
    network: keys({
      vpc: keys({
        id: mapped(copy([network, "vpcId"], "text")),
        cidr: mapped(copy([network, "cidrBlock"], "text")),
        subnets: keys({
          public: subnets("publicSubnetIds"),
          private: subnets("privateSubnetIds"),
        }),
        security_group: none(
          "each service has a security group of its own, which only the load balancer reaches",
          "nothing to do; for other rules, add them in your own program",
        ),
        flow_logs: none(
          "flow logs of a new VPC are off by default",
          "set network.flowLogs: { trafficType: ALL }",
          [false],
        ),
      }),
    }),
    cdn,
    http: keys({
      public: internal ? noBalancer("public") : publicRules,
      private: internal ? privateRules : noBalancer("internal"),
    }),
    observability: keys({
      container_insights: mapped((tree, draft, key) => {
        const value = booleanOf(tree) ? "enabled" : "disabled";
        draft.set(["slipway:cluster", "containerInsights"], value, tree, key);
      }),
    }),
  };
}
