/**
 * Replaces https://github.com/slackapi/slack-github-action: checks the inputs as `src/config.js` and `src/content.js` do, and the message
 * as Slack does. In place of sending it, it appends it to the repository's file of messages.
 */
import { appendFileSync } from "node:fs";
import { parse } from "yaml";
import { environment, type Inputs, maskSecret, runAction, setOutput } from "../../action";
import { messageProblem } from "./message";

runAction(async (inputs) => {
  const webhook = inputs.get("webhook");
  if (webhook) maskSecret(webhook);
  checkInputs(inputs, webhook);
  const payload = payloadOf(inputs.required("payload"));
  const problem = /^https:\/\/hooks\.slack\.com\/services\/./.test(webhook)
    ? messageProblem(payload)
    : `no Slack answers at this webhook`;
  setOutput("ok", String(problem === undefined));
  if (problem === undefined) {
    appendFileSync(
      `${environment("SLIPWAY_REPOSITORY")}.slack.jsonl`,
      `${JSON.stringify({ webhook, payload })}\n`,
    );
    return;
  }
  const message = `Failed to send the request: An HTTP protocol error occurred: ${problem}`;
  if (inputs.flag("errors")) throw new Error(message);
  console.log(`::warning::${message}`);
});

function checkInputs(inputs: Inputs, webhook: string): void {
  if (!["0", "5", "10", "RAPID"].includes(inputs.get("retries").toUpperCase())) {
    const retries = inputs.get("retries");
    throw new Error(`Invalid input! An unknown "retries" value was used: ${retries}`);
  }
  if (!webhook) {
    throw new Error("Missing input! Either a method or webhook is required to take action.");
  }
  if (inputs.get("webhook-type") !== "incoming-webhook") {
    throw new Error("Missing input! The webhook type must be 'incoming-webhook'.");
  }
}

function payloadOf(text: string): unknown {
  try {
    return parse(text);
  } catch {
    throw new Error("Invalid input! Failed to parse contents of the provided payload");
  }
}
