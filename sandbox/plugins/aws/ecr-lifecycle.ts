/**
 * Lifecycle policies compared by meaning: the order of rules is their priority, tags have none.
 * https://docs.aws.amazon.com/AmazonECR/latest/userguide/lifecycle_policy_parameters.html
 */

import { sameValue } from "../kit/values";
import { isObject } from "../kit/wire";

export function sameLifecyclePolicy(a: unknown, b: unknown): boolean {
  try {
    return sameValue(reduced(a), reduced(b));
  } catch {
    return a === b;
  }
}

function reduced(document: unknown): unknown[] {
  const policy: unknown = typeof document === "string" ? JSON.parse(document) : document;
  const rules = isObject(policy) && Array.isArray(policy.rules) ? policy.rules : [];
  return rules.map(withSortedTags).sort((x, y) => priority(x) - priority(y));
}

function priority(rule: unknown): number {
  return isObject(rule) ? Number(rule.rulePriority ?? 0) : 0;
}

function withSortedTags(rule: unknown): unknown {
  if (!isObject(rule) || !isObject(rule.selection)) return rule;
  const { tagPatternList, tagPrefixList, ...selection } = rule.selection;
  return {
    ...rule,
    selection: {
      ...selection,
      ...sorted("tagPatternList", tagPatternList),
      ...sorted("tagPrefixList", tagPrefixList),
    },
  };
}

function sorted(name: string, list: unknown) {
  return Array.isArray(list) && list.length > 0 ? { [name]: [...list].sort() } : {};
}
