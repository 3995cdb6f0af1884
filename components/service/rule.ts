import { createHash } from "node:crypto";
import { checkRange, checkString, repeated } from "../shared/checks";
import type { Problem } from "../shared/errors";
import type { Unchecked } from "../shared/unchecked";

/**
 * The requests that reach a service. With both paths and hosts, a request must match both. With neither, the service gets all
 * requests that match no other rule.
 */
export interface RuleArgs {
  /**
   * For example `/api/*`. `*` matches any characters, `?` one character. Case-sensitive. At most 5 paths and hosts together.
   * @default any path
   * @see https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_RuleCondition.html
   */
  readonly pathPatterns?: readonly string[];
  /**
   * For example `api.example.com` or `*.example.com`. Not case-sensitive. At most 5 paths and hosts together.
   * @default any host
   * @see https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_RuleCondition.html
   */
  readonly hostHeaders?: readonly string[];
  /**
   * The order in which the load balancer tries rules, 1 (first) to 50000.
   * @default computed from the service's name, in one of four ranges: host and path first, then host, then path, then the
   * rest
   * @see https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateRule.html
   */
  readonly priority?: number;
}

/** Empty lists match every request. */
export type ResolvedRule = Required<Omit<RuleArgs, "priority">> & Pick<RuleArgs, "priority">;

export interface NamedRule {
  readonly name: string;
  readonly rule: ResolvedRule;
}

/**
 * The default depends on this service only, so other services never change it, and no update swaps two priorities. A renamed
 * service has another priority than the old one, which Pulumi deletes only after it has created the new rule.
 */
function rulePriority({ name, rule }: NamedRule): number {
  if (rule.priority !== undefined) {
    return rule.priority;
  }
  const hosts = rule.hostHeaders.length > 0;
  const paths = rule.pathPatterns.length > 0;
  const band = hosts ? (paths ? 10000 : 20000) : paths ? 30000 : 40000;
  return band + (createHash("sha256").update(name).digest().readUInt32BE() % 10000);
}

/** The rules of a service beside its own come immediately before it. With sign-in, its own takes no requests. */
export function rulePriorities(rule: NamedRule): Record<"rule" | "signIn" | "open", number> {
  const priority = rulePriority(rule);
  return { rule: priority, signIn: priority - 1, open: priority - 2 };
}

/** The provider's arguments of a listener rule's condition. */
export interface RuleCondition {
  readonly hostHeader?: { readonly values: string[] };
  readonly pathPattern?: { readonly values: string[] };
}

/** Where users reach a service with this rule: its first host, and the beginning of its first path. */
export function urlOf(loadBalancer: string, { hostHeaders, pathPatterns }: ResolvedRule): string {
  const [host = "*", path = "/"] = [hostHeaders[0], pathPatterns[0]?.split(/[*?]/)[0]];
  const base = /[*?]/.test(host) ? loadBalancer : `${loadBalancer.split("://")[0]}://${host}`;
  return path === "/" ? base : `${base}${path}`;
}

export function ruleConditions({ hostHeaders, pathPatterns }: ResolvedRule): RuleCondition[] {
  const conditions: RuleCondition[] = [];
  if (hostHeaders.length > 0) {
    conditions.push({ hostHeader: { values: [...hostHeaders] } });
  }
  if (pathPatterns.length > 0 || hostHeaders.length === 0) {
    conditions.push({
      pathPattern: { values: pathPatterns.length > 0 ? [...pathPatterns] : ["/*"] },
    });
  }
  return conditions;
}

/** https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-limits.html, and the API's own. */
export function checkRule(rule: Unchecked<RuleArgs>, path: string): Problem[] {
  const { hostHeaders = [], pathPatterns = [], priority } = rule;
  const problems = checkRange(`${path}.priority`, priority, [1, 50000], "order of evaluation");
  if (hostHeaders.length + pathPatterns.length > 5) {
    problems.push({
      path,
      value: [...hostHeaders, ...pathPatterns],
      allowed: "at most 5 hosts and paths together, the load balancer's limit per rule",
      fix: "combine patterns with *, or split the service",
    });
  }
  return [
    ...problems,
    ...checkPathPatterns(pathPatterns, `${path}.pathPatterns`),
    ...hostHeaders.flatMap((host, i) =>
      checkString(`${path}.hostHeaders[${i}]`, host, {
        valid: /^(?=.{1,128}$)[A-Za-z0-9\-.*?]+\.[A-Za-z*?]+[A-Za-z0-9\-.*?]*$/,
        allowed: "a host name of at most 128 characters, with * and ? as wildcards",
        fix: "write only the host, for example api.example.com, without scheme, port or path",
      }),
    ),
  ];
}

