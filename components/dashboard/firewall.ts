import { type Metric, metrics, type Unplaced, widget } from "./grid";

/** The values that select WAF's metrics and logs. */
export interface MonitoredFirewall {
  readonly metricName: string;
  readonly rules: readonly string[];
  /** Whether the rules only count. */
  readonly counts: boolean;
  /** The region of CloudFront's firewalls. @default the stack's region */
  readonly region?: string;
  readonly logGroupName?: string | undefined;
}

/**
 * What the firewall lets through and blocks.
 * https://docs.aws.amazon.com/waf/latest/developerguide/waf-metrics.html
 */
export function requestsAtFirewall(
  ofStack: string,
  { metricName, rules, counts, region: own, logGroupName }: MonitoredFirewall,
): Unplaced[] {
  const region = own ?? ofStack;
  // The metrics of CloudFront's firewalls have no region.
  const place = own ? [] : ["Region", region];
  const metric = (name: string, rule: string, label: string): Metric => [
    ...["AWS/WAFV2", name, "WebACL", metricName, ...place, "Rule", rule],
    { label, stat: "Sum" },
  ];
  return [
    metrics(region, "Firewall: requests allowed and blocked", [
      metric("AllowedRequests", "ALL", "allowed"),
      metric("BlockedRequests", "ALL", "blocked"),
    ]),
    metrics(
      region,
      `Firewall: requests that each rule ${counts ? "would block" : "blocks"}`,
      rules.map((rule) => metric(counts ? "CountedRequests" : "BlockedRequests", rule, rule)),
      { stacked: true },
    ),
    ...(logGroupName === undefined
      ? []
      : [
          widget("log", {
            region,
            title: "Firewall: requests by country",
            query: `SOURCE '${logGroupName}' | fields httpRequest.country as country, strcontains(action, "BLOCK") as block | stats count(*) as requests, sum(block) as blocked by country | sort requests desc | limit 20`,
            view: "table",
          }),
        ]),
  ];
}
