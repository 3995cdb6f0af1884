// Removes a folder when the process that started this one has ended, and its other processes no longer write there.
const { existsSync, rmSync } = require("node:fs");
const { setTimeout: sleep } = require("node:timers/promises");

const [folder] = process.argv.slice(2);
const POLL_MS = 100;
/** Processes that are told to stop save their state first. */
const QUIET_MS = 2_000;
const LONGEST_MS = 60_000;

async function remove() {
  const deadline = Date.now() + LONGEST_MS;
  let quietSince = Date.now();
  while (Date.now() - quietSince < QUIET_MS && Date.now() < deadline) {
    if (existsSync(folder)) {
      quietSince = Date.now();
      try {
        rmSync(folder, { recursive: true, force: true });
      } catch {
        // Another process has just written there.
      }
    }
    await sleep(POLL_MS);
  }
}

// Ctrl-C is for the tests.
process.on("SIGINT", () => {});
process.stdin.on("end", remove).resume();
