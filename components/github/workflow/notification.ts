/** A message in Slack at the end of a run. */
export interface Notification {
  /** Slack, by an incoming webhook. */
  readonly type: "slack";
  /** The results of a run that are reported. @default "failure" */
  readonly when?: "failure" | "always";
  /**
   * The name of an existing secret on GitHub that contains the incoming webhook.
   * @default the stack's own secret with the value of `slackWebhook`
   * @see https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks
   */
  readonly secret?: string;
}

/** The notification of one workflow. */
export interface WorkflowNotification {
  /** The results of a run that are reported. */
  readonly when: "failure" | "always";
  /** The secret that contains the webhook. */
  readonly secret: string;
  /** The forecast of a deployment, in seconds. */
  readonly expectedSeconds: number;
}
