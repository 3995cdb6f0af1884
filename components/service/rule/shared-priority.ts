import { createHash } from "node:crypto";
import type { RuleOrder } from "./priority";
import type { ResolvedRule } from "./settings";

/**
 * Priorities of rules on a listener that other programs use, too. Nobody knows all rules of such a listener in advance, so a rule's
 * place depends only on its conditions: the more literal characters it has, the earlier the load balancer tries it. If one rule gets
 * every request of another, it has at most as many literal characters, so it comes later, also if the two are in different stacks.
 */

/** The number of priorities in each of four ranges. Their order: rules with hosts and paths, with hosts, with paths, with neither. */
const bandSize = 10000;
const levels = 40;
const slots = bandSize / levels;
/** Each lookup of a priority is a call to AWS. */
const tries = 12;

/** The priorities that a rule can have, in the order in which they are tried. Rules with the same conditions have the same ones. */
export function sharedPriorities(rule: ResolvedRule): number[] {
  if (rule.priority !== undefined) {
    return [rule.priority];
  }
  const first = levelStart(rule);
  const slot = createHash("sha256").update(canonicalConditions(rule)).digest().readUInt32BE();
  return Array.from({ length: tries }, (_, i) => first + ((slot + i) % slots));
}

/** The first priority of the rules that are as specific as this one: a lower number comes first. */
function levelStart(rule: ResolvedRule): number {
  const { hostHeaders } = rule;
  const paths = restrictingPaths(rule);
  const band = hostHeaders.length > 0 ? (paths.length > 0 ? 1 : 2) : paths.length > 0 ? 3 : 4;
  const literals = shortest(hostHeaders) + shortest(paths);
  return band * bandSize + (levels - 1 - Math.min(literals, levels - 1)) * slots;
}

/** Empty if one of the paths matches every request. */
function restrictingPaths({ pathPatterns }: ResolvedRule): readonly string[] {
  return pathPatterns.some((path) => /^\/\*+$/.test(path)) ? [] : pathPatterns;
}

/** Rules of the same level get different priorities when they are placed. */
export const sharedOrder: RuleOrder = {
  priorityOf: ({ rule }) => rule.priority ?? levelStart(rule),
  isFinal: ({ rule }) => rule.priority !== undefined,
};

/** The literal characters of the pattern that has the fewest: that one gets the most requests. */
function shortest(patterns: readonly string[]): number {
  const literals = patterns.map((pattern) => pattern.replace(/[*?]/g, "").length);
  return literals.length > 0 ? Math.min(...literals) : 0;
}

/** The same string for rules that get the same requests: hosts ignore letter case, and the order of patterns does not matter. */
export function canonicalConditions(rule: ResolvedRule): string {
  const sorted = (values: readonly string[]) => [...new Set(values)].sort();
  const hosts = rule.hostHeaders.map((host) => host.toLowerCase());
  return JSON.stringify([sorted(hosts), sorted(restrictingPaths(rule))]);
}
