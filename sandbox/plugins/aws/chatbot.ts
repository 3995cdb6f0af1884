/** Amazon Q Developer in chat applications, formerly AWS Chatbot. */
import type * as chatbot from "@pulumi/aws/chatbot";
import { accountOf } from "./account";
import { absent, accepted, kept, stable } from "./definition";

/** https://www.pulumi.com/registry/packages/aws/api-docs/chatbot/slackchannelconfiguration/ */
const slackChannelConfiguration = kept<
  chatbot.SlackChannelConfigurationArgs,
  chatbot.SlackChannelConfigurationState
>({
  type: "aws:chatbot/slackChannelConfiguration:SlackChannelConfiguration",
  pluginFramework: true,
  properties: {
    ...accepted("configurationName", "iamRoleArn", "slackChannelId", "slackTeamId"),
    guardrailPolicyArns: { computed: true },
    snsTopicArns: { set: true, computed: true },
  },
  outputs: {
    ...stable("chatConfigurationArn"),
    ...absent("", "slackChannelName", "slackTeamName"),
  },
  tagging: true,
  id: ({ slackTeamId, slackChannelId }) => `${slackTeamId}/${slackChannelId}`,
  async state(aws, _, { configurationName }) {
    const account = await accountOf(aws);
    const path = `chat-configuration/slack-channel/${configurationName}`;
    // The service has no region in its ARNs.
    return { chatConfigurationArn: `arn:aws:chatbot::${account}:${path}` };
  },
});

export const resources = [slackChannelConfiguration];
