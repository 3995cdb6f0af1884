/** `npm run forecast -- --stack prod` */
import { runCommand } from "../command";
import { run } from "./run";

async function main(): Promise<number> {
  const { stdout, env } = process;
  // https://no-color.org: any value but the empty one.
  const colour = stdout.isTTY === true && !env.NO_COLOR;
  const width = stdout.isTTY ? Math.max(40, Math.min(stdout.columns || 80, 140)) : 80;
  stdout.write(`${await run(process.argv.slice(2), { colour, width })}\n`);
  return 0;
}

void runCommand(main, "npm run forecast -- --help lists the options\n").then((code) => {
  process.exitCode = code;
});
