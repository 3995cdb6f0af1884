/** A copy of the checkout, as a user has it: with its own sandbox, and stack files that a test may edit. */
import assert from "node:assert/strict";
import { cp, mkdtemp, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { type RunResult, run } from "../../sandbox/base/processes";
import { CHECKOUT } from "../../sandbox/sandbox";
import { LESS_WORK } from "./harness";

/** `dist` may be under construction: a test of the package builds it. */
const SKIPPED = new Set(["node_modules", ".git", ".sandbox", "dist", "temp"]);

export class Checkout {
  private constructor(readonly folder: string) {}

  static async copy(): Promise<Checkout> {
    const folder = await mkdtemp(join(tmpdir(), "slipway-checkout-"));
    await cp(CHECKOUT, folder, {
      recursive: true,
      filter: (path) => path === CHECKOUT || !SKIPPED.has(basename(path)),
    });
    await symlink(join(CHECKOUT, "node_modules"), join(folder, "node_modules"));
    return new Checkout(folder);
  }

  /** Runs npm in a folder of the copy. */
  npm(args: readonly string[], folder = "."): Promise<RunResult> {
    return run("npm", args, { cwd: join(this.folder, folder) });
  }

  /** Runs a command of the sandbox without npm, which takes as long as most commands. The command must end with this exit code. */
  async sandbox(command: string, code = 0): Promise<RunResult> {
    const tsx = ["--require", "./sandbox/base/tsx.cjs"];
    const args = [...tsx, join("sandbox", "cli.ts"), ...command.split(" ")];
    const env = { ...process.env, ...LESS_WORK, INIT_CWD: this.folder };
    const result = await run(process.execPath, args, { cwd: this.folder, env });
    assert.equal(result.code, code, `${command}:\n${result.stdout}\n${result.stderr}`);
    return result;
  }

  async down(): Promise<void> {
    await this.sandbox("down");
  }
}
