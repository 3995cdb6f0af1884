/** Finds and ends a process and all its descendants. The engine starts each plugin in a separate process group, so ending a group is not enough. */
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";

interface Entry {
  readonly pid: number;
  readonly parent: number;
  readonly session: number;
}

/** Every process on the machine: from /proc, or from `ps` where there is none. */
function processTable(): Entry[] {
  try {
    return readdirSync("/proc").flatMap((name) => (/^\d+$/.test(name) ? readEntry(name) : []));
  } catch {
    const lines = execFileSync("ps", ["-A", "-o", "pid=,ppid="], { encoding: "utf8" }).split("\n");
    return lines.flatMap((line) => {
      const [pid = 0, parent = 0] = line.trim().split(/\s+/).map(Number);
      return pid > 0 ? [{ pid, parent, session: 0 }] : [];
    });
  }
}

function readEntry(pid: string): Entry[] {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    // The second field is the program's name in parentheses, which may contain spaces.
    const [, parent, , session] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return [{ pid: Number(pid), parent: Number(parent), session: Number(session) }];
  } catch {
    return [];
  }
}

/** Every process whose arguments can be read, with the program's name first. */
export function commandLines(): { readonly pid: number; readonly command: readonly string[] }[] {
  try {
    return readdirSync("/proc").flatMap((name) => (/^\d+$/.test(name) ? readArguments(name) : []));
  } catch {
    const lines = execFileSync("ps", ["-A", "-ww", "-o", "pid=,command="], { encoding: "utf8" });
    return lines.split("\n").flatMap((line) => {
      const [pid, ...command] = line.trim().split(/\s+/);
      return pid ? [{ pid: Number(pid), command }] : [];
    });
  }
}

function readArguments(pid: string) {
  try {
    const command = readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0");
    return [{ pid: Number(pid), command }];
  } catch {
    return [];
  }
}

/** The process, its descendants, and all other processes of the session that it leads. */
export function processTree(root: number): number[] {
  const table = processTable();
  const found = new Set([root]);
  for (let size = 0; size !== found.size; ) {
    size = found.size;
    for (const { pid, parent, session } of table) {
      if (found.has(parent) || session === root) found.add(pid);
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
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
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
