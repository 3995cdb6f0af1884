/**
 * The groups of rules that AWS maintains without a further fee.
 * https://docs.aws.amazon.com/waf/latest/developerguide/aws-managed-rule-groups-list.html
 */
export const managedRuleGroupNames = [
  "AWSManagedRulesCommonRuleSet",
  "AWSManagedRulesKnownBadInputsRuleSet",
  "AWSManagedRulesAdminProtectionRuleSet",
  "AWSManagedRulesSQLiRuleSet",
  "AWSManagedRulesLinuxRuleSet",
  "AWSManagedRulesUnixRuleSet",
  "AWSManagedRulesWindowsRuleSet",
  "AWSManagedRulesPHPRuleSet",
  "AWSManagedRulesWordPressRuleSet",
  "AWSManagedRulesAmazonIpReputationList",
  "AWSManagedRulesAnonymousIpList",
] as const;

/** The name of a group of rules that AWS maintains. */
export type ManagedRuleGroupName = (typeof managedRuleGroupNames)[number];

/** A web application firewall (AWS WAF) on the load balancer. Requests that no rule blocks reach the services. */
export interface WafSettings {
  /**
   * `count` lets all requests through and counts what each rule would block. Change to `block` when the counts show no request
   * of a user.
   * @default "count"
   * @see https://docs.aws.amazon.com/waf/latest/developerguide/web-acl-testing.html
   */
  readonly mode?: "count" | "block";
  /**
   * Groups of rules that AWS maintains. All rules together may need at most 1500 capacity units (WCU). Above that, AWS charges
   * more for each request.
   * @default AWSManagedRulesCommonRuleSet, AWSManagedRulesKnownBadInputsRuleSet and AWSManagedRulesAmazonIpReputationList
   * @see https://docs.aws.amazon.com/waf/latest/developerguide/aws-managed-rule-groups-list.html
   */
  readonly managedRuleGroups?: readonly ManagedRuleGroupArgs[];
  /**
   * The requests that one IP address may send; `false` for no limit. People behind one router share an address.
   * @default 2000 in 5 minutes
   * @see https://docs.aws.amazon.com/waf/latest/developerguide/waf-rule-statement-type-rate-based.html
   */
  readonly rateLimit?: false | RateLimitArgs;
  /**
   * Countries whose requests are allowed: two letters of ISO 3166-1, `DE`. All others are blocked, also if WAF does not know the
   * country. Not allowed together with `blockedCountries`.
   * @default all countries
   * @see https://docs.aws.amazon.com/waf/latest/developerguide/waf-rule-statement-type-geo-match.html
   */
  readonly allowedCountries?: readonly string[];
  /**
   * Countries whose requests are blocked.
   * @default none
   * @see https://docs.aws.amazon.com/waf/latest/developerguide/waf-rule-statement-type-geo-match.html
   */
  readonly blockedCountries?: readonly string[];
  /**
   * Logs each request with its country and the rules that match, without the headers `authorization` and `cookie`.
   * @default no logs
   * @see https://docs.aws.amazon.com/waf/latest/developerguide/logging-cw-logs.html
   */
  readonly logging?: WafLoggingArgs;
}

/** A group of rules that AWS maintains. */
export interface ManagedRuleGroupArgs {
  /** The group's name. */
  readonly name: ManagedRuleGroupName;
  /**
   * Rules of the group that only count, also in the mode `block`: for example `SizeRestrictions_BODY`, if users upload more than
   * 8 KB. WAF ignores a name that the group does not have.
   * @default none
   * @see https://docs.aws.amazon.com/waf/latest/developerguide/web-acl-rule-group-override-options.html
   */
  readonly countRules?: readonly string[];
}

/** The requests that one IP address may send. WAF needs up to half a minute to notice more. */
export interface RateLimitArgs {
  /**
   * Requests in `evaluationWindowSec` seconds, 10 to 2000000000.
   * @default 2000
   * @see https://docs.aws.amazon.com/waf/latest/APIReference/API_RateBasedStatement.html
   */
  readonly limit?: number;
  /**
   * The evaluation window in seconds: 60, 120, 300 or 600.
   * @default 300
   * @see https://docs.aws.amazon.com/waf/latest/APIReference/API_RateBasedStatement.html
   */
  readonly evaluationWindowSec?: number;
}

/** A log group of CloudWatch for the requests. It costs USD 0.50 a GB: about USD 1 for a million requests. */
export interface WafLoggingArgs {
  /**
   * Days until CloudWatch deletes the logs, one of CloudWatch's values; 0 keeps them forever.
   * @default 30
   * @see https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html
   */
  readonly retentionInDays?: number;
  /**
   * The ARN of the KMS key that encrypts the log group, in the stack's region. Its policy must allow CloudWatch Logs.
   * @default CloudWatch's own encryption
   * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html
   */
  readonly kmsKeyArn?: string;
}
