import assert from "node:assert/strict";
import { join } from "node:path";
import { tagOf } from "../../components/shared/image";
import { run } from "../../sandbox/base/processes";
import { bsdTools } from "../bsd";
import { dev } from "./configs";
import { engine, sandbox, TestStack } from "./harness";
import { runningImage } from "./inventory";

/** With the tools of macOS, and without /proc: what the sandbox starts, and the steps of a workflow, have these too. */
describe("with macOS's tools, the dev stack", function () {
  this.timeout(300_000);
  const { PATH } = process.env;
  let stack: TestStack;

  before(async function () {
    await engine.call(this);
    const tools = join((await sandbox()).folder, "bsd");
    bsdTools(tools);
    process.env.PATH = `${tools}:${PATH}`;
    process.env.SLIPWAY_PROC = "/nonexistent";
    stack = await TestStack.create("macos", dev("octo-org/macos"));
  });
  after(() => {
    process.env.PATH = PATH;
    delete process.env.SLIPWAY_PROC;
  });

  it("finds no GNU flags", async () => {
    const env = await stack.env();
    for (const call of [
      "date -d @0",
      "sed -i s/a/b/ x",
      "grep -P a x",
      "readlink -f .",
      "stat -c %s .",
    ]) {
      const { code, stderr } = await run("bash", ["-c", call], { env });
      assert.deepEqual([code, /illegal option/.test(stderr)], [1, true], `${call}: ${stderr}`);
    }
  });

  it("leaves no process behind when its engine is killed, and continues", async () => {
    await stack.kill(/aws:ecs:Cluster .* creating/);
    await stack.up();
  });

  it("is released by its workflow", async () => {
    const { sha, workflows } = await stack.release();
    assert.deepEqual(
      workflows.map(({ ok }) => ok),
      [true],
      workflows[0]?.log,
    );
    assert.equal(tagOf(await runningImage(stack)), sha);
    await stack.assertUnchanged();
  });

  it("is destroyed", () => stack.destroy());
});
