/**
 * Pulumi takes the stack of each of its promises (thousands a run) for an optional report on leaks, and ts-node maps every frame of
 * it to its TypeScript source. Unless the report is asked for, these stacks are not taken. Errors keep theirs.
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
