import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, readdir, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

const ROOT = join(__dirname, "..");
const MOCHA = join(ROOT, "node_modules", "mocha", "bin", "mocha.js");
const test = (end: string) => `
  const { mkdtempSync, writeFileSync } = require("node:fs");
  const { tmpdir } = require("node:os");
  it("works in a temporary folder", async () => {
    writeFileSync(mkdtempSync(tmpdir() + "/slipway-") + "/file", "");
    process.stdout.write("written\\n");
    ${end}
  });
`;

describe("a test run leaves nothing in the temporary folder", function () {
  this.timeout(60_000);
  let folder: string;
  let temporary: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "slipway-aborted-"));
    temporary = join(folder, "tmp");
    await mkdir(temporary);
  });

  for (const config of [".mocharc.cjs", ".mocharc.unit.cjs"]) {
    for (const signal of [undefined, "SIGINT", "SIGKILL"] as const) {
      it(`with ${config} ${signal ? `after ${signal}` : "at its end"}`, async () => {
        const file = join(folder, "one.test.ts");
        await writeFile(file, test(signal ? "await new Promise(() => {});" : ""));
        const { SLIPWAY_TEST_FOLDER: _, ...env } = process.env;
        const run = spawn(process.execPath, [MOCHA, "--config", config, "--timeout", "0", file], {
          cwd: ROOT,
          env: { ...env, TMPDIR: temporary },
          stdio: ["ignore", "pipe", "ignore"],
        });
        const ended = once(run, "exit");
        await once(run.stdout, "data");
        if (signal) run.kill(signal);
        await ended;
        // tsx's cache is for the next run.
        const left = async () =>
          (await readdir(temporary)).filter((name) => name !== `tsx-${process.getuid?.()}`);
        for (let tries = 0; tries < 200 && (await left()).length > 0; tries += 1) await sleep(100);
        assert.deepEqual(await left(), []);
      });
    }
  }
});
