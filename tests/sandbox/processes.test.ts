import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { resolve } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { isAlive } from "../../sandbox/base/process-tree";
import { CommandFailed, mustRun, run } from "../../sandbox/base/processes";

const ROOT = resolve(__dirname, "..", "..");
/** Starts a grandchild in a separate process group, as the engine starts its plugins, and returns its pid. */
const CHILD = "trap exit INT; set -m; sleep 60 & echo $!; wait";
const COMMAND = `
  const { run } = require("./sandbox/base/processes");
  run("bash", ["-c", ${JSON.stringify(CHILD)}], { onLine: (line) => console.log(line) });
`;

async function gone(pid: number): Promise<boolean> {
  for (let tries = 0; tries < 400 && isAlive(pid); tries += 1) await sleep(50);
  return !isAlive(pid);
}

describe("run", () => {
  it("returns the exit code and both streams, and passes on each line at once", async () => {
    const lines: string[] = [];
    const script = "echo out; echo err >&2; exit 3";
    const result = await run("bash", ["-c", script], {
      onLine: (line, stream) => lines.push(`${stream}: ${line}`),
    });
    assert.deepEqual(result, { code: 3, stdout: "out\n", stderr: "err\n" });
    assert.deepEqual(lines.sort(), ["stderr: err", "stdout: out"]);
  });

  it("reports which program ended with an error, and how", async () => {
    await assert.rejects(
      mustRun("bash", ["-c", "echo no space left >&2; exit 4"]),
      (error) =>
        error instanceof CommandFailed && /code 4:\n {2}no space left$/.test(error.message),
    );
    await assert.rejects(
      run("no-such-program", []),
      /cannot start no-such-program: is not on PATH/,
    );
  });

  it("ends the children of a killed program", async () => {
    const { code, signal, stdout } = await run("bash", [
      "-c",
      "set -m; sleep 60 & echo $!; kill -9 $$",
    ]);
    assert.deepEqual([code, signal], [1, "SIGKILL"]);
    assert.ok(await gone(Number(stdout)), "what it started outlived it");
  });

  it("leaves no descendant when the command is killed", async function () {
    this.timeout(30_000);
    const command = spawn(process.execPath, ["--require", "tsx/cjs", "--eval", COMMAND], {
      cwd: ROOT,
      stdio: ["ignore", "pipe", "inherit"],
    });
    const [line] = await once(createInterface({ input: command.stdout }), "line");
    const grandchild = Number(line);
    assert.ok(isAlive(grandchild));
    command.kill("SIGKILL");
    assert.ok(await gone(grandchild), "the grandchild outlived the command");
  });
});