export function checkPathPatterns(
  patterns: readonly (string | undefined)[],
  path: string,
): Problem[] {
  return patterns.flatMap((pattern, i) =>
    checkString(`${path}[${i}]`, pattern, {
      valid: /^\/[\w\-.$/~"'@:+&*?]{0,127}$/,
      allowed:
        "a path that starts with /, at most 128 characters of A-Z a-z 0-9 _ - . $ / ~ \" ' @ : + &, with * and ? as wildcards",
      fix: (text) => (text.startsWith("/") ? "remove other characters" : `write /${text}`),
    }),
  );
}

/** How rules get their priorities. */
export interface RuleOrder {
  readonly priorityOf: (rule: NamedRule) => number;
  /** Whether two rules with the same result of `priorityOf` have the same priority in the end. */
  readonly isFinal: (rule: NamedRule) => boolean;
}

const ownOrder: RuleOrder = { priorityOf: rulePriority, isFinal: () => true };

/** Checks the rules of one listener against each other. `path` gives the path of a service. */
export function checkRules(
  rules: readonly NamedRule[],
  path: (index: number) => string,
  order: RuleOrder = ownOrder,
): Problem[] {
  const problems: Problem[] = [];
  const fixed = (rule: NamedRule) =>
    order.isFinal(rule) ? String(order.priorityOf(rule)) : undefined;
  for (const [priority, at] of repeated(rules, fixed)) {
    const names = at.map((i) => rules[i]?.name).join(", ");
    const [first = 0, second = 0] = at;
    const [one, other] = [rules[first], rules[second]];
    if (one && other && !sameRequests(one.rule, other.rule)) {
      problems.push({
        path: `${path(second)}.rule.priority`,
        value: Number(priority),
        allowed: `a unique priority: ${names} have the same one`,
        fix: "set another priority, from 1 to 50000",
        reads: at.flatMap((i) => causes(path(i))),
      });
    }
  }
  rules.forEach((later, i) => {
    const first = rules.findIndex(
      (other, j) => j !== i && covers(other.rule, later.rule) && comesFirst(rules, j, i, order),
    );
    const earlier = rules[first];
    if (earlier) {
      const problem = shadowed(`${path(i)}.rule`, earlier, later, order);
      problems.push({ ...problem, reads: [path(i), path(first)].flatMap(causes) });
    }
  });
  return problems;
}

/** A rule's default priority comes from the service's name, and a worker has no rule. */
function causes(service: string): string[] {
  return [`${service}.name`, `${service}.rule`, `${service}.worker`];
}

function shadowed(
  path: string,
  earlier: NamedRule,
  later: NamedRule,
  { priorityOf }: RuleOrder,
): Problem {
  const same = sameRequests(earlier.rule, later.rule);
  const priority = priorityOf(earlier);
  return {
    path,
    value: writtenConditions(later.rule),
    allowed: same
      ? `a rule for other requests: service ${earlier.name} gets the same ones`
      : `a rule that gets requests: service ${earlier.name} gets all of these first, with priority ${priority}`,
    fix: same
      ? "give each service different pathPatterns or hostHeaders"
      : priority > 1
        ? `set ${path}.priority below ${priority}, or the other's above ${priorityOf(later)}`
        : `set the priority of service ${earlier.name} above ${priorityOf(later)}`,
  };
}

/** The conditions that the user wrote, without empty lists. */
function writtenConditions({ hostHeaders, pathPatterns }: ResolvedRule) {
  const written = (list: readonly string[]) => (list.length > 0 ? list : undefined);
  return { hostHeaders: written(hostHeaders), pathPatterns: written(pathPatterns) };
}

function comesFirst(
  rules: readonly NamedRule[],
  a: number,
  b: number,
  { priorityOf }: RuleOrder,
): boolean {
  const [first, second] = [rules[a], rules[b]];
  if (!first || !second) {
    return false;
  }
  if (sameRequests(first.rule, second.rule)) {
    // Report the one that comes later in the file, whatever the priorities.
    return a < b;
  }
  return priorityOf(first) < priorityOf(second);
}

function sameRequests(a: ResolvedRule, b: ResolvedRule): boolean {
  return covers(a, b) && covers(b, a);
}

/** Whether every request that matches `b` also matches `a`. */
function covers(a: ResolvedRule, b: ResolvedRule): boolean {
  return requests(b).every((wanted) =>
    requests(a).some(
      (taken) =>
        matches(taken.host.toLowerCase(), wanted.host.toLowerCase()) &&
        matches(taken.path, wanted.path),
    ),
  );
}

function requests({ hostHeaders, pathPatterns }: ResolvedRule) {
  const hosts = hostHeaders.length > 0 ? hostHeaders : ["*"];
  const paths = pathPatterns.length > 0 ? pathPatterns : ["/*"];
  return hosts.flatMap((host) => paths.map((path) => ({ host, path })));
}

/** Whether the service gets every request with such a path, if the host is right. */
export function getsPath(
  pathPatterns: readonly (string | undefined)[] | undefined,
  path: string,
): boolean {
  return !pathPatterns?.length || pathPatterns.some((taken = "") => matches(taken, path));
}

/** A pattern covers another if it matches that pattern as a plain string: `*` also matches the other's wildcards. */
function matches(pattern: string, text: string): boolean {
  const expression = pattern
    .replace(/[.+^${}()|[\]\\]/g, "\\$&")
    .replace(/\*/g, ".*")
    .replace(/\?/g, "[^*]");
  return new RegExp(`^${expression}$`).test(text);
}
