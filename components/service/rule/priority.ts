import { createHash } from "node:crypto";
import type { ResolvedRule } from "./settings";

export interface NamedRule {
  readonly name: string;
  readonly rule: ResolvedRule;
}

/**
 * The default depends on this service only, so other services never change it, and no update swaps two priorities. A renamed
 * service has another priority than the old one, which Pulumi deletes only after it has created the new rule.
 */
export function rulePriority({ name, rule }: NamedRule): number {
  if (rule.priority !== undefined) {
    return rule.priority;
  }
  const hosts = rule.hostHeaders.length > 0;
  const paths = rule.pathPatterns.length > 0;
  const band = hosts ? (paths ? 10000 : 20000) : paths ? 30000 : 40000;
  return band + (createHash("sha256").update(name).digest().readUInt32BE() % 10000);
}

/**
 * The priorities of a service's rules. Those of the sign-in come immediately before the service's own rule, which then gets no requests.
 */
export function rulePriorities(rule: NamedRule): Record<"rule" | "signIn" | "open", number> {
  const priority = rulePriority(rule);
  return { rule: priority, signIn: priority - 1, open: priority - 2 };
}

/** How rules get their priorities. */
export interface RuleOrder {
  readonly priorityOf: (rule: NamedRule) => number;
  /** Whether two rules with the same result of `priorityOf` have the same priority in the end. */
  readonly isFinal: (rule: NamedRule) => boolean;
}
