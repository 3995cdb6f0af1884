/** Deploys a service to two regions with one update. */
import { automation } from "@pulumi/pulumi";
import { deploy, describeChanges, destroy, preview, terminalProgress } from "slipway/automation";
import { program } from "./program";

async function main(operation = "up"): Promise<void> {
  const run = { up: deploy, preview, destroy }[operation];
  if (!run) {
    throw new Error(`unknown operation ${operation}: up, preview or destroy`);
  }
  const projectName = "regions";
  const stack = await automation.LocalWorkspace.createOrSelectStack(
    { stackName: "dev", projectName, program },
    // A refresh first: CI registers revisions of the task definitions.
    {
      projectSettings: {
        ...{ name: projectName, runtime: "nodejs" as const, main: process.cwd() },
        ...{ options: { refresh: "always" } },
      },
    },
  );
  const { changes } = await run(stack, { onProgress: terminalProgress() });
  process.stdout.write(`${describeChanges(changes)}\n`);
}

main(process.argv[2]).catch((error: Error) => {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
});
