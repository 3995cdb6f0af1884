import { fork } from "node:child_process";
import { join } from "node:path";
import type { DeployResult, Progress, StackArgs } from "slipway/automation";

/** The result for one stack. */
export interface Outcome {
  readonly stack: string;
  readonly services: readonly string[];
  readonly result: "changed" | "unchanged" | "failed" | "skipped";
  readonly seconds: number;
  readonly changes: DeployResult["changes"];
  /** The services with a resource that changed. */
  readonly changed: readonly string[];
  /** Why it failed, and what to do. */
  readonly error?: string;
}

/** What the process of a stack sends. */
export type Message =
  | { readonly progress: Progress }
  | { readonly done: Pick<DeployResult, "changes" | "resources" | "seconds"> }
  | { readonly failed: string };

export type Update = (
  args: StackArgs,
  options: { readonly signal: AbortSignal; readonly onProgress: (progress: Progress) => void },
) => Promise<Outcome>;

/**
 * Updates a stack in a process of its own, because inline programs of one process disturb each other. The process has its own process
 * group: Ctrl-C in the terminal must not reach its engine, which stops in order at the first signal and at once at the second.
 */
export const updateInProcess: Update = (args, { signal, onProgress }) =>
  new Promise((resolve) => {
    const since = Date.now();
    const child = fork(join(__dirname, "worker.ts"), { detached: true });
    const services = args.config.services.map(({ name }) => name);
    let outcome: Partial<Outcome> = {
      result: "failed",
      error: "its process ended without a result",
    };
    child.on("message", (message: Message) => {
      if ("progress" in message) onProgress(message.progress);
      else if ("failed" in message) outcome = { result: "failed", error: message.failed };
      else outcome = outcomeOf(message.done, services);
    });
    child.on("close", () => {
      const seconds = (Date.now() - since) / 1000;
      const base = { stack: args.stack, services, changes: {}, changed: [], seconds };
      resolve({ ...base, result: "failed", ...outcome });
    });
    signal.addEventListener("abort", () => child.connected && child.send("cancel"));
    child.send(args);
  });

function outcomeOf(
  { changes, resources }: Pick<DeployResult, "changes" | "resources">,
  services: readonly string[],
): Partial<Outcome> {
  const names = resources.map(({ label }) => label.split(" ").at(-1) ?? "");
  const changed = services.filter((service) =>
    names.some((name) => name === service || name.startsWith(`${service}-`)),
  );
  return { result: resources.length > 0 ? "changed" : "unchanged", changes, changed };
}

interface FleetOptions {
  /** How many stacks are updated at the same time. */
  readonly parallel: number;
  /** Starts no further stack after a failure. */
  readonly stopOnFailure: boolean;
  readonly signal: AbortSignal;
  readonly onProgress: (stack: string, progress: Progress) => void;
}

/** Updates all stacks, some at a time, and returns the result of each. */
export async function updateAll(
  stacks: readonly StackArgs[],
  update: Update,
  { parallel, stopOnFailure, signal, onProgress }: FleetOptions,
): Promise<readonly Outcome[]> {
  const outcomes = new Map<string, Outcome>();
  let stopped = false;
  const queue = stacks.values();
  const work = async () => {
    // All workers take from one iterator, so each stack is taken once.
    for (const args of queue) {
      const { stack } = args;
      if (stopped || signal.aborted) {
        outcomes.set(stack, skipped(args));
        continue;
      }
      const report = (progress: Progress) => onProgress(stack, progress);
      const outcome = await update(args, { signal, onProgress: report });
      outcomes.set(stack, outcome);
      stopped ||= stopOnFailure && outcome.result === "failed";
    }
  };
  await Promise.all(Array.from({ length: parallel }, work));
  return stacks.flatMap(({ stack }) => outcomes.get(stack) ?? []);
}

function skipped({ stack, config }: StackArgs): Outcome {
  const services = config.services.map(({ name }) => name);
  return { stack, services, result: "skipped", seconds: 0, changes: {}, changed: [] };
}
