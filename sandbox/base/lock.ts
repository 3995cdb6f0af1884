import { randomUUID } from "node:crypto";
import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { isAlive } from "./process-tree";

const POLL_MS = 15;

/** Runs `action` while no other process (and no other call in this one) holds the lock file `path`. */
export async function withLock<T>(
  path: string,
  action: () => Promise<T>,
  waitMs = 30_000,
): Promise<T> {
  await mkdir(dirname(path), { recursive: true });
  const deadline = Date.now() + waitMs;
  while (!(await acquire(path))) {
    await removeIfStale(path);
    if (Date.now() > deadline) {
      throw new Error(`${path} has been held for ${waitMs / 1000} s: is another command stuck?`);
    }
    await sleep(POLL_MS);
  }
  try {
    return await action();
  } finally {
    await rm(path, { force: true });
  }
}

async function acquire(path: string): Promise<boolean> {
  try {
    await writeFile(path, String(process.pid), { flag: "wx" });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
}

/** A killed process leaves its lock file. The rename succeeds for only one of the waiting processes. */
async function removeIfStale(path: string): Promise<void> {
  const holder = await readFile(path, "utf8").catch(() => "");
  if (holder === "" || isAlive(Number(holder))) return;
  const stale = `${path}.${randomUUID()}`;
  await rename(path, stale).catch(() => {});
  await rm(stale, { force: true });
}

/** Readers see the whole old file or the whole new one. */
export async function writeAtomically(path: string, content: string): Promise<void> {
  const temporary = `${path}.${randomUUID()}`;
  await writeFile(temporary, content);
  await rename(temporary, path);
}

/** The content of a JSON file; `none` if there is no such file. */
export async function readJson<T>(path: string, none: T): Promise<T> {
  const text = await readFile(path, "utf8").catch(() => undefined);
  return text === undefined ? none : (JSON.parse(text) as T);
}
