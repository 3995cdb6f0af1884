import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { resolve } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { isAlive } from "../../sandbox/base/process-tree";
import { CommandFailed, mustRun, run } from "../../sandbox/base/processes";

const ROOT = resolve(__dirname, "..", "..");
/** Starts a grandchild in a separate process group, as the engine starts its plugins, and returns its pid. */
const CHILD = "trap exit INT; set -m; sleep 60 & echo $!; wait";

/** A command that runs this script, and prints its lines, its exit code and its signal. */
const program = (script: string) => `
  const { run } = require("./sandbox/base/processes");
  run("bash", ["-c", ${JSON.stringify(script)}], { onLine: (line) => console.log(line) })
    .then(({ code, signal }) => console.log(code + "\\n" + signal));
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

  // Linux has /proc; elsewhere `ps` prints no session, so the children of a killed program are those in its process group.
  for (const [system, proc, ownGroup] of [
    ["Linux", "/proc", "set -m;"],
    ["a system without /proc", "/nonexistent", ""],
  ] as const) {
    const env = { ...process.env, SLIPWAY_PROC: proc };

    it(`ends the children of a killed program on ${system}`, async () => {
      const killed = `${ownGroup} sleep 60 & echo $!; kill -9 $$`;
      const { stdout } = await run(
        process.execPath,
        ["--require", "tsx/cjs", "--eval", program(killed)],
        {
          cwd: ROOT,
          env,
        },
      );
      const [child, code, signal] = stdout.trim().split("\n");
      assert.deepEqual([code, signal], ["1", "SIGKILL"]);
      assert.ok(await gone(Number(child)), "what it started outlived it");
    });

    it(`leaves no descendant when the command is killed on ${system}`, async function () {
      this.timeout(30_000);
      const command = spawn(process.execPath, ["--require", "tsx/cjs", "--eval", program(CHILD)], {
        cwd: ROOT,
        env,
        stdio: ["ignore", "pipe", "inherit"],
      });
      const [line] = await once(createInterface({ input: command.stdout }), "line");
      const grandchild = Number(line);
      assert.ok(isAlive(grandchild), `the grandchild ${line} does not run`);
      command.kill("SIGKILL");
      assert.ok(await gone(grandchild), "the grandchild outlived the command");
    });

    it(`reads the arguments of a process on ${system}`, () => {
      const script = `
        const { commandLine, commandLines } = require("./sandbox/base/process-tree");
        const of = (pid) => commandLines().find((one) => one.pid === pid)?.command ?? [];
        console.log(JSON.stringify([commandLine(process.pid), of(process.pid), commandLine(5000000)]));
      `.replaceAll(/\s+/g, " ");
      const args = ["--require", "tsx/cjs", "--eval", script, "argument".repeat(50)];
      const { stdout } = spawnSync(process.execPath, args, { cwd: ROOT, env, encoding: "utf8" });
      const [one, among, none] = JSON.parse(stdout) as string[][];
      for (const found of [one, among]) {
        assert.ok(found?.includes("argument".repeat(50)), `${found} lacks the argument`);
      }
      assert.deepEqual(none, []);
    });
  }
});
