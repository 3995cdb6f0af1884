/**
 * A web application firewall on the load balancer.
 * @module
 */
export type {
  ManagedRuleGroupArgs,
  ManagedRuleGroupName,
  RateLimitArgs,
  WafLoggingArgs,
  WafSettings,
} from "./settings";
export {
  type CloudFrontWafArgs,
  type CommonWafArgs,
  type LoadBalancerWafArgs,
  type MonitoredWaf,
  Waf,
  type WafArgs,
} from "./waf";
