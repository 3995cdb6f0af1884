/** How the commands of `tools/` begin and end. */
import { parseArgs } from "node:util";
import { ConfigurationError } from "../components/index";

/** A mistake in the command line. */
export class UsageError extends Error {}

/** The command line is correct, but the command cannot do its work. */
export class CannotError extends Error {}

/** The user pressed Ctrl-C at a question, or answered no. */
export class Cancelled extends Error {}

/**
 * Runs a command, and returns its exit code: 2 after a mistake in the command line, with `help` below it; 1 after one in a file, if
 * it cannot be done, or if the user cancels. These are printed without a stack trace.
 */
export async function runCommand(command: () => Promise<number>, help: string): Promise<number> {
  try {
    return await command();
  } catch (error) {
    if (error instanceof UsageError) {
      process.stderr.write(`${error.message}\n${help}`);
      return 2;
    }
    if ([ConfigurationError, Cancelled, CannotError].some((kind) => error instanceof kind)) {
      process.stderr.write(`${(error as Error).message}\n`);
      return 1;
    }
    throw error;
  }
}

/** Node's `parseArgs`, whose errors are mistakes in the command line. */
export const parseCommandLine: typeof parseArgs = (config) => {
  try {
    return parseArgs(config);
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
};
