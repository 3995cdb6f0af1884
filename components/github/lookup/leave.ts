import * as pulumi from "@pulumi/pulumi";

/** `nodeJSProcessExitedAfterLoggingUserActionableMessage` of @pulumi/pulumi, `cmd/run`: the error has been told. */
const told = 32;

/**
 * Ends the program with an error although a call of it has no end: Pulumi waits for every call before it tells an error, and no call can
 * be taken back. Only where the process is Pulumi's own runner of programs: under the Automation API it is the user's.
 */
export async function leave(error: Error, main = require.main?.filename ?? ""): Promise<void> {
  if (/[\\/]@pulumi[\\/]pulumi[\\/]cmd[\\/]run/.test(main)) {
    await pulumi.log.error(error.message);
    process.exit(told);
  }
}
