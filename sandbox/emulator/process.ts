/** Starts and stops the AWS emulator's process. */
import { closeSync, mkdirSync, openSync } from "node:fs";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Writable } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import { withoutProxy } from "../base/loopback";
import { commandLine, isAlive } from "../base/process-tree";
import { start, unrefChild } from "../base/processes";

export interface Moto {
  readonly pid: number;
  readonly port: number;
  /** Keeps it running after the command that started it ends. */
  readonly keep: () => void;
}

const SERVER = join(__dirname, "server.py");
const LOG = "moto.log";
/** The files in the sandbox's folder that the running emulator uses; `aws_cli_client.py` names the socket. */
export const MOTO_FILES = [LOG, "aws.sock"];
const START_MS = 60_000;

/** Starts the emulator. Until `keep` is called, it ends when this process ends. */
export async function startMoto(folder: string, python: string): Promise<Moto> {
  mkdirSync(folder, { recursive: true });
  const path = join(folder, LOG);
  const log = openSync(path, "a");
  const child = start(join(python, "python"), ["-B", SERVER, "--sandbox", folder], {
    cwd: folder,
    env: environment(),
    stdio: ["pipe", "pipe", log],
  });
  closeSync(log);
  const { stdin, stdout } = child;
  if (!stdin || !stdout) throw new Error("moto has no pipes");
  stdin.on("error", () => {});
  const line = await Promise.race([
    new Promise<string>((resolve) => createInterface({ input: stdout }).once("line", resolve)),
    new Promise<undefined>((resolve) => child.once("exit", () => resolve(undefined))),
    sleep(START_MS, undefined, { ref: false }),
  ]);
  if (line === undefined) {
    child.kill("SIGKILL");
    const text = await readFile(path, "utf8").catch(() => "");
    const last = text.trimEnd().split("\n").slice(-10).join("\n");
    throw new Error(`moto, the AWS emulator, did not start. The end of ${path}:\n${last}`);
  }
  unrefChild(child);
  return { ...(JSON.parse(line) as { pid: number; port: number }), keep: () => keep(stdin) };
}

/** Writes `<folder>/bin/aws`, which sends its call to the AWS CLI that the emulator keeps loaded. */
export async function installAwsCli(folder: string, python: string): Promise<void> {
  const bin = join(folder, "bin");
  await mkdir(bin, { recursive: true });
  const client = [join(python, "python"), "-ISE", join(__dirname, "aws_cli_client.py")];
  const command = [...client, folder, join(python, "aws")].map(quoted).join(" ");
  await writeFile(join(bin, "aws"), `#!/bin/sh\nexec ${command} "$@"\n`, { mode: 0o755 });
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

function keep(stdin: Writable): void {
  if (!stdin.writableEnded) stdin.end("keep\n");
}

/** The environment without the user's AWS settings, which the emulator must not use. It calls itself, past any proxy. */
function environment(): NodeJS.ProcessEnv {
  const own = Object.entries(process.env).filter(([name]) => !/^(AWS|MOTO|PYTHON)/.test(name));
  return {
    ...Object.fromEntries(own),
    ...withoutProxy(process.env),
    PYTHONUNBUFFERED: "1",
    // macOS ends a fork that first uses its frameworks; each call of the AWS CLI is a fork.
    OBJC_DISABLE_INITIALIZE_FORK_SAFETY: "YES",
  };
}

/** Is this process still the emulator of this sandbox, and not another one with the same id? */
export function isMoto(pid: number, folder: string): boolean {
  if (!isAlive(pid)) return false;
  const command = commandLine(pid).join(" ");
  return command.includes("server.py") && command.includes(folder);
}

/** Deletes all accounts of the emulator; false if it does not answer. */
export async function resetMoto(endpoint: string): Promise<boolean> {
  const answer = await fetch(`${endpoint}/moto-api/reset`, { method: "POST" }).catch(
    () => undefined,
  );
  return answer?.ok === true;
}

export async function stopMoto(pid: number, folder: string): Promise<void> {
  if (!isMoto(pid, folder)) return;
  process.kill(pid, "SIGKILL");
  while (isAlive(pid)) await sleep(10);
}
