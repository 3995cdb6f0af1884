/** `npm run test:ownership -- [--sequences 200] [--seed N] [--path P]`: ends with one line of JSON. */
import { parseArgs } from "node:util";
import { startAws } from "./aws";
import { runLives } from "./property";

async function main(): Promise<void> {
  const options = { sequences: {}, seed: {}, path: {} } as const;
  const { values } = parseArgs({
    options: Object.fromEntries(Object.keys(options).map((name) => [name, { type: "string" }])),
  }) as { values: { sequences?: string; seed?: string; path?: string } };
  const sequences = number("sequences", values.sequences ?? "200");
  const seed = number("seed", values.seed ?? String(Date.now() % 2 ** 31));
  console.log(`${sequences} sequences of 10 steps, seed ${seed}`);
  const aws = await startAws();
  try {
    const start = Date.now();
    const onSequence = (done: number) => {
      if (done % 10 === 0) {
        console.log(`${done} of ${sequences}, ${Math.round((Date.now() - start) / 1000)} s`);
      }
    };
    const onFailure = (sequence: string, error: Error) =>
      console.log(`\nFails; looking for a shorter one:\n${sequence}\n${error.message}`);
    const { counterexample, ...outcome } = await runLives(aws, {
      sequences,
      seed,
      path: values.path,
      onSequence,
      onFailure,
    });
    if (counterexample) {
      console.log(`\nThe shortest sequence that fails:\n${counterexample}\n`);
    }
    console.log(JSON.stringify(outcome));
    process.exitCode = outcome.failures > 0 ? 1 : 0;
  } finally {
    await aws.stop();
  }
}

function number(name: string, text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 0) {
    throw new Error(`--${name} is a whole number, not ${text}`);
  }
  return value;
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
