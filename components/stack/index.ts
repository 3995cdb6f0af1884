/** A whole stack, from its configuration. */
export { createStack } from "./create-stack";
export type { DatabaseOutput, FrontendOutput, ServiceOutputs, StackOutputs } from "./outputs";
export type { SharedOutput } from "./shared";
