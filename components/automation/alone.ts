let last: Promise<unknown> = Promise.resolve();

/**
 * Runs an operation after those that run already. Pulumi lets inline programs of one process run at the same time, but each of them
 * reports the unhandled errors of all: one stack that fails would fail the others (`newUncaughtHandler` in
 * https://github.com/pulumi/pulumi/blob/v3.250.0/sdk/nodejs/automation/server.ts).
 */
export function alone<T>(operation: () => Promise<T>): Promise<T> {
  const mine = last.then(operation);
  last = mine.catch(() => {});
  return mine;
}
