/**
 * `slipway/automation`: stacks from a program of your own, through Pulumi's Automation API. It adds what that API does not have: typed
 * configuration and outputs, checks before the engine starts, progress as data, and errors that say what to do.
 * @module
 */

export { ConfigurationError, type Problem } from "../shared/errors";
export type {
  DatabaseOutput,
  FrontendOutput,
  ServiceOutputs,
  SharedOutput,
  StackOutputs,
} from "../stack";
export type { FailureReason } from "./advice";
export { AutomationError, type AutomationErrorDetails } from "./errors";
export type { Lock } from "./lock";
export { openStack, type StackArgs } from "./open-stack";
export {
  type DeployedOutputs,
  type DeployOptions,
  type DeployResult,
  type DestroyOptions,
  type DestroyResult,
  deploy,
  destroy,
  type OperationOptions,
  type OperationResult,
  outputs,
  type PreviewOptions,
  type PreviewResult,
  preview,
} from "./operations";
export { type ProgramConfig, type ProviderConfig, program } from "./program";
export type {
  EndProgress,
  MessageProgress,
  Progress,
  ResourceChange,
  ResourceProgress,
  WaitingProgress,
} from "./progress";
export { describeChanges, type ProgressStream, terminalProgress } from "./terminal";
