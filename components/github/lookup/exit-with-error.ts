import * as pulumi from "@pulumi/pulumi";

/**
 * The exit code for an error that is already printed: `nodeJSProcessExitedAfterLoggingUserActionableMessage` in @pulumi/pulumi,
 * `cmd/run`.
 */
const errorAlreadyPrinted = 32;

/**
 * Prints an error and exits while a call is still running. Pulumi would wait for the call before it prints an error, and a call
 * cannot be cancelled. Exits only if Pulumi started the process: under the Automation API, the process is the user's.
 */
export async function exitWithError(
  error: Error,
  main = require.main?.filename ?? "",
): Promise<void> {
  if (/[\\/]@pulumi[\\/]pulumi[\\/]cmd[\\/]run/.test(main)) {
    await pulumi.log.error(error.message);
    process.exit(errorAlreadyPrinted);
  }
}
