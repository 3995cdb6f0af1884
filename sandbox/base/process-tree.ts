/** Finds and ends a process and all its descendants. The engine starts each plugin in a separate process group, so ending a group is not enough. */
import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

/** Linux describes every process here; a system without it has `ps`. */
const PROC = process.env.SLIPWAY_PROC ?? "/proc";

interface Entry {
  readonly pid: number;
  readonly parent: number;
  /** A number that a process keeps when its parent ends: Linux's session, or the process group where `ps` prints no session. */
  readonly kin: number;
}

/** Every process on the machine. */
function processTable(): Entry[] {
  const pids = processFolders();
  if (pids) return pids.flatMap(readEntry);
  return ps("pid=,ppid=,pgid=").flatMap((line) => {
    const [pid = 0, parent = 0, kin = 0] = line.split(/\s+/).map(Number);
    return pid > 0 ? [{ pid, parent, kin }] : [];
  });
}

function processFolders(): string[] | undefined {
  try {
    return readdirSync(PROC).filter((name) => /^\d+$/.test(name));
  } catch {
    return undefined;
  }
}

/** Lines of `ps` with these columns, in full, of one process or of all. https://pubs.opengroup.org/onlinepubs/9799919799/utilities/ps.html */
function ps(columns: string, pid?: number): string[] {
  const which = pid === undefined ? ["-A"] : ["-p", String(pid)];
  try {
    const text = execFileSync("ps", [...which, "-ww", "-o", columns], {
      encoding: "utf8",
      maxBuffer: 64 * 1024 * 1024,
      stdio: ["ignore", "pipe", "ignore"],
    });
    return text.split("\n").map((line) => line.trim());
  } catch {
    // There is no such process.
    return [];
  }
}

function readEntry(pid: string): Entry[] {
  try {
    const stat = readFileSync(join(PROC, pid, "stat"), "utf8");
    // The second field is the program's name in parentheses, which may contain spaces.
    const [, parent, , session] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return [{ pid: Number(pid), parent: Number(parent), kin: Number(session) }];
  } catch {
    return [];
  }
}

/** Every process whose arguments can be read, with the program's name first. */
export function commandLines(): { readonly pid: number; readonly command: readonly string[] }[] {
  const pids = processFolders();
  if (pids) return pids.flatMap((pid) => readArguments(Number(pid)));
  return ps("pid=,command=").flatMap((line) => {
    const [pid, ...command] = line.split(/\s+/);
    return pid ? [{ pid: Number(pid), command }] : [];
  });
}

/** The arguments of a process, with the program's name first; empty if there is no such process. */
export function commandLine(pid: number): readonly string[] {
  if (existsSync(PROC)) return readArguments(pid)[0]?.command ?? [];
  return ps("command=", pid)[0]?.split(/\s+/) ?? [];
}

function readArguments(pid: number) {
  try {
    return [{ pid, command: readFileSync(join(PROC, String(pid), "cmdline"), "utf8").split("\0") }];
  } catch {
    return [];
  }
}

/** The process, its descendants, and the processes with the same `kin` as one of them: their parents may have ended. */
export function processTree(root: number): number[] {
  const table = processTable();
  const found = new Set([root]);
  for (let size = 0; size !== found.size; ) {
    size = found.size;
    for (const { pid, parent, kin } of table) {
      if (found.has(parent) || found.has(kin)) found.add(pid);
    }
  }
  return [...found];
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !isZombie(pid);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

/** Has it ended without its parent reading the result? In a container without an init process it never disappears. */
function isZombie(pid: number): boolean {
  try {
    const stat = readFileSync(join(PROC, String(pid), "stat"), "utf8");
    return stat.slice(stat.lastIndexOf(")") + 2).startsWith("Z");
  } catch {
    return false;
  }
}

export function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // It has ended in the meantime.
  }
}

async function ended(pids: readonly number[], withinMs: number, look = () => {}): Promise<void> {
  const deadline = Date.now() + withinMs;
  while (pids.some(isAlive) && Date.now() < deadline) {
    look();
    await sleep(50);
  }
}

/** Time for processes that end when their parent is gone: the engine's plugins first write down what they have just created. */
const ORPHANS_GRACE_MS = 2_000;

/** Asks the root to stop, as Ctrl-C does, and kills what is left of its tree after the grace time. */
export async function endTree(root: number, graceMs: number): Promise<void> {
  const tree = new Set(processTree(root));
  signal(root, "SIGINT");
  await ended([root], graceMs, () => {
    for (const pid of processTree(root)) tree.add(pid);
  });
  for (const pid of processTree(root)) tree.add(pid);
  signal(root, "SIGKILL");
  await ended([...tree], ORPHANS_GRACE_MS);
  for (const pid of tree) signal(pid, "SIGKILL");
}
