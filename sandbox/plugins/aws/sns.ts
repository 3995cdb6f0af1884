/** SNS. No message is sent: nobody would read it. */
import type * as sns from "@pulumi/aws/sns";
import { sameDocument } from "../kit/values";
import { accountOf } from "./account";
import { absent, accepted, kept, replacing, stable } from "./definition";
import { arnOf } from "./partition";

/** https://www.pulumi.com/registry/packages/aws/api-docs/sns/topic/ */
const topic = kept<sns.TopicArgs, sns.TopicState>({
  type: "aws:sns/topic:Topic",
  name: { property: "name" },
  properties: { ...replacing("name"), ...accepted("kmsMasterKeyId") },
  outputs: { ...stable("arn", "owner"), ...absent("", "beginningArchiveTime") },
  tagging: true,
  id: ({ name }) => String(name),
  async state(aws, name) {
    const owner = await accountOf(aws);
    return { arn: arnOf(aws.region, "sns", owner, name), owner };
  },
});

/** https://www.pulumi.com/registry/packages/aws/api-docs/sns/topicpolicy/ */
const topicPolicy = kept<sns.TopicPolicyArgs, sns.TopicPolicyState>({
  type: "aws:sns/topicPolicy:TopicPolicy",
  properties: { ...replacing("arn"), policy: { equal: sameDocument } },
  outputs: stable("owner"),
  id: ({ arn }) => arn,
  state: async (aws) => ({ owner: await accountOf(aws) }),
});

/** https://www.pulumi.com/registry/packages/aws/api-docs/sns/topicsubscription/ */
const topicSubscription = kept<sns.TopicSubscriptionArgs, sns.TopicSubscriptionState>({
  type: "aws:sns/topicSubscription:TopicSubscription",
  properties: {
    ...replacing("endpoint", "protocol", "topic"),
    confirmationTimeoutInMinutes: { default: 1 },
  },
  outputs: stable("arn", "confirmationWasAuthenticated", "ownerId", "pendingConfirmation"),
  id: ({ topic, protocol, endpoint }) => `${topic}:${protocol}:${endpoint}`,
  state: async (aws, id) => ({
    arn: id,
    ownerId: await accountOf(aws),
    confirmationWasAuthenticated: false,
    pendingConfirmation: true,
  }),
});

export const resources = [topic, topicPolicy, topicSubscription];
