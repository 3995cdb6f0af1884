import { readdirSync, readFileSync } from "node:fs";
import { performance } from "node:perf_hooks";
import type { PulumiOptions, Sandbox } from "../sandbox/sandbox";

export interface Measured {
  readonly seconds: number;
  /** The CPU time of all processes of the command: the better measure on a busy machine. */
  readonly cpuSeconds: number;
  /** The peak memory of all processes of the command; shared memory is counted once (the kernel's PSS). */
  readonly mebibytes: number;
}

/** Measures one `pulumi preview`, with all processes that it starts. */
export async function measurePreview(sandbox: Sandbox, options: PulumiOptions): Promise<Measured> {
  let kibibytes = 0;
  const watch = setInterval(() => {
    kibibytes = Math.max(kibibytes, memoryOf(process.pid));
  }, 250);
  const [began, cpuBegan] = [performance.now(), cpuOfChildren()];
  const { code, stdout, stderr } = await sandbox.pulumi(
    ["preview", "--non-interactive", "--color", "never"],
    options,
  );
  const seconds = (performance.now() - began) / 1000;
  const cpuSeconds = cpuOfChildren() - cpuBegan;
  clearInterval(watch);
  if (code !== 0) {
    throw new Error(`the preview failed:\n${stdout}\n${stderr}`);
  }
  return { seconds, cpuSeconds, mebibytes: kibibytes / 1024 };
}

/** The CPU time of ended children and their children; the kernel counts in hundredths of a second. */
function cpuOfChildren(): number {
  const stat = read("/proc/self/stat");
  const [user = 0, system = 0] = stat
    .slice(stat.lastIndexOf(")") + 2)
    .split(" ")
    .slice(13, 15)
    .map(Number);
  return (user + system) / 100;
}

/** Runs both alternately, so that a change of the machine's speed affects both, and returns all results. */
export async function inTurn<T>(
  runs: number,
  a: () => Promise<T>,
  b: () => Promise<T>,
): Promise<[T[], T[]]> {
  const results: [T[], T[]] = [[], []];
  for (let i = 0; i < runs; i++) {
    results[0].push(await a());
    results[1].push(await b());
  }
  return results;
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((x, y) => x - y);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

/** The memory of all descendants in KiB, without the emulator, which is not part of a user's preview. */
function memoryOf(ancestor: number): number {
  const parents = new Map<number, number>();
  for (const entry of readdirSync("/proc").filter((name) => /^\d+$/.test(name))) {
    const stat = read(`/proc/${entry}/stat`);
    parents.set(Number(entry), Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]));
  }
  const descends = (pid: number): boolean => {
    const parent = parents.get(pid);
    return parent !== undefined && (parent === ancestor || descends(parent));
  };
  return [...parents.keys()]
    .filter((pid) => descends(pid) && !read(`/proc/${pid}/cmdline`).includes("emulator"))
    .map((pid) => Number(/^Pss:\s+(\d+)/m.exec(read(`/proc/${pid}/smaps_rollup`))?.[1] ?? 0))
    .reduce((sum, one) => sum + one, 0);
}

/** Returns 0 for a process that ended after it was listed. */
function read(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}
