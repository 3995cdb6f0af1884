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

export function resolveRule(args: RuleArgs = {}): ResolvedRule {
  const { pathPatterns = [], hostHeaders = [], priority } = args;
  return { pathPatterns, hostHeaders, priority };
}
