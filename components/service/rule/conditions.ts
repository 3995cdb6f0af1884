import type { ResolvedRule } from "./settings";

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
