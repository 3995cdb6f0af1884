/** `npm run from:copilot -- DIR` */
import { join } from "node:path";
import { ConfigurationError } from "../../components/index";
import { UsageError } from "../forecast/stack";
import { run } from "./run";

async function main(): Promise<number> {
  const { stdout, stderr, env } = process;
  try {
    // npm changes to the project's folder.
    const cwd = env.INIT_CWD ?? process.cwd();
    stdout.write(await run(process.argv.slice(2), join(__dirname, "..", ".."), { cwd, env }));
    return 0;
  } catch (error) {
    if (error instanceof UsageError) {
      stderr.write(`${error.message}\nnpm run from:copilot -- --help lists the options\n`);
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
