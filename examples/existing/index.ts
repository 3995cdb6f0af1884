/** Deploys one service into what exists; `destroy` deletes only what the deployment created. */
import {
  deploy,
  describeChanges,
  destroy,
  openStack,
  preview,
  terminalProgress,
} from "slipway/automation";
import { config } from "./config";

async function main(operation = "up"): Promise<void> {
  const { EXISTING } = process.env;
  if (!EXISTING) {
    throw new Error("EXISTING is missing: the ids of what exists, as JSON (see config.ts)");
  }
  const stack = await openStack({
    stack: "dev",
    project: "existing",
    config: config(JSON.parse(EXISTING)),
  });
  const options = { onProgress: terminalProgress() };
  const run = { up: deploy, preview, destroy }[operation];
  if (!run) {
    throw new Error(`unknown operation ${operation}: up, preview or destroy`);
  }
  const { changes } = await run(stack, options);
  process.stdout.write(`${describeChanges(changes)}\n`);
}

main(process.argv[2]).catch((error: Error) => {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
});
