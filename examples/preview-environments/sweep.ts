import type { Environment } from "./environments";
import { describeDuration } from "./lifetime";

/** Why an environment must go; undefined if it stays. */
export function reasonToDestroy(
  { branch, expires }: Environment,
  branches: ReadonlySet<string>,
  now: Date,
): string | undefined {
  if (!branches.has(branch)) {
    return `the branch ${branch} does not exist any more`;
  }
  return expires <= now ? `its time was over at ${expires.toISOString()}` : undefined;
}

/** The result for one environment. */
export interface Outcome {
  readonly name: string;
  readonly result: "kept" | "destroyed" | "failed" | "skipped";
  readonly why: string;
}

interface SweepParts {
  readonly branches: ReadonlySet<string>;
  readonly read: (name: string) => Promise<Environment | undefined>;
  readonly destroy: (name: string) => Promise<void>;
  /** Whether to destroy no further environment. */
  readonly isStopped: () => boolean;
}

/** Destroys the environments that must go, one after the other, and goes on after a failure. */
export async function sweep(
  names: readonly string[],
  { branches, read, destroy, isStopped }: SweepParts,
): Promise<readonly Outcome[]> {
  const outcomes: Outcome[] = [];
  for (const name of names) {
    if (isStopped()) {
      outcomes.push({ name, result: "skipped", why: "the sweep was stopped" });
      continue;
    }
    try {
      // Reads the environment only now: somebody may have given it more time in the meantime.
      const environment = await read(name);
      const now = new Date();
      const why = environment && reasonToDestroy(environment, branches, now);
      if (why !== undefined) await destroy(name);
      outcomes.push({
        name,
        result: why === undefined ? "kept" : "destroyed",
        why: why ?? (environment ? timeLeft(environment, now) : "its creation has just started"),
      });
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      outcomes.push({ name, result: "failed", why });
    }
  }
  return outcomes;
}

/** `7 h 59 min left` */
export function timeLeft({ expires }: Environment, now: Date): string {
  const left = expires.getTime() - now.getTime();
  return left > 0 ? `${describeDuration(left)} left` : `over since ${describeDuration(-left)}`;
}
