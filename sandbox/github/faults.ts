/** Faults between the plugin and GitHub, for tests: `faults.json` in the repositories' folder. */
import { join } from "node:path";
import { readJson, writeAtomically } from "../base/lock";

export interface Fault {
  /** A regular expression that matches the endpoint. */
  readonly endpoint: string;
  /** The status that GitHub answers with. */
  readonly status?: number;
  /** The time until the answer. */
  readonly seconds?: number;
  /** The connection is refused or dropped. */
  readonly dropped?: boolean;
}

export async function writeFaults(root: string, faults: readonly Fault[]): Promise<void> {
  await writeAtomically(join(root, "faults.json"), `${JSON.stringify(faults)}\n`);
}

export async function readFault(root: string, endpoint: string): Promise<Fault | undefined> {
  const faults = await readJson<readonly Fault[]>(join(root, "faults.json"), []);
  return faults.find((fault) => new RegExp(fault.endpoint).test(endpoint));
}
