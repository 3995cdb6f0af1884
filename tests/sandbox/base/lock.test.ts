import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { withLock } from "../../../sandbox/base/lock";

const ROOT = resolve(__dirname, "..", "..", "..");
/** The highest process id of Linux and macOS is below this. */
const DEAD = 5_000_000;

describe("a lock", () => {
  let folder: string;
  let lock: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "slipway-lock-"));
  });
  beforeEach(() => {
    lock = join(folder, "lock");
  });

  const dead: Record<string, () => Promise<unknown>> = {
    "is free": async () => {},
    "has a dead holder": () => symlink(`${DEAD}-a`, lock),
    "has a dead holder with a dead successor": async () => {
      await symlink(`${DEAD}-a`, lock);
      await symlink(`${DEAD}-b`, `${lock}.a`);
    },
    "is a file of an earlier version": () => writeFile(lock, String(DEAD)),
    "is an empty file": () => writeFile(lock, ""),
  };
  for (const [state, make] of Object.entries(dead)) {
    it(`that ${state} is held once at a time, and leaves nothing`, async () => {
      for (let round = 0; round < 6; round += 1) {
        await make();
        let holders = 0;
        let most = 0;
        const action = async () => {
          holders += 1;
          most = Math.max(most, holders);
          await sleep(1);
          holders -= 1;
        };
        await Promise.all(Array.from({ length: 6 }, () => withLock(lock, action, 5_000)));
        assert.equal(most, 1, `held ${most} times at once in round ${round}`);
        assert.deepEqual(await readdir(folder), []);
      }
    });
  }

  it("of a killed process goes to a waiting process", async function () {
    this.timeout(20_000);
    const program = `
      const { withLock } = require("./sandbox/base/lock");
      const forever = new Promise((resolve) => setTimeout(resolve, 1e6));
      withLock(${JSON.stringify(lock)}, () => (console.log("held"), forever));
    `;
    const holder = spawn(process.execPath, ["--require", "tsx/cjs", "--eval", program], {
      cwd: ROOT,
      stdio: ["ignore", "pipe", "inherit"],
    });
    await once(holder.stdout, "data");
    const taken = withLock(lock, async () => "taken", 10_000);
    await assert.rejects(
      withLock(lock, async () => "taken", 50),
      new RegExp(`has been held for 0.05 s by process ${holder.pid}: end it if it is stuck`),
    );
    holder.kill("SIGKILL");
    assert.equal(await taken, "taken");
  });
});
