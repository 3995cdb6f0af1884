/** The rules of a web ACL, in WAF's words. Pure. */
import type * as aws from "@pulumi/aws";
import type { ManagedRuleGroupArgs, ManagedRuleGroupName, WafSettings } from "./settings";

type Rule = aws.types.input.wafv2.WebAclRule;

export const wafDefaults = {
  mode: "count",
  managedRuleGroups: [
    { name: "AWSManagedRulesAmazonIpReputationList" },
    { name: "AWSManagedRulesCommonRuleSet" },
    { name: "AWSManagedRulesKnownBadInputsRuleSet" },
  ],
  rateLimit: { limit: 2000, evaluationWindowSec: 300 },
  logRetentionInDays: 30,
} as const;

/** Above this limit, each million requests costs USD 0.20 more for each 500 units: https://aws.amazon.com/waf/pricing/ */
export const includedCapacity = 1500;

/**
 * The capacity units (WCU) of each group, as AWS publishes them:
 * https://docs.aws.amazon.com/waf/latest/developerguide/aws-managed-rule-groups-list.html
 */
export const groupCapacities: Readonly<Record<ManagedRuleGroupName, number>> = {
  AWSManagedRulesCommonRuleSet: 700,
  AWSManagedRulesKnownBadInputsRuleSet: 200,
  AWSManagedRulesAdminProtectionRuleSet: 100,
  AWSManagedRulesSQLiRuleSet: 200,
  AWSManagedRulesLinuxRuleSet: 200,
  AWSManagedRulesUnixRuleSet: 100,
  AWSManagedRulesWindowsRuleSet: 200,
  AWSManagedRulesPHPRuleSet: 100,
  AWSManagedRulesWordPressRuleSet: 100,
  AWSManagedRulesAmazonIpReputationList: 25,
  AWSManagedRulesAnonymousIpList: 50,
};

/** A rule and its capacity units (WCU): https://docs.aws.amazon.com/waf/latest/developerguide/waf-rule-statements.html */
export interface PlannedRule {
  readonly name: string;
  readonly capacity: number;
  readonly statement: Rule["statement"];
  /** Whether the rules of a group decide, or this rule. */
  readonly ofGroup: boolean;
}

/** The rules in the order in which WAF looks at a request: the cheapest and broadest first. */
export function planRules(settings: WafSettings): PlannedRule[] {
  const { allowedCountries, blockedCountries, rateLimit, managedRuleGroups } = settings;
  return [
    ...(allowedCountries ? [countryRule(not(from(allowedCountries)))] : []),
    ...(blockedCountries ? [countryRule(from(blockedCountries))] : []),
    ...(rateLimit === false
      ? []
      : [
          {
            name: "rate-limit",
            capacity: 2,
            ofGroup: false,
            statement: {
              rateBasedStatement: {
                aggregateKeyType: "IP",
                ...wafDefaults.rateLimit,
                ...rateLimit,
              },
            },
          },
        ]),
    ...(managedRuleGroups ?? wafDefaults.managedRuleGroups).map(groupRule),
  ];
}

function countryRule(statement: Rule["statement"]): PlannedRule {
  return { name: "countries", capacity: 1, ofGroup: false, statement };
}

function from(countryCodes: readonly string[]) {
  return { geoMatchStatement: { countryCodes: [...countryCodes] } };
}

/**
 * Pulumi has one type for this block of `WebAcl` and of `WebAclRule`. The first one's has a list:
 * https://github.com/hashicorp/terraform-provider-aws/blob/main/internal/service/wafv2/schemas.go
 */
function not(statement: object): Rule["statement"] {
  const list: object = { statements: [statement] };
  return { notStatement: list };
}

function groupRule({ name, countRules = [] }: ManagedRuleGroupArgs): PlannedRule {
  return {
    name,
    capacity: groupCapacities[name],
    ofGroup: true,
    statement: {
      managedRuleGroupStatement: {
        vendorName: "AWS",
        name,
        ...(countRules.length > 0 && {
          ruleActionOverrides: countRules.map((rule) => ({
            name: rule,
            actionToUse: { count: {} },
          })),
        }),
      },
    },
  };
}

export function webAclRules(settings: WafSettings): Rule[] {
  const counts = (settings.mode ?? wafDefaults.mode) === "count";
  return planRules(settings).map(({ name, ofGroup, statement }, priority) => ({
    name,
    priority,
    statement,
    ...(ofGroup
      ? { overrideAction: counts ? { count: {} } : { none: {} } }
      : { action: counts ? { count: {} } : { block: {} } }),
    visibilityConfig: visibility(name),
  }));
}

/** Metrics in CloudWatch, and a sample of the requests of the last three hours in WAF's console. */
export function visibility(metricName: string) {
  return { cloudwatchMetricsEnabled: true, sampledRequestsEnabled: true, metricName };
}
