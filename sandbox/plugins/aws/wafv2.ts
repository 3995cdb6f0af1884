/** AWS WAF. */
import type * as wafv2 from "@pulumi/aws/wafv2";
import { sameSet, sameValue } from "../kit/values";
import { accountOf } from "./account";
import { absent, accepted, kept, replacing, stable } from "./definition";
import { arnOf } from "./partition";

/** https://www.pulumi.com/registry/packages/aws/api-docs/wafv2/webacl/ */
const webAcl = kept<wafv2.WebAclArgs, wafv2.WebAclState>({
  type: "aws:wafv2/webAcl:WebAcl",
  name: { property: "name" },
  properties: {
    ...replacing("name", "scope"),
    ...accepted("associationConfig", "captchaConfig", "challengeConfig", "customResponseBodies"),
    ...accepted("dataProtectionConfig", "description"),
    // An action is an empty block, `{ count: {} }`, so here empty values have a meaning.
    defaultAction: { equal: sameValue, block: {} },
    rules: {
      equal: (a = [], b = []) => sameSet(a, b),
      block: {
        blocks: {
          statement: {
            blocks: {
              rateBasedStatement: {
                defaults: { aggregateKeyType: "IP", evaluationWindowSec: 300 },
              },
            },
          },
        },
      },
    },
    tokenDomains: { set: true },
    visibilityConfig: { block: {} },
  },
  outputs: {
    ...stable("arn", "lockToken"),
    ...absent("", "applicationIntegrationUrl"),
    capacity: { when: ["rules"] },
  },
  tagging: true,
  id: ({ name, scope }) => `${name}/${scope}`,
  async state(aws, _, { name, rules = [], scope }) {
    const path = `${scope === "CLOUDFRONT" ? "global" : "regional"}/webacl/${name}/kept`;
    const arn = arnOf(aws.region, "wafv2", await accountOf(aws), path);
    return { arn, capacity: rules.length, lockToken: "kept" };
  },
});

/** https://www.pulumi.com/registry/packages/aws/api-docs/wafv2/webaclassociation/ */
const webAclAssociation = kept<wafv2.WebAclAssociationArgs, wafv2.WebAclAssociationState>({
  type: "aws:wafv2/webAclAssociation:WebAclAssociation",
  properties: replacing("resourceArn", "webAclArn"),
  outputs: {},
  id: ({ resourceArn, webAclArn }) => `${webAclArn},${resourceArn}`,
});

/** https://www.pulumi.com/registry/packages/aws/api-docs/wafv2/webaclloggingconfiguration/ */
const webAclLoggingConfiguration = kept<
  wafv2.WebAclLoggingConfigurationArgs,
  wafv2.WebAclLoggingConfigurationState
>({
  type: "aws:wafv2/webAclLoggingConfiguration:WebAclLoggingConfiguration",
  properties: {
    ...replacing("logDestinationConfigs", "resourceArn"),
    ...accepted("loggingFilter"),
    redactedFields: { block: {} },
  },
  outputs: {},
  id: ({ resourceArn }) => resourceArn,
});

export const resources = [webAcl, webAclAssociation, webAclLoggingConfiguration];
