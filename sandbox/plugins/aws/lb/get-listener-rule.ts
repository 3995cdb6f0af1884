/** Reads the current state of a listener rule, with its weights. */
import type { Action, Rule, RuleCondition } from "@aws-sdk/client-elastic-load-balancing-v2";
import type { types } from "@pulumi/aws";
import type * as lb from "@pulumi/aws/lb";
import { isGone } from "../../kit/values";
import type { AwsContext } from "../context";
import { invoke } from "../definition";
import { fromActions } from "./actions";
import { client, tagsOf } from "./common";
import { fromCondition, listenerOf } from "./listener-rule";

/**
 * https://www.pulumi.com/registry/packages/aws/api-docs/lb/getlistenerrule/. Unlike the resource, it returns every forward
 * as a block with weights, also one to a single target group.
 */
export const getListenerRule = invoke<lb.GetListenerRuleArgs, lb.GetListenerRuleResult>({
  type: "aws:lb/getListenerRule:getListenerRule",
  args: ["arn", "listenerArn", "priority"],
  async run(aws, args) {
    const reason = invalid(args);
    if (reason) throw new Error(reason);
    const found = await find(aws, args);
    const arn = found?.RuleArn;
    if (!found || !arn) {
      const name = args.arn ?? `${args.listenerArn}/${args.priority}`;
      // `AssertSingleValueResult` in the provider's internal/tfresource/not_found_error.go
      throw new Error(
        `reading ELB (Elastic Load Balancing) Listener Rule Data Source ("${name}"): empty result`,
      );
    }
    return {
      actions: ruleActions(found.Actions),
      arn,
      conditions: (found.Conditions ?? []).map(ruleCondition),
      listenerArn: listenerOf(arn),
      priority: Number(found.Priority),
      region: aws.region,
      tags: { ...(await tagsOf(aws, arn)) },
      transforms: [],
    };
  },
});

/** The provider's own rules; the wording is Terraform's. */
function invalid({ arn, listenerArn, priority }: lb.GetListenerRuleArgs): string | undefined {
  if ((arn === undefined) === (listenerArn === undefined)) {
    return "Exactly one of these attributes must be configured: [arn,listener_arn]";
  }
  if (arn !== undefined && priority !== undefined) {
    return "These attributes cannot be configured together: [arn,priority]";
  }
  const alone = arn === undefined && priority === undefined;
  return alone
    ? "These attributes must be configured together: [listener_arn,priority]"
    : undefined;
}

async function find(
  aws: AwsContext,
  { arn, listenerArn, priority }: lb.GetListenerRuleArgs,
): Promise<Rule | undefined> {
  const wanted = arn ? { RuleArns: [arn] } : { ListenerArn: listenerArn };
  try {
    const { Rules = [] } = await client(aws).describeRules(wanted);
    return arn ? Rules[0] : Rules.find(({ Priority }) => Priority === String(priority));
  } catch (error) {
    if (isGone(error)) return undefined;
    throw error;
  }
}

export function ruleActions(
  found: readonly Action[] = [],
): types.output.lb.GetListenerRuleAction[] {
  const inOrder = [...found].sort((a, b) => (a.Order ?? 0) - (b.Order ?? 0));
  return fromActions(found).map(({ order = 0, type, fixedResponse, redirect }, index) => ({
    order,
    type,
    ...(type === "forward" ? { forwards: [forwardOf(inOrder[index])] } : {}),
    ...(fixedResponse
      ? { fixedResponses: [{ messageBody: "", statusCode: "", ...fixedResponse }] }
      : {}),
    ...(redirect
      ? { redirects: [{ host: "", path: "", port: "", protocol: "", query: "", ...redirect }] }
      : {}),
  }));
}

/** AWS may return a single target group only in the short form. */
function forwardOf(action: Action | undefined): types.output.lb.GetListenerRuleActionForward {
  const config = action?.ForwardConfig;
  const groups = config?.TargetGroups ?? [{ TargetGroupArn: action?.TargetGroupArn }];
  const { Enabled: enabled = false, DurationSeconds = 0 } =
    config?.TargetGroupStickinessConfig ?? {};
  return {
    stickinesses: [{ enabled, duration: Number(DurationSeconds) }],
    targetGroups: groups.map(({ TargetGroupArn: arn = "", Weight: weight = 1 }) => ({
      arn,
      weight: Number(weight),
    })),
  };
}

function ruleCondition(found: RuleCondition): types.output.lb.GetListenerRuleCondition {
  const { hostHeader, httpHeader, pathPattern } = fromCondition(found);
  const values = (given: readonly string[] = []) => [{ regexValues: [], values: [...given] }];
  if (httpHeader) {
    const { httpHeaderName, values: [...given] = [] } = httpHeader;
    return { httpHeaders: [{ httpHeaderName, regexValues: [], values: given }] };
  }
  return hostHeader
    ? { hostHeaders: values(hostHeader.values) }
    : { pathPatterns: values(pathPattern?.values) };
}
