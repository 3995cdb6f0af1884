/** Runs other programs, and ends them when the command that started them ends. */
import { type ChildProcess, type StdioOptions, spawn } from "node:child_process";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Writable } from "node:stream";
import { endTree } from "./process-tree";

export interface RunOptions {
  readonly cwd?: string;
  /** The whole environment of the program. @default the command's own */
  readonly env?: NodeJS.ProcessEnv;
  /** Receives each line at once, without its line break. */
  readonly onLine?: (line: string, stream: "stdout" | "stderr") => void;
  /** The program and its children end after this time, and the result says so. @default none */
  readonly timeoutMs?: number;
}

export interface RunResult {
  readonly code: number;
  /** The signal that ended the program, if one did. */
  readonly signal?: NodeJS.Signals;
  readonly timedOut?: boolean;
  readonly stdout: string;
  readonly stderr: string;
}

/** A program ended with an error. The message has its name and its last lines. */
export class CommandFailed extends Error {
  override readonly name = "CommandFailed";
  constructor(
    readonly command: string,
    readonly result: RunResult,
  ) {
    const how = result.signal ? `was ended by ${result.signal}` : `ended with code ${result.code}`;
    super(`${command} ${how}:\n${lastLines(result)}`);
  }
}

/** Enough time for the engine to save its state when it is asked to stop. */
const GRACE_MS = 10_000;
/** The longest time that Node's timers can wait. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;
const running = new Set<number>();
const hooks: (() => void | Promise<void>)[] = [];
let watchdog: Writable | undefined;
let ending = false;

export function lastLines(result: RunResult, count = 15): string {
  const lines = `${result.stdout}\n${result.stderr}`.split("\n").map((line) => line.trimEnd());
  return lines
    .filter((line) => line !== "")
    .slice(-count)
    .map((line) => `  ${line}`)
    .join("\n");
}

/** Runs a program to its end, whatever its exit code. It has its own session, so this process forwards Ctrl-C to it. */
export async function run(
  command: string,
  args: readonly string[],
  options: RunOptions = {},
): Promise<RunResult> {
  if (ending) throw new Error("stopping: no program is started any more");
  const child = start(command, args, { ...options, stdio: ["ignore", "pipe", "pipe"] });
  const { pid } = child;
  if (pid !== undefined) guard(pid);
  let timedOut = false;
  const timer = setTimeout(() => {
    timedOut = true;
    if (pid !== undefined) void endTree(pid, 0);
  }, options.timeoutMs ?? LONGEST_TIMER_MS);
  try {
    const result: RunResult = {
      ...(await collect(child, command, options)),
      ...(timedOut ? { timedOut } : {}),
    };
    // The result of a program that was told to stop means nothing: this process is about to end.
    return ending ? await new Promise<never>(() => {}) : result;
  } finally {
    clearTimeout(timer);
    if (pid !== undefined) release(pid);
  }
}

/** Like `run`, but an exit code other than 0 throws `CommandFailed`. */
export async function mustRun(
  command: string,
  args: readonly string[],
  options: RunOptions = {},
): Promise<RunResult> {
  const result = await run(command, args, options);
  if (result.code !== 0) throw new CommandFailed(`${command} ${args.join(" ")}`, result);
  return result;
}

/** Starts a program in its own session; the caller has to end it. */
export function start(
  command: string,
  args: readonly string[],
  options: RunOptions & { readonly stdio: StdioOptions },
): ChildProcess {
  const { cwd, env, stdio } = options;
  return spawn(command, [...args], { cwd, env: env ?? process.env, stdio, detached: true });
}

function collect(child: ChildProcess, command: string, options: RunOptions): Promise<RunResult> {
  const text = { stdout: "", stderr: "" };
  for (const stream of ["stdout", "stderr"] as const) {
    const source = child[stream];
    if (!source) continue;
    createInterface({ input: source }).on("line", (line) => {
      text[stream] += `${line}\n`;
      options.onLine?.(line, stream);
    });
  }
  return new Promise((resolve, reject) => {
    child.on("error", (error: NodeJS.ErrnoException) => {
      const missing = error.code === "ENOENT" ? "is not on PATH" : error.message;
      reject(new Error(`cannot start ${command}: ${missing}`, { cause: error }));
    });
    let rest: Promise<void> | undefined;
    child.on("exit", (code) => {
      // A program that was killed or crashed has not ended its own children.
      if (code !== 0 && child.pid !== undefined) rest = endTree(child.pid, 0);
    });
    child.on("close", async (code, signal) => {
      await rest;
      resolve({ code: code ?? 1, ...text, ...(signal && { signal }) });
    });
  });
}

function guard(pid: number): void {
  running.add(pid);
  watchdog ??= startWatchdog();
  watchdog.write(`+${pid}\n`);
}

function release(pid: number): void {
  running.delete(pid);
  watchdog?.write(`-${pid}\n`);
}

function startWatchdog(): Writable {
  const script = ["--require", "tsx/cjs", join(__dirname, "watchdog.ts")];
  const child = start(process.execPath, script, {
    cwd: join(__dirname, "..", ".."),
    stdio: ["pipe", "ignore", "ignore"],
  });
  unrefChild(child);
  if (!child.stdin) throw new Error("the watchdog has no input");
  const input = child.stdin;
  input.on("error", () => {});
  return input;
}

/** Lets this process end while the child runs: neither the child nor its pipes keep it alive. */
export function unrefChild(child: ChildProcess): void {
  child.unref();
  for (const stream of child.stdio)
    (stream as { unref?: () => void } | null | undefined)?.unref?.();
}

/** Adds an action that runs before a signal ends the command, after its children have ended. */
export function onStop(hook: () => void | Promise<void>): void {
  hooks.push(hook);
}

/** Ends all children and their children. */
async function endChildren(graceMs = GRACE_MS): Promise<void> {
  await Promise.all([...running].map((pid) => endTree(pid, graceMs)));
}

/** Makes a command stop cleanly on Ctrl-C, on SIGTERM, and when its parent process is gone. */
export function stopOnSignals(): void {
  const parent = process.ppid;
  const stop = async (code: number) => {
    if (ending) return;
    ending = true;
    if (running.size > 0) process.stderr.write("\nstopping...\n");
    await endChildren();
    for (const hook of hooks) await hook();
    process.exit(code);
  };
  process.on("SIGINT", () => stop(130));
  process.on("SIGTERM", () => stop(143));
  process.on("SIGHUP", () => stop(129));
  setInterval(() => {
    if (process.ppid !== parent) void stop(143);
  }, 500).unref();
}
