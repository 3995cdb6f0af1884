import assert from "node:assert/strict";
import { copyFile, readFile } from "node:fs/promises";
import { join } from "node:path";
import { parse } from "yaml";
import { mustRun } from "../../sandbox/base/processes";
import { runWorkflows } from "../../sandbox/github";
import { git } from "../../sandbox/github/git";
import { CHECKOUT } from "../../sandbox/sandbox";
import { dev } from "./configs";
import { engine, TestStack } from "./harness";

const repository = "octo-org/notified";
const webhook = "https://hooks.slack.com/services/T0/B0/hunter2";

interface Sent {
  readonly webhook: string;
  readonly payload: {
    readonly text: string;
    readonly blocks: readonly {
      readonly text?: { readonly text: string };
      readonly fields?: readonly { readonly type: string; readonly text: string }[];
    }[];
  };
}

describe("the message in Slack", function () {
  this.timeout(300_000);
  let stack: TestStack;

  before(async function () {
    await engine.call(this);
    const github = { repository, trigger: { type: "tag", pattern: "v*" } };
    const notify = { type: "slack", when: "always" };
    const config = { ...dev(repository), "slipway:github": { ...github, notify } };
    stack = await TestStack.create("notified", config);
    await stack.configure({ ...config, "slipway:slackWebhook": await encrypted(webhook) });
    await stack.up();
  });

  it("is a secret in the state and in the outputs", async () => {
    await stack.assertUnchanged();
    const stacks = join(stack.sandbox.folder, "state/.pulumi/stacks");
    const state = await readFile(join(stacks, "slipway", `${stack.name}.json`), "utf8");
    assert.match(state, /SLIPWAY_SLACK_WEBHOOK/);
    assert.doesNotMatch(state, /hunter2/);
  });

  it("says after a release what is deployed, who did it, and how long it took", async () => {
    let tag = "";
    const { workflows } = await stack.release("api", {
      onCommit: ({ imageTag }) => {
        tag = imageTag;
      },
    });
    assert.equal(workflows[0]?.failure, undefined);
    assert.doesNotMatch(workflows[0]?.log ?? "", /hunter2/);
    const [message, ...others] = await sent();
    assert.deepEqual(others, []);
    assert.equal(message?.webhook, webhook);
    assert.equal(message?.payload.text, "Deploy api to notified: success");
    const [header, details, link] = message?.payload.blocks ?? [];
    assert.equal(header?.text?.text, "Deploy api to notified: success");
    const texts = details?.fields?.map(({ type, text }) => `${type} ${text}`) ?? [];
    assert.match(
      texts.join("\n"),
      new RegExp(
        `^plain_text Image: ${tag}\nplain_text By: octo-org\nplain_text Took: \\d+ min \\d+ s\nplain_text Forecast: 5 min 40 s\nplain_text Service: http://`,
      ),
    );
    assert.match(
      link?.text?.text ?? "",
      /^<https:\/\/github\.com\/octo-org\/notified\/actions\/runs\/\d+\|The run>$/,
    );
  });

  it("says that a release has failed", async () => {
    const orders: Promise<unknown>[] = [];
    const { workflows } = await stack.release("api", {
      onCommit: ({ imageTag }) => {
        orders.push(stack.control("image", { image: imageTag, behaviour: "exits" }));
      },
    });
    await Promise.all(orders);
    assert.equal(workflows[0]?.ok, false);
    const [, message, ...others] = await sent();
    assert.deepEqual(others, []);
    assert.equal(message?.payload.text, "Deploy api to notified: failure");
    assert.match(message?.payload.blocks[1]?.fields?.[2]?.text ?? "", /^Took: \d+ min \d+ s$/);
  });

  it("shows a tag's name literally: it calls no channel, and breaks no message", async () => {
    const { githubRoot, tools, endpoint } = stack.sandbox;
    const tag = `v1"<!channel>,'\${{`;
    await git(`${githubRoot}/${repository}.git`, ["tag", tag, "refs/heads/main"]);
    await runWorkflows({
      ...{ root: githubRoot, fullName: repository, actPath: tools.act, awsEndpoint: endpoint },
      ...{ event: { name: "push", ref: `refs/tags/${tag}` }, env: await stack.env() },
    });
    const message = (await sent()).at(-1);
    assert.deepEqual(message?.payload.blocks[1]?.fields?.slice(0, 3), [
      { type: "plain_text", text: `Image: ${tag}` },
      { type: "plain_text", text: "By: octo-org" },
      { type: "plain_text", text: "Took: no deployment was started" },
    ]);
  });

  /** The value as `pulumi config set --secret` writes it, with the salt that the sandbox keeps outside the stack file. */
  async function encrypted(value: string): Promise<unknown> {
    const { folder, tools } = stack.sandbox;
    const file = join(folder, "encrypted.yaml");
    await copyFile(join(folder, "stacks", stack.name, "salt"), file);
    const args = ["config", "set", "--secret", "slipway:slackWebhook", value];
    const options = ["--stack", stack.name, "--config-file", file];
    const env = await stack.env();
    await mustRun(tools.engine.pulumi, [...args, ...options], { cwd: CHECKOUT, env });
    return parse(await readFile(file, "utf8")).config["slipway:slackWebhook"];
  }

  async function sent(): Promise<Sent[]> {
    const file = `${stack.sandbox.githubRoot}/${repository}.git.slack.jsonl`;
    const text = await readFile(file, "utf8").catch(() => "");
    return text.split("\n").flatMap((line) => (line ? [JSON.parse(line) as Sent] : []));
  }
});
