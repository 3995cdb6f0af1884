/** `npm run init` */
import { join } from "node:path";
import { ConfigurationError } from "../../components/index";
import { UsageError } from "../forecast/stack";
import { Cancelled, terminalPrompts } from "./prompts";
import { run } from "./run";

const project = join(__dirname, "..", "..");

async function main(): Promise<number> {
  const { stdin, stdout, stderr, env } = process;
  const asks = stdin.isTTY === true && stdout.isTTY === true && !env.CI;
  try {
    const report = await run(process.argv.slice(2), project, {
      // npm changes to the project's folder.
      cwd: env.INIT_CWD ?? process.cwd(),
      env,
      say: (text) => void stdout.write(`${text}\n`),
      prompts: asks ? await terminalPrompts() : undefined,
    });
    stdout.write(report);
    return 0;
  } catch (error) {
    if (error instanceof UsageError) {
      stderr.write(`${error.message}\nnpm run init -- --help lists the options\n`);
      return 2;
    }
    if (error instanceof ConfigurationError || error instanceof Cancelled) {
      stderr.write(`${error.message}\n`);
      return 1;
    }
    throw error;
  }
}

void main().then((code) => {
  process.exitCode = code;
});
