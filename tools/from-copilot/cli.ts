/** `npm run from:copilot -- DIR` */
import { join } from "node:path";
import { runCommand } from "../command";
import { run } from "./run";

async function main(): Promise<number> {
  const { stdout, env } = process;
  // npm changes to the project's folder.
  const cwd = env.INIT_CWD ?? process.cwd();
  stdout.write(await run(process.argv.slice(2), join(__dirname, "..", ".."), { cwd, env }));
  return 0;
}

void runCommand(main, "npm run from:copilot -- --help lists the options\n").then((code) => {
  process.exitCode = code;
});
