import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { bundles } from "../../sandbox/base/bundles";

/** Starts a process like the engine starts the language host: with its address, in a separate process group. */
function host(address: string): ChildProcess {
  const script = ["--eval", "setInterval(() => {}, 1000)", "pulumi-language-test", address];
  return spawn(process.execPath, script, { stdio: "ignore", detached: true });
}

describe("a plugin whose engine dies", function () {
  this.timeout(30_000);

  for (const [i, name] of ["aws", "awsx", "github"].entries()) {
    it(`ends with it, and ends its language host: ${name}`, async () => {
      const address = `127.0.0.1:${9 + i}`;
      const [own, foreign] = [host(address), host("127.0.0.1:19")];
      const program = join(await bundles(), "plugins", name, "main.js");
      const plugin = spawn(process.execPath, [program, address], {
        stdio: ["pipe", "pipe", "inherit"],
      });
      try {
        await once(createInterface({ input: plugin.stdout }), "line");
        const ends = Promise.all([once(plugin, "exit"), once(own, "exit")]);
        plugin.stdin.end();
        const [[code], [, signal]] = await ends;
        assert.deepEqual([code, signal], [0, "SIGKILL"]);
        assert.deepEqual([foreign.exitCode, foreign.signalCode], [null, null]);
      } finally {
        for (const child of [plugin, own, foreign]) child.kill("SIGKILL");
      }
    });
  }
});
