const GRACE_MS = 500;

/**
 * Runs an operation, and calls `stop` if the program has an error that nobody handles. The CLI ends such a program. An inline program
 * would wait forever for a value that never comes, with the stack locked: `newUncaughtHandler` in
 * https://github.com/pulumi/pulumi/blob/v3.250.0/sdk/nodejs/automation/server.ts only reports the error.
 */
export async function stopOnUnhandled<T>(
  stop: () => void,
  operation: () => Promise<T>,
): Promise<T> {
  const timers: NodeJS.Timeout[] = [];
  const onError = (error: unknown) => {
    // An error of the engine itself, which ends the update without help.
    if (typeof (error as { code?: unknown } | undefined)?.code === "number") return;
    // The engine must get Pulumi's report of the error first.
    timers.push(setTimeout(stop, GRACE_MS));
  };
  process.on("unhandledRejection", onError);
  process.on("uncaughtException", onError);
  try {
    return await operation();
  } finally {
    process.off("unhandledRejection", onError);
    process.off("uncaughtException", onError);
    timers.forEach(clearTimeout);
  }
}
