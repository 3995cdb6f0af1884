import { checkString } from "../../shared/checks";
import type { Problem } from "../../shared/errors";
import type { Unchecked } from "../../shared/unchecked";
import { checkSecretName } from "../settings";
import type { Notification } from "./notification";

export function checkNotification(
  notification: Unchecked<Notification> = {},
  path: string,
): Problem[] {
  return checkSecretName(notification.secret, `${path}.secret`, "SLACK_WEBHOOK");
}

/** The error does not contain the webhook: everybody who has it can post to the channel. */
export function checkWebhook(webhook: string | undefined, path: string): Problem[] {
  return checkString(path, webhook, {
    valid: (text) => /^https:\/\/[^\s/]+\/\S+$/.test(text),
    allowed: "the address of an incoming webhook, beginning with https://",
    fix: "copy it from https://api.slack.com/apps, Incoming Webhooks, and set it with pulumi config set --secret slipway:slackWebhook",
  });
}
