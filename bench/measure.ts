/** Measures one command with all processes that it starts. */
import { readdirSync, readFileSync } from "node:fs";
import { performance } from "node:perf_hooks";

/** Who uses the CPU: the engine, a plugin, or all other processes: the program with its SDKs. */
export type Part = "engine" | "program" | "plugins";

export interface Measured {
  readonly seconds: number;
  /** The CPU time of all processes of the command: the better measure on a busy machine. */
  readonly cpuSeconds: number;
  /** CPU time by process, sampled. The rest of `cpuSeconds` belongs to processes that ended between two samples. */
  readonly cpuSecondsOf: Readonly<Record<Part, number>>;
  /** The peak memory of all processes of the command; shared memory is counted once (the kernel's PSS). */
  readonly mebibytes: number;
  readonly resources: number;
}

const SAMPLE_MS = 100;

/** `command` returns the number of resources. */
export async function measure(command: () => Promise<number>): Promise<Measured> {
  let kibibytes = 0;
  const cpu = new Map<number, Sample>();
  const sample = () => {
    const all = descendants(process.pid);
    for (const one of all) cpu.set(one.pid, one);
    kibibytes = Math.max(kibibytes, sum(all.map(({ pid }) => memoryOf(pid))));
  };
  const watch = setInterval(sample, SAMPLE_MS);
  const [began, cpuBegan] = [performance.now(), cpuOfChildren()];
  const resources = await command().finally(() => clearInterval(watch));
  const seconds = (performance.now() - began) / 1000;
  const cpuSeconds = cpuOfChildren() - cpuBegan;
  const of = (part: Part) =>
    sum([...cpu.values()].filter((one) => one.part === part).map(({ cpuSeconds }) => cpuSeconds));
  const cpuSecondsOf = {
    ...{ engine: of("engine"), program: of("program"), plugins: of("plugins") },
  };
  return { seconds, cpuSeconds, cpuSecondsOf, mebibytes: kibibytes / 1024, resources };
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((x, y) => x - y);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

/** The CPU time of ended children and their children. */
function cpuOfChildren(): number {
  const [, , user, system] = times("self");
  return user + system;
}

interface Sample {
  readonly pid: number;
  readonly part: Part;
  readonly cpuSeconds: number;
}

/** All descendants but the emulator, which is not part of a user's preview. */
function descendants(ancestor: number): Sample[] {
  const parents = new Map<number, number>();
  for (const entry of readdirSync("/proc").filter((name) => /^\d+$/.test(name))) {
    parents.set(Number(entry), Number(fields(entry)[1]));
  }
  const descends = (pid: number): boolean => {
    const parent = parents.get(pid);
    return parent !== undefined && (parent === ancestor || descends(parent));
  };
  return [...parents.keys()].filter(descends).flatMap((pid) => {
    const command = read(`/proc/${pid}/cmdline`).replaceAll("\0", " ");
    // One that ends has no command line any more: the sample before it counts.
    if (command === "" || command.includes("emulator")) return [];
    const [user, system] = times(String(pid));
    return [{ pid, part: partOf(command), cpuSeconds: user + system }];
  });
}

function partOf(command: string): Part {
  if (command.includes("pulumi-resource-")) return "plugins";
  return /^\S*\bpulumi(-language-\S+)? /.test(command) ? "engine" : "program";
}

/** User and system time of a process, then of its ended children; the kernel counts in hundredths of a second. */
function times(pid: string): [number, number, number, number] {
  const [user = 0, system = 0, users = 0, systems = 0] = fields(pid)
    .slice(11, 15)
    .map((ticks) => Number(ticks) / 100);
  return [user, system, users, systems];
}

/** The fields of `/proc/<pid>/stat` after the name of the program. */
function fields(pid: string): string[] {
  const stat = read(`/proc/${pid}/stat`);
  return stat.slice(stat.lastIndexOf(")") + 2).split(" ");
}

function memoryOf(pid: number): number {
  return Number(/^Pss:\s+(\d+)/m.exec(read(`/proc/${pid}/smaps_rollup`))?.[1] ?? 0);
}

function sum(values: readonly number[]): number {
  return values.reduce((total, one) => total + one, 0);
}

/** Returns an empty string for a process that ended after it was listed. */
function read(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}
