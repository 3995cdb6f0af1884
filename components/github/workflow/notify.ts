import { actions } from "./actions";
import type { WorkflowArgs } from "./args";
import { expression } from "./expressions";
import type { Step } from "./model";
import type { WorkflowNotification } from "./notification";

/** The steps that send the message. The deployment does not fail if Slack cannot be reached, or if the webhook is gone. */
export function notifySteps(args: WorkflowArgs): Step[] {
  const { notify } = args;
  return notify
    ? [
        {
          name: "Notify Slack",
          if: `${notify.when}()`,
          "continue-on-error": true,
          uses: actions.slack.uses,
          with: {
            webhook: expression(`secrets.${notify.secret}`),
            "webhook-type": "incoming-webhook",
            retries: "RAPID",
            payload: payload(args, notify),
          },
        },
      ]
    : [];
}

/**
 * A message in JSON. GitHub's `toJSON` escapes the values, and Slack reads a `plain_text` literally: the name of a tag or of a person
 * cannot add a link or notify a channel.
 * https://docs.slack.dev/reference/block-kit/composition-objects/text-object
 */
function payload(
  { service, stack }: WorkflowArgs,
  { expectedSeconds }: WorkflowNotification,
): string {
  const title = `Deploy ${service} to ${stack}: ${expression("job.status")}`;
  const field = (label: string, value: string) =>
    `{ "type": "plain_text", "text": ${expression(`toJSON(format('${label}: {0}', ${value}))`)} }`;
  const minutes = `${Math.floor(expectedSeconds / 60)} min ${Math.round(expectedSeconds) % 60} s`;
  const run = `${expression("github.server_url")}/${expression("github.repository")}/actions/runs/${expression("github.run_id")}`;
  return `{
  "text": "${title}",
  "blocks": [
    { "type": "header", "text": { "type": "plain_text", "text": "${title}" } },
    {
      "type": "section",
      "fields": [
        ${[
          field("Image", "env.IMAGE_TAG"),
          field("By", "github.actor"),
          field("Took", "steps.summary.outputs.took || 'no deployment was started'"),
          `{ "type": "plain_text", "text": "Forecast: ${minutes}" }`,
          field("Service", "env.SERVICE_URL"),
        ].join(",\n        ")}
      ]
    },
    { "type": "section", "text": { "type": "mrkdwn", "text": "<${run}|The run>" } }
  ]
}
`;
}
