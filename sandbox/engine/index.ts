/** Finds or installs the programs that a sandbox needs, once per machine. */
import { findAct } from "./act";
import { type Engine, findEngine } from "./pulumi";
import { pythonEnvironment } from "./python";

export interface Tools {
  readonly engine: Engine;
  /** The executable of act, which runs workflows. */
  readonly act: string;
  /** The folder of `python`, `aws` and `zizmor`. */
  readonly python: string;
}

export async function findTools(): Promise<Tools> {
  const python = pythonEnvironment();
  const programs = findPrograms();
  // Waits for both: an error is thrown only after every installation has ended.
  await Promise.allSettled([python, programs]);
  return { python: await python, ...(await programs) };
}

/** One after the other: each build uses all cores. */
async function findPrograms(): Promise<Pick<Tools, "act" | "engine">> {
  const engine = await findEngine();
  return { engine, act: await findAct() };
}

export type { Engine };
