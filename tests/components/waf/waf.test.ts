import assert from "node:assert/strict";
import { LoadBalancer, Network } from "../../../components/index";
import { Waf, type WafArgs } from "../../../components/waf";
import { checkWaf } from "../../../components/waf/check";
import { countries } from "../../../components/waf/countries";
import { groupCapacities, planRules, webAclRules } from "../../../components/waf/plan";
import { attempt, childrenOf, only, run } from "../../harness";
import { existingNetwork } from "../infrastructure";

type Settings = Omit<WafArgs, "loadBalancer">;

const runWaf = (settings: Settings = {}) =>
  run(() => {
    const network = new Network("dev", existingNetwork);
    const waf = new Waf("dev", { ...settings, loadBalancer: new LoadBalancer("dev", { network }) });
    return { webAclArn: waf.webAclArn };
  });

const wafArn = "arn:aws:wafv2:eu-central-1:123456789012:regional/webacl/dev/1";

/** The rule with this name, without the properties that all rules have. */
function ruleOf(settings: Settings, name: string) {
  const { statement, action, overrideAction } = webAclRules(settings).find(
    (rule) => rule.name === name,
  ) ?? { statement: undefined };
  return { statement, ...(action && { action }), ...(overrideAction && { overrideAction }) };
}

describe("Waf", () => {
  it("is a web ACL on the load balancer that only counts, and has no logs", async () => {
    const { resources } = await runWaf();
    assert.deepEqual(childrenOf(resources, only(resources, "slipway:waf:Waf")), [
      "aws:wafv2/webAcl:WebAcl dev",
      "aws:wafv2/webAclAssociation:WebAclAssociation dev",
    ]);
    assert.deepEqual(only(resources, "aws:wafv2/webAclAssociation:WebAclAssociation").inputs, {
      resourceArn: "arn:aws:elasticloadbalancing:eu-central-1:123456789012:loadbalancer/app/dev/1",
      webAclArn: wafArn,
    });
    const { scope, defaultAction, visibilityConfig, rules } = only(
      resources,
      "aws:wafv2/webAcl:WebAcl",
    ).inputs;
    assert.deepEqual([scope, defaultAction], ["REGIONAL", { allow: {} }]);
    assert.deepEqual(visibilityConfig, {
      cloudwatchMetricsEnabled: true,
      sampledRequestsEnabled: true,
      metricName: "slipway-dev",
    });
    const found = rules as ReturnType<typeof webAclRules>;
    assert.deepEqual(
      found.map(({ priority, name, action, overrideAction }) => [
        ...[priority, name, Object.keys({ ...action, ...overrideAction })],
      ]),
      [
        [0, "rate-limit", ["count"]],
        [1, "AWSManagedRulesAmazonIpReputationList", ["count"]],
        [2, "AWSManagedRulesCommonRuleSet", ["count"]],
        [3, "AWSManagedRulesKnownBadInputsRuleSet", ["count"]],
      ],
    );
  });

  it("blocks what its rules match in the mode block; rules of a group can still only count", () => {
    const settings: Settings = {
      mode: "block",
      managedRuleGroups: [
        { name: "AWSManagedRulesCommonRuleSet", countRules: ["SizeRestrictions_BODY"] },
      ],
      rateLimit: { limit: 100 },
    };
    assert.deepEqual(ruleOf(settings, "rate-limit"), {
      statement: {
        rateBasedStatement: { aggregateKeyType: "IP", limit: 100, evaluationWindowSec: 300 },
      },
      action: { block: {} },
    });
    assert.deepEqual(ruleOf(settings, "AWSManagedRulesCommonRuleSet"), {
      statement: {
        managedRuleGroupStatement: {
          vendorName: "AWS",
          name: "AWSManagedRulesCommonRuleSet",
          ruleActionOverrides: [{ name: "SizeRestrictions_BODY", actionToUse: { count: {} } }],
        },
      },
      overrideAction: { none: {} },
    });
    assert.deepEqual(webAclRules({ rateLimit: false, managedRuleGroups: [] }), []);
  });

  it("allows or blocks countries before all other rules", () => {
    const geoMatchStatement = { countryCodes: ["DE", "AT"] };
    assert.deepEqual(ruleOf({ mode: "block", blockedCountries: ["DE", "AT"] }, "countries"), {
      statement: { geoMatchStatement },
      action: { block: {} },
    });
    assert.deepEqual(ruleOf({ mode: "block", allowedCountries: ["DE", "AT"] }, "countries"), {
      statement: { notStatement: { statements: [{ geoMatchStatement }] } },
      action: { block: {} },
    });
    assert.equal(webAclRules({ blockedCountries: ["DE"] })[0]?.name, "countries");
  });

  it("logs to a group with WAF's prefix, without what identifies a user's session", async () => {
    const kmsKeyArn = "arn:aws:kms:eu-central-1:123456789012:key/0a1b2c3d";
    const { resources } = await runWaf({ logging: { retentionInDays: 7, kmsKeyArn } });
    const group = only(resources, "aws:cloudwatch/logGroup:LogGroup");
    assert.deepEqual(
      [group.name, group.inputs],
      ["aws-waf-logs-dev", { retentionInDays: 7, kmsKeyId: kmsKeyArn }],
    );
    const { inputs } = only(
      resources,
      "aws:wafv2/webAclLoggingConfiguration:WebAclLoggingConfiguration",
    );
    assert.deepEqual(inputs, {
      resourceArn: wafArn,
      logDestinationConfigs: ["arn:aws:logs:eu-central-1:123456789012:log-group:aws-waf-logs-dev"],
      redactedFields: [
        { singleHeader: { name: "authorization" } },
        { singleHeader: { name: "cookie" } },
      ],
    });
  });

  it("needs 927 capacity units at its defaults, and refuses more than 1500", () => {
    const sum = planRules({}).reduce((total, { capacity }) => total + capacity, 0);
    assert.equal(sum, 2 + 25 + 700 + 200);
    const names = Object.keys(groupCapacities) as (keyof typeof groupCapacities)[];
    const groups = (count: number) => names.slice(0, count).map((name) => ({ name }));
    // The first six need 1500 units together, and the rate limit two.
    const six = { managedRuleGroups: groups(6) };
    assert.deepEqual(checkWaf({ ...six, rateLimit: false }, "args"), []);
    const [problem] = checkWaf(six, "args");
    assert.equal(problem?.path, "args.managedRuleGroups");
    assert.match(String(problem?.allowed), /these need 1502,/);
  });

  it("knows the countries of ISO 3166-1, and Kosovo", () => {
    assert.equal(countries.size, 250);
    const names = new Intl.DisplayNames("en", { type: "region", fallback: "none" });
    assert.deepEqual(
      [...countries].filter((code) => names.of(code) === undefined),
      [],
    );
  });

  it("refuses wrong arguments, and the load balancer of another program", async () => {
    const listenerArn =
      "arn:aws:elasticloadbalancing:eu-central-1:123456789012:listener/app/main/1/2";
    const { error } = await attempt(() => {
      const existing = {
        ...{ listenerArn, arnSuffix: "app/main/1", dnsName: "main.example", port: 443 },
        ...{ securityGroupId: "sg-1", url: "https://main.example", testListenerArns: {} },
        rules: {},
      };
      const loadBalancer = new LoadBalancer("dev", { existing });
      new Waf("dev", { loadBalancer, rateLimit: { limit: 9 } });
    });
    assert.match(String(error), /args\.rateLimit\.limit: 9[\s\S]*args\.loadBalancer: /);
  });
});
