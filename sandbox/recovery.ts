/** What an update that was killed leaves behind: its lock, and operations of which nobody knows how they ended. */
import { readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type Deployment, mendPending } from "./pending";
import { isAlive } from "./process-tree";
import { mustRun } from "./processes";
import { CHECKOUT, projectName } from "./stack-file";

export interface Stack {
  /** The sandbox's. */
  readonly folder: string;
  readonly stack: string;
  readonly cwd?: string;
  readonly env: NodeJS.ProcessEnv;
  readonly account: string;
  /** The engine's executable. */
  readonly engine: string;
}

export async function recover(stack: Stack): Promise<void> {
  const project = await projectName(stack.cwd);
  const backend = join(stack.folder, "state", ".pulumi");
  await unlock(join(backend, "locks", "organization", project, stack.stack));
  const file = join(backend, "stacks", project, `${stack.stack}.json`);
  const state = await readFile(file, "utf8").catch(() => "");
  if (state.includes('"pending_operations"')) await mend(stack);
}

/** The lock of an update that lives is left alone. */
async function unlock(folder: string): Promise<void> {
  const files = await readdir(folder).catch(() => []);
  for (const file of files.filter((name) => name.endsWith(".json"))) {
    const text = await readFile(join(folder, file), "utf8").catch(() => "{}");
    const { pid } = JSON.parse(text) as { pid?: number };
    if (pid === undefined || isAlive(pid)) continue;
    await rm(join(folder, file), { force: true });
    await rm(join(folder, `${file}.attrs`), { force: true });
  }
}

async function mend({ folder, stack, cwd = CHECKOUT, env, account, engine }: Stack): Promise<void> {
  const exported = await mustRun(engine, ["stack", "export"], { cwd, env });
  const mended = mendPending(JSON.parse(exported.stdout) as Deployment, account);
  if (!mended) return;
  const file = join(folder, "stacks", stack, "mended.json");
  await writeFile(file, JSON.stringify(mended), { mode: 0o600 });
  await mustRun(engine, ["stack", "import", "--file", file], { cwd, env });
  await rm(file);
}
