/**
 * Makes the program start faster. For an optional report on leaks, Pulumi records a stack trace for each of its promises
 * (thousands per run), and ts-node maps every frame to its TypeScript source. Without the report, this skips these stack traces.
 * Errors keep their stack traces.
 */
const debuggable = require("@pulumi/pulumi/runtime/debuggable");

const { debuggablePromise } = debuggable;
if (debuggablePromise && !process.env.PULUMI_DEBUG_PROMISE_LEAKS) {
  debuggable.debuggablePromise = (promise, context) => {
    const { stackTraceLimit } = Error;
    Error.stackTraceLimit = 0;
    try {
      return debuggablePromise(promise, context);
    } finally {
      Error.stackTraceLimit = stackTraceLimit;
    }
  };
}
