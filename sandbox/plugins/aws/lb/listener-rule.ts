/** Load balancer listener rules. */
import type { RuleCondition } from "@aws-sdk/client-elastic-load-balancing-v2";
import type * as lb from "@pulumi/aws/lb";
import { toTagList } from "../../kit/tags";
import type { AwsContext } from "../context";
import { type Resolved, resource, stable } from "../definition";
import { actionsRule, fromActions, toActions } from "./actions";
import { client, tagging, tagsOf } from "./common";

type Inputs = Resolved<lb.ListenerRuleArgs>;
type Condition = Inputs["conditions"][number];

/**
 * https://www.pulumi.com/registry/packages/aws/api-docs/lb/listenerrule/. Only the listener has "Forces New if Changed";
 * "leaving it unset will automatically set the rule with next available priority after currently existing highest rule".
 */
export const listenerRule = resource<lb.ListenerRuleArgs, lb.ListenerRuleState>({
  type: "aws:lb/listenerRule:ListenerRule",
  properties: {
    actions: actionsRule,
    conditions: { block: { members: ["hostHeader", "httpHeader", "pathPattern"] } },
    listenerArn: { replace: true },
    priority: {
      computed: true,
      validate: (priority) =>
        priority >= 1 && priority <= 50000
          ? undefined
          : `expected ${priority} to be in the range 1-50000`,
    },
  },
  outputs: stable("arn"),
  tagging,
  async create(aws, { actions, conditions, listenerArn: ListenerArn, priority }, tags) {
    const { Rules: [created] = [] } = await client(aws).createRule({
      ListenerArn,
      Priority: priority ?? (await nextPriority(aws, ListenerArn)),
      Conditions: toConditions(conditions),
      Actions: toActions(actions),
      Tags: toTagList(tags),
    });
    return created?.RuleArn;
  },
  async read(aws, { id, inputs }) {
    const { Rules: [found] = [] } = await client(aws).describeRules({ RuleArns: [id] });
    if (!found) return undefined;
    return {
      properties: {
        actions: fromActions(found.Actions, inputs.actions),
        arn: found.RuleArn,
        conditions: (found.Conditions ?? []).map(fromCondition),
        listenerArn: listenerOf(id),
        priority: Number(found.Priority),
      },
      tags: await tagsOf(aws, id),
    };
  },
  async update(aws, RuleArn, inputs, change) {
    const { priority: Priority } = inputs;
    if (change.has("priority") && Priority !== undefined) {
      await client(aws).setRulePriorities({ RulePriorities: [{ RuleArn, Priority }] });
    }
    // Sends only what changed: a change of a condition must not overwrite an action that others own.
    const Actions = change.has("actions") ? toActions(inputs.actions) : undefined;
    const Conditions = change.has("conditions") ? toConditions(inputs.conditions) : undefined;
    if (!Actions && !Conditions) return;
    await client(aws).modifyRule({ RuleArn, Actions, Conditions });
  },
  delete: (aws, { id }) => client(aws).deleteRule({ RuleArn: id }),
});

async function nextPriority(aws: AwsContext, ListenerArn: string): Promise<number> {
  const { Rules = [] } = await client(aws).describeRules({ ListenerArn });
  return 1 + Math.max(0, ...Rules.map(({ Priority }) => Number(Priority) || 0));
}

function toConditions(conditions: readonly Condition[]): RuleCondition[] {
  return conditions.map(({ hostHeader, httpHeader, pathPattern }) => {
    if (httpHeader) {
      const { httpHeaderName: HttpHeaderName, values: Values } = httpHeader;
      return { Field: "http-header", HttpHeaderConfig: { HttpHeaderName, Values } };
    }
    return hostHeader
      ? { Field: "host-header", HostHeaderConfig: { Values: hostHeader.values } }
      : { Field: "path-pattern", PathPatternConfig: { Values: pathPattern?.values } };
  });
}

/** The rule's ARN is its listener's, with another resource kind and the rule's id. */
export function listenerOf(ruleArn: string): string {
  return ruleArn.replace(":listener-rule/", ":listener/").replace(/\/[^/]+$/, "");
}

export function fromCondition(found: RuleCondition): Condition {
  const values = found.HostHeaderConfig?.Values ?? found.PathPatternConfig?.Values ?? [];
  const known = values.length > 0 ? values : (found.Values ?? []);
  switch (found.Field) {
    case "host-header":
      return { hostHeader: { values: known } };
    case "path-pattern":
      return { pathPattern: { values: known } };
    case "http-header": {
      const { HttpHeaderName: httpHeaderName = "", Values } = found.HttpHeaderConfig ?? {};
      return { httpHeader: { httpHeaderName, values: Values ?? [] } };
    }
    default:
      throw new Error(`the sandbox's load balancer has no condition ${found.Field}`);
  }
}
