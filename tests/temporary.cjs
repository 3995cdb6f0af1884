// Puts every temporary file of a test run into one folder, which another process removes when the run is over, however it ends.
// So tests do not remove their files: after many removals, Linux creates files slowly (`recently_deleted` in fs/ext4/ialloc.c).
const { spawn } = require("node:child_process");
const { mkdirSync, mkdtempSync, realpathSync, symlinkSync } = require("node:fs");
const { tmpdir } = require("node:os");
const { join } = require("node:path");

// The processes that run the files inherit both variables from mocha's own.
if (!process.env.SLIPWAY_TEST_FOLDER) {
  const outside = realpathSync(tmpdir());
  const folder = mkdtempSync(join(outside, "slipway-tests-"));
  // tsx keeps what it transpiled in this folder, for the next run too.
  const cache = `tsx-${process.getuid()}`;
  mkdirSync(join(outside, cache), { recursive: true });
  symlinkSync(join(outside, cache), join(folder, cache));
  process.env.SLIPWAY_TEST_FOLDER = folder;
  process.env.TMPDIR = folder;
  const remover = spawn(process.execPath, [join(__dirname, "remove-after.cjs"), folder], {
    detached: true,
    stdio: ["pipe", "ignore", "ignore"],
  });
  remover.unref();
  remover.stdin.unref();
}
