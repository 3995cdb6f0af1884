/** Cleans up after a killed update: its lock, and the operations whose result the engine does not know. */
import { readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { isAlive } from "../base/process-tree";
import { mustRun } from "../base/processes";
import type { Made } from "../plugins/kit/journal";
import { CHECKOUT, projectName } from "../stack-file";
import { type Deployment, resolvePending } from "./pending";

export interface Stack {
  /** The sandbox's folder. */
  readonly folder: string;
  readonly stack: string;
  readonly cwd?: string;
  readonly env: NodeJS.ProcessEnv;
  /** The engine's executable. */
  readonly engine: string;
}

export async function recover(stack: Stack): Promise<void> {
  const project = await projectName(stack.cwd);
  const backend = join(stack.folder, "state", ".pulumi");
  if (await isLocked(join(backend, "locks", "organization", project, stack.stack))) return;
  const file = join(backend, "stacks", project, `${stack.stack}.json`);
  const state = await readFile(file, "utf8").catch(() => "");
  const journal = join(stack.folder, "stacks", stack.stack, "made.jsonl");
  if (state.includes('"pending_operations"')) await resolve(stack, await readJournal(journal));
  await rm(journal, { force: true });
}

/** Removes the locks of updates that have died; returns true if an update still runs. */
async function isLocked(folder: string): Promise<boolean> {
  const files = await readdir(folder).catch(() => []);
  let locked = false;
  for (const file of files.filter((name) => name.endsWith(".json"))) {
    const text = await readFile(join(folder, file), "utf8").catch(() => "{}");
    const { pid } = JSON.parse(text) as { pid?: number };
    if (pid !== undefined && isAlive(pid)) locked = true;
    else await rm(join(folder, file), { force: true });
  }
  return locked;
}

async function readJournal(file: string): Promise<Made[]> {
  const text = await readFile(file, "utf8").catch(() => "");
  // A last line without a line break was not written completely.
  const lines = text.split("\n").slice(0, -1);
  return lines.map((line) => JSON.parse(line) as Made);
}

async function resolve(
  { folder, stack, cwd = CHECKOUT, env, engine }: Stack,
  made: readonly Made[],
): Promise<void> {
  const exported = await mustRun(engine, ["stack", "export"], { cwd, env });
  const resolved = resolvePending(JSON.parse(exported.stdout) as Deployment, made);
  if (!resolved) return;
  const file = join(folder, "stacks", stack, "resolved.json");
  await writeFile(file, JSON.stringify(resolved), { mode: 0o600 });
  await mustRun(engine, ["stack", "import", "--file", file], { cwd, env });
  await rm(file);
}
