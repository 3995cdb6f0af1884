/** Rules of EventBridge. Only the pipelines of the sandbox send events. */
import type * as cloudwatch from "@pulumi/aws/cloudwatch";
import { sameDocument } from "../kit/values";
import { accountOf } from "./account";
import { accepted, kept, replacing, stable } from "./definition";
import { arnOf } from "./partition";

/** https://www.pulumi.com/registry/packages/aws/api-docs/cloudwatch/eventrule/ */
const eventRule = kept<cloudwatch.EventRuleArgs, cloudwatch.EventRuleState>({
  type: "aws:cloudwatch/eventRule:EventRule",
  name: { property: "name", maxLength: 64 },
  properties: {
    ...replacing("name"),
    ...accepted("description"),
    eventBusName: { replace: true, default: "default" },
    eventPattern: { equal: sameDocument },
  },
  outputs: stable("arn"),
  tagging: true,
  id: ({ name }) => String(name),
  state: async (aws, name) => ({
    arn: arnOf(aws.region, "events", await accountOf(aws), `rule/${name}`),
  }),
});

/** https://www.pulumi.com/registry/packages/aws/api-docs/cloudwatch/eventtarget/ */
const eventTarget = kept<cloudwatch.EventTargetArgs, cloudwatch.EventTargetState>({
  type: "aws:cloudwatch/eventTarget:EventTarget",
  name: { property: "targetId" },
  properties: {
    ...replacing("rule", "targetId"),
    ...accepted("arn", "input", "roleArn"),
    eventBusName: { replace: true, default: "default" },
    inputTransformer: { block: { members: ["inputPaths", "inputTemplate"] } },
  },
  outputs: {},
  id: ({ rule, targetId }) => `${rule}-${targetId}`,
});

export const resources = [eventRule, eventTarget];
