import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { Message, Transformer } from "./events";
import type { Notices } from "./notices";

/** What each notice of a service says. */
export type Labels = Omit<Message, "console">;

export interface NoticeRuleArgs {
  readonly notices: Notices;
  /** The service that the notices name. */
  readonly service: string;
  readonly description: string;
  /** Which events become a notice, and the notice of a service. */
  readonly events: pulumi.Output<{
    readonly pattern: object;
    readonly transformer: (message: Labels) => Transformer;
  }>;
}

/** A rule that sends events to a topic, as text or in the form that Slack shows. */
export function createNoticeRule(
  name: string,
  { notices, service, description, events }: NoticeRuleArgs,
  opts: pulumi.CustomResourceOptions,
): void {
  const message: Labels = {
    ...{ service, stack: pulumi.getStack() },
    form: notices.toSlack ? "chat" : "text",
  };
  const rule = new aws.cloudwatch.EventRule(
    name,
    { description, eventPattern: events.apply(({ pattern }) => JSON.stringify(pattern)) },
    opts,
  );
  new aws.cloudwatch.EventTarget(
    name,
    {
      rule: rule.name,
      arn: notices.topicArn,
      inputTransformer: events.apply(({ transformer }) => transformer(message)),
    },
    opts,
  );
}
