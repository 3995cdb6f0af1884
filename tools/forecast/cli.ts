/** `npm run forecast -- --stack prod` */
import { ConfigurationError } from "../../components/index";
import { run } from "./run";
import { UsageError } from "./stack";

const { stdout, stderr, env } = process;

async function main(): Promise<number> {
  try {
    // https://no-color.org: any value but the empty one.
    const colour = stdout.isTTY === true && !env.NO_COLOR;
    const width = stdout.isTTY ? Math.max(40, Math.min(stdout.columns || 80, 140)) : 80;
    stdout.write(`${await run(process.argv.slice(2), { colour, width })}\n`);
    return 0;
  } catch (error) {
    if (error instanceof UsageError) {
      stderr.write(`${error.message}\nnpm run forecast -- --help lists the options\n`);
      return 2;
    }
    if (error instanceof ConfigurationError) {
      stderr.write(`${error.message}\n`);
      return 1;
    }
    throw error;
  }
}

void main().then((code) => {
  process.exitCode = code;
});
