import { checkString, checkUnique } from "../shared/checks";
import type { Problem } from "../shared/errors";
import { checkKmsKey } from "../shared/kms";
import type { Unchecked } from "../shared/unchecked";

/** Who gets a message when a deployment fails, rolls back or completes, and when an alarm of a service changes. */
export interface NoticesSettings {
  /**
   * E-mail addresses. AWS sends each a message with a link, and sends notices only after somebody has opened the link.
   * @default none
   * @see https://docs.aws.amazon.com/sns/latest/dg/sns-email-notifications.html
   */
  readonly emails?: readonly string[];
  /**
   * A Slack channel, through Amazon Q Developer in chat applications.
   * @default none
   */
  readonly slack?: SlackChannelArgs;
  /**
   * Sends to an existing topic. Its policy must allow `sns:Publish` to `cloudwatch.amazonaws.com` and
   * `events.amazonaws.com`.
   * @default a new topic
   * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-resource-based.html
   */
  readonly topic?: ExistingTopic;
  /**
   * The ARN of the KMS key that encrypts the new topic. Its policy must allow `kms:Decrypt` and `kms:GenerateDataKey*` to
   * `cloudwatch.amazonaws.com` and `events.amazonaws.com`. The policy of the key that AWS manages for SNS does not. Not allowed
   * together with `topic`.
   * @default none: SNS's own encryption of disks
   * @see https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html
   */
  readonly kmsKeyArn?: string;
}

/**
 * A channel of Slack. Before the first update, an administrator authorizes the workspace once, in the console of Amazon Q
 * Developer in chat applications, and invites the app into a private channel: `/invite @Amazon Q`.
 */
export interface SlackChannelArgs {
  /**
   * The workspace's id, `T07EA123LEP`: the console shows it after the authorization.
   * @see https://docs.aws.amazon.com/chatbot/latest/adminguide/slack-setup.html
   */
  readonly workspaceId: string;
  /** The channel's id, `C07EZ1ABC23`: the last part of the channel's link. */
  readonly channelId: string;
}

/** A topic of this account and region. Slipway does not change it. */
export interface ExistingTopic {
  /** The topic's ARN. */
  readonly existing: string;
}

export function checkNotices(
  { emails = [], slack, topic, kmsKeyArn }: Unchecked<NoticesSettings>,
  path: string,
): Problem[] {
  return [
    ...emails.flatMap((email, i) =>
      checkString(`${path}.emails[${i}]`, email, {
        valid: /^[^\s@]+@[^\s@]+\.[^\s@]+$/,
        allowed: "an e-mail address",
        fix: "for example operations@example.com",
      }),
    ),
    ...checkUnique(emails, (i) => `${path}.emails[${i}]`, {
      allowed: (first) => `an address that is not in the list yet: ${first} is the same`,
      fix: "remove one of them",
    }),
    // https://docs.aws.amazon.com/chatbot/latest/APIReference/API_CreateSlackChannelConfiguration.html
    ...checkString(`${path}.slack.workspaceId`, slack?.workspaceId, {
      valid: /^[0-9A-Z]{1,255}$/,
      allowed: "the id of a Slack workspace: capital letters and digits",
      fix: "the console of Amazon Q Developer in chat applications shows it, for example T07EA123LEP",
    }),
    ...checkString(`${path}.slack.channelId`, slack?.channelId, {
      valid: /^[A-Z0-9]{1,256}$/,
      allowed: "the id of a Slack channel, not its name: capital letters and digits",
      fix: "copy the channel's link in Slack; the last part of it is the id, for example C07EZ1ABC23",
    }),
    ...checkString(`${path}.topic.existing`, topic?.existing, {
      valid: /^arn:[\w-]+:sns:[\w-]+:\d{12}:[\w-]+$/,
      allowed: "the ARN of an SNS topic. Alarms and events cannot use a FIFO topic",
      fix: "aws sns list-topics lists them",
    }),
    ...checkKmsKey(kmsKeyArn, `${path}.kmsKeyArn`),
    ...(topic && kmsKeyArn !== undefined
      ? [
          {
            path: `${path}.kmsKeyArn`,
            value: kmsKeyArn,
            allowed: "nothing together with topic: an existing topic keeps its key",
            fix: "remove it, or remove topic",
          },
        ]
      : []),
  ];
}
