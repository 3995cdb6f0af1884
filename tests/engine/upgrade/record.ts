/**
 * `npm run upgrade:record -- COMMIT` records the state of Pulumi.upgrade.yaml as that commit makes it: with its own code, packages and
 * sandbox, in a worktree of its own.
 */
import { copyFile, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { mustRun } from "../../../sandbox/base/processes";
import { CHECKOUT } from "../../../sandbox/stack-file";
import { recordedFile } from "./state";

/** They change with every edit of the program, and no test reads them. */
const unused = ["stackTrace", "sourcePosition", "created", "modified", "propertyDependencies"];

async function record(commit: string): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "slipway-upgrade-"));
  const checkout = join(folder, "checkout");
  const inside = (command: string) => mustRun("bash", ["-c", command], { cwd: checkout });
  await mustRun("git", ["worktree", "add", "--detach", checkout, commit], { cwd: CHECKOUT });
  try {
    await copyFile(join(__dirname, "Pulumi.upgrade.yaml"), join(checkout, "Pulumi.upgrade.yaml"));
    await inside("npm ci");
    await inside("npm run sandbox -- up --stack upgrade");
    await inside(
      'eval "$(npm run -s sandbox -- env --stack upgrade)" && pulumi stack export --show-secrets --file state.json',
    );
    const state = await readFile(join(checkout, "state.json"), "utf8");
    const kept = JSON.stringify(
      JSON.parse(state, (key, value) => (unused.includes(key) ? undefined : value)),
    );
    await writeFile(recordedFile, gzipSync(kept));
  } finally {
    await inside("npm run sandbox -- down").catch(() => {});
    await mustRun("git", ["worktree", "remove", "--force", checkout], { cwd: CHECKOUT });
    await rm(folder, { recursive: true, force: true });
  }
}

const [commit] = process.argv.slice(2);
if (commit === undefined) {
  throw new Error("which commit? npm run upgrade:record -- COMMIT");
}
record(commit).catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
