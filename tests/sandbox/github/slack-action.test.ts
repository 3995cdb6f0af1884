import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const main = join(
  __dirname,
  "../../../sandbox/github/actions/slackapi/slack-github-action/main.ts",
);
const header = { type: "header", text: { type: "plain_text", text: "Deployed" } };
const good = {
  webhook: "https://hooks.slack.com/services/T0/B0/x",
  "webhook-type": "incoming-webhook",
  retries: "RAPID",
  payload: JSON.stringify({ text: "Deployed", blocks: [header] }),
};
const blocks = (...some: object[]) => ({
  payload: JSON.stringify({ text: "Deployed", blocks: some }),
});

describe("the replacement for Slack's action", function () {
  this.timeout(60_000);
  let folder: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), "slipway-slack-"));
  });

  function run(inputs: object) {
    const output = join(folder, "output");
    rmSync(output, { force: true });
    const { status, stdout } = spawnSync(process.execPath, ["--require", "tsx/cjs", main], {
      encoding: "utf8",
      env: {
        ...process.env,
        INPUTS: JSON.stringify({ ...good, ...inputs }),
        GITHUB_OUTPUT: output,
        SLIPWAY_REPOSITORY: join(folder, "repository"),
      },
    });
    return { status, stdout };
  }

  it("keeps a message that Slack accepts, and masks the webhook", () => {
    const { status, stdout } = run({});
    assert.equal(status, 0, stdout);
    assert.match(stdout, /::add-mask::https:\/\/hooks\.slack\.com/);
    const [sent] = readFileSync(join(folder, "repository.slack.jsonl"), "utf8").split("\n");
    assert.deepEqual(JSON.parse(String(sent)).payload, { text: "Deployed", blocks: [header] });
  });

  for (const [title, inputs, reason] of [
    ["no webhook", { webhook: "" }, /Either a method or webhook is required/],
    ["no type of webhook", { "webhook-type": "" }, /The webhook type must be/],
    ["an unknown strategy for retries", { retries: "3" }, /unknown "retries" value was used: 3/],
    [
      "a message that is neither JSON nor YAML",
      { payload: '{ "text": "a" "b" }' },
      /Failed to parse/,
    ],
    [
      "a message that Slack refuses, if errors count",
      { ...blocks({}), errors: "true" },
      /invalid_blocks/,
    ],
  ] as const) {
    it(`fails for ${title}`, () => {
      const { status, stdout } = run(inputs);
      assert.equal(status, 1, stdout);
      assert.match(stdout, reason);
    });
  }

  for (const [title, inputs] of [
    ["an unknown block", blocks({ type: "banner" })],
    ["a title with markup", blocks({ type: "header", text: { type: "mrkdwn", text: "a" } })],
    [
      "a title of more than 150 characters",
      blocks({ ...header, text: { ...header.text, text: "a".repeat(151) } }),
    ],
    ["a webhook that Slack does not know", { webhook: "https://example.com/x" }],
  ] as const) {
    it(`warns of ${title}, and does not fail`, () => {
      const { status, stdout } = run(inputs);
      assert.equal(status, 0, stdout);
      assert.match(stdout, /::warning::Failed to send the request/);
    });
  }
});
