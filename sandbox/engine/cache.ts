/** Folders that are made once per machine: `${XDG_CACHE_HOME:-~/.cache}/slipway/<name>/`. */
import { createHash } from "node:crypto";
import { access, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { withLock } from "../base/lock";
import { progress, type Update } from "../base/progress";

/** After this time a build counts as dead, and its lock as stale. */
const LONGEST_BUILD_MS = 30 * 60_000;

export function cacheRoot(): string {
  return join(process.env.XDG_CACHE_HOME || join(homedir(), ".cache"), "slipway");
}

/**
 * The folder with this name; `make` fills it if this machine has no complete one. A virtual environment cannot be
 * moved, so it is made in place, and a mark that is added at the end shows that it is complete.
 */
export async function cached(
  name: string,
  label: string,
  make: (folder: string, update: Update) => Promise<void>,
): Promise<string> {
  const folder = join(cacheRoot(), name);
  const mark = join(folder, ".complete");
  if (await exists(mark)) return folder;
  const build = async (update: Update) => {
    if (await exists(mark)) return;
    await rm(folder, { recursive: true, force: true });
    await mkdir(folder, { recursive: true });
    update("started");
    await make(folder, update);
    await writeFile(mark, "");
  };
  await progress(label, (update) => {
    update("waiting for another sandbox that does the same");
    return withLock(`${folder}.lock`, () => build(update), LONGEST_BUILD_MS);
  });
  return folder;
}

/** A short hash that changes when any of the files changes. */
export async function hashOf(...files: readonly string[]): Promise<string> {
  const hash = createHash("sha256");
  for (const file of files) hash.update(await readFile(file));
  return hash.digest("hex").slice(0, 12);
}

export async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
