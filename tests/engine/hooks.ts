import { relative } from "node:path";
import { resetSandbox } from "./harness";

/** Set before the first test's hooks, which are part of its time. */
let since = Date.now();

/** Files run in parallel, and mocha's reporter gets a file's results only at its end, so each test is printed by its own process. */
export const mochaHooks = {
  afterEach(this: Mocha.Context) {
    const test = this.currentTest;
    if (!test) return;
    const seconds = ((Date.now() - since) / 1000).toFixed(1);
    since = Date.now();
    const mark = test.state === "failed" ? "✖" : "✔";
    const file = relative(process.cwd(), test.file ?? "");
    process.stdout.write(`${mark} ${file}: ${test.fullTitle()} (${seconds} s)\n`);
    if (test.err) process.stdout.write(`  ${test.err.message.replaceAll("\n", "\n  ")}\n`);
  },

  /** Resets the sandbox at the end of a file of engine tests: for mocha, files that run in parallel are separate runs. */
  async afterAll(this: Mocha.Context) {
    this.timeout(60_000);
    await resetSandbox();
    since = Date.now();
  },
};
