/**
 * Pulumi takes the stack of each of its promises (thousands a run) for an optional report on leaks, and ts-node maps every frame of
 * it to its TypeScript source. The mapping is left out for these stacks, unless the report is asked for. Errors keep their stacks.
 */
const { prepareStackTrace } = Error;
if (prepareStackTrace && !process.env.PULUMI_DEBUG_PROMISE_LEAKS) {
  Error.prepareStackTrace = (error, frames) =>
    frames[0]?.getFunctionName() === "debuggablePromise" ? "" : prepareStackTrace(error, frames);
}
