import assert from "node:assert/strict";
import { mkdtemp, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { run } from "../../sandbox/base/processes";
import { findTools } from "../../sandbox/engine";
import { tools } from "./harness";

/** An engine that is built here reads the dictionaries of its password check later than its release does. */
describe("the engine's password check", function () {
  this.timeout(60_000);
  before(tools);

  it("refuses a value that looks like a secret, and takes another one", async () => {
    const folder = await mkdtemp(join(tmpdir(), "slipway-password-"));
    await writeFile(join(folder, "Pulumi.yaml"), "name: password\nruntime: yaml\n");
    const { engine } = await findTools();
    const env = {
      ...process.env,
      PULUMI_HOME: join(folder, "home"),
      PULUMI_BACKEND_URL: `file://${folder}`,
      PULUMI_CONFIG_PASSPHRASE: "passphrase",
    };
    const pulumi = (...args: string[]) => run(engine.pulumi, args, { cwd: folder, env });
    assert.equal((await pulumi("stack", "init", "dev")).code, 0);
    const set = (value: string) => pulumi("config", "set", "apiPassword", value);
    const refused = await set("a8Fk29xQpLz81hGtWq");
    assert.deepEqual(
      [refused.code === 0, /looks like a secret/.test(refused.stderr)],
      [false, true],
    );
    // Two words of the dictionaries: without these, it would look like a secret too.
    const taken = await set("passwordmonkey");
    assert.equal(taken.code, 0, taken.stderr);
    assert.match(await readFile(join(folder, "Pulumi.dev.yaml"), "utf8"), /passwordmonkey/);
  });
});
