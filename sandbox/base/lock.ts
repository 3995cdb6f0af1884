/**
 * A lock between processes. A killed holder loses it. Node has no flock, and no library is safe when two
 * processes find the same dead holder: both remove the file, and the second removes the lock that the first has just taken.
 *
 * Here nobody removes a dead holder's file. The lock is a symbolic link whose target names its holder, so it appears whole or not at
 * all. After a holder has died, the process that creates the link `<path>.<id of the dead holder>` is its successor; only one process can
 * create it. If the successor dies too, its own successor creates the next link. The last holder removes all links, the first one first. A
 * process that still has an old id then finds that the first link has changed.
 */
import { randomUUID } from "node:crypto";
import { mkdir, readFile, readlink, rename, rm, symlink, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { isAlive } from "./process-tree";

const POLL_MS = 15;

interface Holder {
  readonly pid: number;
  readonly id: string;
}

/** Runs `action` while no other process (and no other call in this one) holds the lock `path`. */
export async function withLock<T>(
  path: string,
  action: () => Promise<T>,
  waitMs = 30_000,
): Promise<T> {
  await mkdir(dirname(path), { recursive: true });
  const deadline = Date.now() + waitMs;
  for (;;) {
    const links = await acquire(path);
    if (links) {
      try {
        return await action();
      } finally {
        for (const link of links) await rm(link, { force: true });
      }
    }
    if (Date.now() > deadline) {
      const pid = (await holderOf(path))?.pid;
      throw new Error(
        `${path} has been held for ${waitMs / 1000} s by process ${pid}: end it if it is stuck; if it is another program, delete the file`,
      );
    }
    await sleep(POLL_MS);
  }
}

/** The links of the lock, the first one first, if this call now holds it. */
async function acquire(path: string): Promise<readonly string[] | undefined> {
  const first = await holderOf(path);
  const links = [path];
  for (let link = path, holder = first; holder; holder = await holderOf(link)) {
    if (isAlive(holder.pid)) return undefined;
    link = `${path}.${holder.id}`;
    links.push(link);
  }
  const last = links.at(-1) ?? path;
  if (!(await create(last))) return undefined;
  if (links.length === 1 || (await holderOf(path))?.id === first?.id) return links;
  await rm(last, { force: true });
  return undefined;
}

async function create(link: string): Promise<boolean> {
  try {
    await symlink(`${process.pid}-${randomUUID()}`, link);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
}

async function holderOf(link: string): Promise<Holder | undefined> {
  try {
    const target = await readlink(link);
    return { pid: Number.parseInt(target, 10), id: target.slice(target.indexOf("-") + 1) };
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT") return undefined;
    // A file is the lock of an earlier version, which wrote its process id into it.
    if (code === "EINVAL") {
      return { pid: Number.parseInt(await readFile(link, "utf8").catch(() => ""), 10), id: "file" };
    }
    throw error;
  }
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
