/** Updates all stacks of a fleet, a few at a time, and reports the result of each. */
import { parseArgs } from "node:util";
import { Display } from "./display";
import { fleet } from "./fleet";
import { renderReport } from "./report";
import { updateAll, updateInProcess } from "./update";

const usage = `Options:
  --stacks a,b        only these; default: all
  --parallel 2        how many stacks are updated at the same time
  --stop-on-failure   starts no further stack after one has failed
  --json              prints the report as JSON

Exit codes: 0 if all stacks are up to date, 1 if one failed or was skipped, 2 if the options are wrong.`;

async function main(args: string[]): Promise<number> {
  const { values } = parseArgs({
    args,
    options: {
      stacks: { type: "string", default: fleet.map(({ stack }) => stack).join(",") },
      parallel: { type: "string", default: "2" },
      "stop-on-failure": { type: "boolean", default: false },
      json: { type: "boolean", default: false },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) {
    process.stdout.write(`${usage}\n`);
    return 0;
  }
  const parallel = Number(values.parallel);
  if (!Number.isInteger(parallel) || parallel < 1) {
    throw new TypeError(`--parallel needs a whole number from 1, not ${values.parallel}`);
  }
  const names = values.stacks.split(",");
  const stacks = fleet.filter(({ stack }) => names.includes(stack));
  const unknown = names.filter((name) => !stacks.some(({ stack }) => stack === name));
  if (unknown.length > 0) {
    throw new TypeError(`--stacks: the fleet has no ${unknown.join(", ")}`);
  }
  const abort = new AbortController();
  process.on("SIGINT", () => {
    process.stderr.write("Stopping: each engine completes what it has started.\n");
    abort.abort();
  });
  const display = new Display(process.stderr);
  const since = Date.now();
  const outcomes = await updateAll(stacks, updateInProcess, {
    parallel,
    stopOnFailure: values["stop-on-failure"],
    signal: abort.signal,
    onProgress: (stack, progress) => display.report(stack, progress),
  });
  const seconds = (Date.now() - since) / 1000;
  const report = values.json ? JSON.stringify(outcomes, null, 2) : renderReport(outcomes, seconds);
  process.stdout.write(`${report}\n`);
  return outcomes.every(({ result }) => result === "changed" || result === "unchanged") ? 0 : 1;
}

main(process.argv.slice(2)).then(
  (code) => {
    process.exitCode = code;
  },
  (error: Error) => {
    process.stderr.write(`${error.message}\n${error instanceof TypeError ? `${usage}\n` : ""}`);
    process.exitCode = 2;
  },
);
