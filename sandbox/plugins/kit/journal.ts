/**
 * A journal of the objects that the plugins created, one line per object, written as soon as the id is known. The engine learns of an object when it is
 * ready, and a killed engine never does. The next update finds it here.
 */
import { appendFileSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

/** One line of `<sandbox>/stacks/<stack>/made.jsonl`. */
export interface Made {
  readonly urn: string;
  readonly id: string;
}

/** If an object has no id after this time, it will not be created. */
const PATIENCE_MS = 5_000;
let making = 0;

/** Creates an object, and writes it to the journal. */
export async function noted(urn: string, make: () => Promise<string>): Promise<string> {
  making += 1;
  try {
    const id = await make();
    const { SLIPWAY_SANDBOX: sandbox } = process.env;
    // `urn:pulumi:<stack>::...`
    const stack = urn.split(":")[2];
    if (sandbox && stack) {
      const line: Made = { urn, id };
      const folder = join(sandbox, "stacks", stack);
      mkdirSync(folder, { recursive: true });
      appendFileSync(join(folder, "made.jsonl"), `${JSON.stringify(line)}\n`);
    }
    return id;
  } finally {
    making -= 1;
  }
}

/** Resolves when all objects that are being created are in the journal. */
export async function allNoted(): Promise<void> {
  const deadline = Date.now() + PATIENCE_MS;
  while (making > 0 && Date.now() < deadline) await sleep(20);
}
