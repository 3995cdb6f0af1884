import { copy, type Draft, numberOf, secondsIn, wordsOf } from "./draft";
import { keys, mapped, none, type Rule } from "./rule";
import { find, plain, type Tree, textOf } from "./tree";

/** `http` of a service behind a load balancer. */

const version = none(
  "the load balancer sends HTTP/1.1 to the tasks",
  "set protocolVersion of the target group in your own program, with transform",
  ["http1"],
);

const stickiness = none(
  "target groups have no stickiness",
  "keep sessions outside the task, for example in DynamoDB or Redis",
  [false],
);

const redirect = none(
  "with HTTPS, the load balancer always redirects HTTP",
  "remove it, or serve HTTP only",
  [true],
);

const zone = none(
  "Copilot's DNS record stays until you move it",
  "see docs/from-copilot.md: the record is the last step",
);

export const http: Rule = keys(
  {
    path: mapped((tree, draft, key) => {
      const path = textOf(tree) ?? "/";
      if (path !== "/") draft.set(["rule", "pathPatterns"], patternsOf(path), tree, key);
    }),
    alb: none(
      "a stack uses an existing load balancer by its listener, which the manifest does not name",
      "let Slipway make a load balancer; or pass --listener with the ARN that aws elbv2 describe-listeners --load-balancer-arn … shows",
    ),
    healthcheck: keys(
      {
        path: mapped(copy(["healthCheck", "path"], "text")),
        port: mapped((tree, draft, key) => {
          draft.later(() => {
            if (numberOf(tree) === draft.get("port")) return;
            const reason = "the load balancer checks the port of the service";
            draft.list(tree, key, reason, "answer the health check on the service's port");
          });
        }),
        success_codes: mapped(copy(["healthCheck", "matcher"], "text")),
        healthy_threshold: mapped(copy(["healthCheck", "healthyThreshold"], "number")),
        unhealthy_threshold: mapped(copy(["healthCheck", "unhealthyThreshold"], "number")),
        interval: mapped(copy(["healthCheck", "interval"], "seconds")),
        timeout: mapped(timeout),
        grace_period: mapped(copy(["healthCheckGracePeriodSeconds"], "seconds")),
      },
      copy(["healthCheck", "path"], "text"),
    ),
    deregistration_delay: mapped(copy(["deregistrationDelay"], "seconds")),
    target_container: mapped(listOtherContainer),
    targetContainer: mapped(listOtherContainer),
    // The port of another container means nothing to the service.
    target_port: mapped((tree, draft, key) => {
      draft.later(() => {
        if (!draft.otherContainer) copy(["port"], "number")(tree, draft, key);
      });
    }),
    stickiness,
    allowed_source_ips: mapped((tree, draft) => {
      draft.sources = tree;
    }),
    alias: mapped((tree, draft, key) => {
      const hosts = hostsOf(tree);
      if (hosts) draft.set(["rule", "hostHeaders"], hosts, tree, key);
      else draft.list(tree, key, "the value names no hosts", "write rule.hostHeaders by hand");
    }),
    hosted_zone: zone,
    redirect_to_https: redirect,
    version,
    additional_rules: mapped(addRules),
  },
  (tree, draft, key) => {
    const off = plain(tree) === false;
    draft.unserved = { tree, key };
    if (!off) draft.list(tree, key, "the value is neither a map nor false", "correct it");
  },
);

/** As Copilot writes them: `https-listener.yml` in https://github.com/aws/copilot-cli */
function patternsOf(path: string): string[] {
  const absolute = `/${path.replace(/^\/+|\/+$/g, "")}`;
  return absolute === "/" ? ["/*"] : [absolute, `${absolute}/*`];
}

/** A time-out that is longer than Slipway's interval gets the interval of AWS, 30 seconds. */
function timeout(tree: Tree, draft: Draft, key: string): void {
  copy(["healthCheck", "timeout"], "seconds")(tree, draft, key);
  draft.later(() => {
    const interval = draft.get("healthCheck", "interval");
    if (interval === undefined && (secondsIn(tree) ?? 0) >= 10) {
      draft.set(["healthCheck", "interval"], 30, tree, key);
    }
  });
}

function listOtherContainer(tree: Tree, draft: Draft, key: string): void {
  if (textOf(tree) === draft.name) return;
  draft.otherContainer = true;
  const reason = "the load balancer sends requests to the service's own container only";
  const instead = "let the application answer them, or build what the sidecar does into its image";
  draft.list(tree, key, reason, instead);
}

/** A name, a list of names, or a list of maps with names. */
function hostsOf(tree: Tree): string[] | undefined {
  if (tree.kind !== "list") {
    return textOf(tree)
      ?.split(",")
      .map((host) => host.trim());
  }
  const names = tree.items.map((item) => textOf(item) ?? textOf(find(item, "name")));
  return names.every((name) => name !== undefined) ? names : undefined;
}

/** https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-limits.html */
const mostConditions = 5;

/** A service has one rule: further paths for the same hosts join it. */
function addRules(tree: Tree, draft: Draft, key: string): void {
  if (tree.kind !== "list") {
    draft.list(tree, key, "the value is not a list", "correct it");
    return;
  }
  draft.later(() => {
    for (const item of tree.items) addRule(item, draft, key);
  });
}

function addRule(item: Tree, draft: Draft, key: string): void {
  const path = textOf(find(item, "path"));
  const alias = find(item, "alias");
  const before = draft.get("rule", "pathPatterns");
  const sameHosts = same(alias && hostsOf(alias), draft.get("rule", "hostHeaders"));
  if (item.kind !== "map" || path === undefined || !sameHosts) {
    const reason = "a service has one rule, and this one is for other hosts";
    draft.list(item, key, reason, "add a second service with the same Dockerfile, for those hosts");
    return;
  }
  const patterns = patternsOf(path);
  const hosts = draft.get("rule", "hostHeaders");
  // Without patterns, the service gets all paths already.
  if (Array.isArray(before)) {
    const count = before.length + patterns.length + (Array.isArray(hosts) ? hosts.length : 0);
    if (count > mostConditions) {
      const reason = `a rule has at most ${mostConditions} hosts and paths together`;
      draft.list(item, key, reason, "combine the paths with *, or add a second service");
      return;
    }
    draft.set(["rule", "pathPatterns"], [...before, ...patterns], item, key);
  }
  for (const [name, value] of item.keys) {
    if (["path", "alias"].includes(name)) continue;
    const reason = "all paths of a service have one target group: the settings of its first rule";
    draft.list(value, `${key}.${name}`, reason, "add a second service if the paths differ in this");
  }
}

function same(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

/** The sources of all services are one setting of the load balancer. */
export function cidrsOf(tree: Tree): string[] | undefined {
  return wordsOf(tree)?.map((address) => (address.includes("/") ? address : `${address}/32`));
}
