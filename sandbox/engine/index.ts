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
  // One after the other: each build uses all cores, and shows its progress on its own line.
  const python = await pythonEnvironment();
  const engine = await findEngine();
  return { engine, act: await findAct(), python };
}

export type { Engine };
