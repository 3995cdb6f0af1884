import { checkRange, checkString, repeated } from "../../shared/checks";
import type { Problem } from "../../shared/errors";
import type { Unchecked } from "../../shared/unchecked";
import { covers, sameRequests } from "./patterns";
import { type NamedRule, type RuleOrder, rulePriority } from "./priority";
import type { ResolvedRule, RuleArgs } from "./settings";

const ownOrder: RuleOrder = { priorityOf: rulePriority, isFinal: () => true };

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

/** The paths that a problem of a rule depends on. The default priority comes from the service's name, and a worker has no rule. */
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
