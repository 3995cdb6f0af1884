import { relative } from "node:path";
import { closeSandbox } from "./harness";

/** Before the first test's hooks, which belong to its time. */
let since = Date.now();

/** Files run side by side, and mocha's reporter hears of a file at its end only: each test is told of where it runs. */
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

  /** The sandbox of a file of engine tests ends with it: files that run side by side are runs of their own to mocha. */
  async afterAll(this: Mocha.Context) {
    this.timeout(60_000);
    await closeSandbox();
    since = Date.now();
  },
};
