/** `npm run init` */
import { join } from "node:path";
import { runCommand } from "../command";
import { terminalPrompts } from "./prompts";
import { run } from "./run";

const project = join(__dirname, "..", "..");

async function main(): Promise<number> {
  const { stdin, stdout, env } = process;
  const asks = stdin.isTTY === true && stdout.isTTY === true && !env.CI;
  const report = await run(process.argv.slice(2), project, {
    // npm changes to the project's folder.
    cwd: env.INIT_CWD ?? process.cwd(),
    env,
    say: (text) => void stdout.write(`${text}\n`),
    prompts: asks ? await terminalPrompts() : undefined,
  });
  stdout.write(report);
  return 0;
}

void runCommand(main, "npm run init -- --help lists the options\n").then((code) => {
  process.exitCode = code;
});
