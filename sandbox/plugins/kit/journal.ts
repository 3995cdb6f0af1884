/**
 * The objects that the plugins made, a line each, noted as soon as their ids are known. The engine learns of an object when it is
 * ready, and one that was killed never does: the next update finds it here.
 */
import { appendFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

/** One line of `<sandbox>/stacks/<stack>/made.jsonl`. */
export interface Made {
  readonly urn: string;
  readonly id: string;
}

/** An object without an id for longer than this is not going to be made. */
const PATIENCE_MS = 5_000;
let making = 0;

/** Makes an object, and notes it. */
export async function noted(urn: string, make: () => Promise<string>): Promise<string> {
  making += 1;
  try {
    const id = await make();
    const { SLIPWAY_SANDBOX: sandbox } = process.env;
    // `urn:pulumi:<stack>::...`
    const stack = urn.split(":")[2];
    if (sandbox && stack) {
      const line: Made = { urn, id };
      appendFileSync(join(sandbox, "stacks", stack, "made.jsonl"), `${JSON.stringify(line)}\n`);
    }
    return id;
  } finally {
    making -= 1;
  }
}

/** Resolves when all that is being made has been noted. */
export async function allNoted(): Promise<void> {
  const deadline = Date.now() + PATIENCE_MS;
  while (making > 0 && Date.now() < deadline) await sleep(20);
}
