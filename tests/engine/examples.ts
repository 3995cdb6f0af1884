/** Runs the examples that are programs. */
import { exampleCommand } from "../../examples/run";
import { type RunResult, run } from "../../sandbox/base/processes";
import { CHECKOUT } from "../../sandbox/sandbox";
import { attachedPlugins } from "./attached";
import { LESS_WORK, sandbox } from "./harness";

export async function runExample(name: string, ...flags: readonly string[]): Promise<RunResult> {
  const { args, env } = await exampleCommand(await sandbox(), name, flags);
  const attached = await attachedPlugins(env);
  return run(process.execPath, args, { env: { ...env, ...LESS_WORK, ...attached }, cwd: CHECKOUT });
}
