/** Runs the property test; `run.ts` is the long version, `ownership.test.ts` the short one. */
import { createRequire } from "node:module";
import fc from "fast-check";
import type { Aws } from "./aws";
import { Life, life, type Step } from "./life";

const length = 10;

export interface Options {
  readonly sequences: number;
  readonly seed: number;
  /** The path that an earlier run printed: runs only that sequence. */
  readonly path?: string | undefined;
  readonly onSequence?: (done: number) => void;
  /** Receives the first failing sequence and each shorter one: the search for the shortest takes minutes. */
  readonly onFailure?: (sequence: string, error: Error) => void;
}

export interface Outcome {
  readonly sequences: number;
  readonly steps: number;
  readonly failures: number;
  readonly seed: number;
}

export interface Report extends Outcome {
  /** The shortest counterexample, and the command that replays it. */
  readonly counterexample?: string;
}

export async function runLives(aws: Aws, options: Options): Promise<Report> {
  const { sequences, seed, path, onSequence, onFailure } = options;
  let [done, steps, failed] = [0, 0, false];
  const timers = hurry();
  try {
    const property = fc.asyncProperty(life(length), async (sequence) => {
      try {
        const one = new Life(aws);
        await one.begin();
        for (const step of sequence) {
          await one.take(step);
          steps += failed ? 0 : 1;
        }
      } catch (error) {
        onFailure?.(describeSteps(sequence), error as Error);
        failed = true;
        throw error;
      }
      done += failed ? 0 : 1;
      if (!failed) {
        onSequence?.(done);
      }
    });
    const result = await fc.check(property, { numRuns: sequences, seed, ...(path && { path }) });
    const { counterexample, counterexamplePath, errorInstance } = result;
    return {
      ...{ sequences: done, steps, failures: result.failed ? 1 : 0, seed },
      ...(result.failed && {
        counterexample: `${describeSteps(counterexample?.[0] ?? [])}\n\n${errorInstance}\n\nAgain: npm run test:ownership -- --seed ${seed} --path ${counterexamplePath}`,
      }),
    };
  } finally {
    timers.restore();
  }
}

function describeSteps(sequence: readonly Step[]): string {
  return sequence
    .filter(({ type }) => type !== "nothing")
    .map((step) => `  ${JSON.stringify(step)}`)
    .join("\n");
}

/**
 * An update that waits for a release polls every few seconds; a hundredth of that is enough here. It also logs that it
 * waits; without an engine, this goes to the console.
 */
function hurry() {
  const load = createRequire(__filename);
  const [timers, log] = [load("node:timers/promises"), load("@pulumi/pulumi/log")];
  const { setTimeout } = timers;
  const { info } = log;
  log.info = async () => {};
  timers.setTimeout = (milliseconds: number, ...rest: unknown[]) =>
    setTimeout(milliseconds / 100, ...rest);
  return {
    restore() {
      timers.setTimeout = setTimeout;
      log.info = info;
    },
  };
}
