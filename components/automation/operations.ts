import type * as pulumi from "@pulumi/pulumi";
import type { automation } from "@pulumi/pulumi";
import type { StackOutputs } from "../stack";
import { alone } from "./alone";
import { explained } from "./errors";
import { type Lock, whenUnlocked } from "./lock";
import {
  type EndProgress,
  EventReader,
  isChange,
  type Progress,
  type ResourceChange,
} from "./progress";
import { stopOnUnhandled } from "./unhandled";

/** The options of all operations, in addition to Pulumi's. */
export interface OperationOptions {
  /** Gets each step as data; `terminalProgress` prints them. @default no progress */
  readonly onProgress?: (progress: Progress) => void;
  /**
   * Cancels the operation. The engine completes what has started, writes the state and removes its lock, which can take minutes: a
   * load balancer's creation is not interrupted.
   *
   * @default never
   */
  readonly signal?: AbortSignal;
  /** How many seconds to wait while another process updates the stack. @default 0: a lock is an error at once */
  readonly lockTimeout?: number;
}

/** Options of `deploy`: those of Pulumi's `up`, too. */
export type DeployOptions = OperationOptions & Omit<automation.UpOptions, "program">;
/** Options of `preview`: those of Pulumi's `preview`, too. */
export type PreviewOptions = OperationOptions & Omit<automation.PreviewOptions, "program">;
/** Options of `destroy`: those of Pulumi's `destroy`, too. */
export type DestroyOptions = OperationOptions & automation.DestroyOptions;

/** The outputs of a stack, as plain values. */
export type DeployedOutputs = pulumi.Unwrap<StackOutputs>;

/** What an operation did, or would do. */
export interface OperationResult {
  /** The number of resources by what happens to them. */
  readonly changes: automation.OpMap;
  /** The resources that change. */
  readonly resources: readonly ResourceChange[];
  /** How long it took, in seconds. */
  readonly seconds: number;
}

/** A deployment that succeeded. */
export interface DeployResult extends OperationResult {
  /** The outputs of the stack. */
  readonly outputs: DeployedOutputs;
  /** Pulumi's own result. */
  readonly result: automation.UpResult;
}

/** A preview that succeeded. */
export interface PreviewResult extends OperationResult {
  /** Pulumi's own result. */
  readonly result: automation.PreviewResult;
}

/** A stack whose resources are deleted. */
export interface DestroyResult extends OperationResult {
  /** Pulumi's own result. */
  readonly result: automation.DestroyResult;
}

/**
 * Creates and updates the resources of a stack. In one process, operations run one after the other: deploy several stacks at the same
 * time from a process each.
 *
 * @throws AutomationError with the reason and what to do
 */
export async function deploy(
  stack: automation.Stack,
  options: DeployOptions = {},
): Promise<DeployResult> {
  const { result, ...rest } = await operate(stack, options, (own) => stack.up(own));
  return { ...rest, outputs: plain(result.outputs), result };
}

/**
 * Finds what `deploy` would change.
 *
 * @throws AutomationError with the reason and what to do
 */
export function preview(
  stack: automation.Stack,
  options: PreviewOptions = {},
): Promise<PreviewResult> {
  return operate(stack, options, (own) => stack.preview(own));
}

/**
 * Deletes the resources of a stack. `remove: true` also deletes the stack with its history.
 *
 * @throws AutomationError with the reason and what to do
 */
export function destroy(
  stack: automation.Stack,
  options: DestroyOptions = {},
): Promise<DestroyResult> {
  return operate(stack, options, (own) => stack.destroy(own));
}

/**
 * The outputs of the last deployment; undefined before the first.
 *
 * @throws AutomationError with the reason and what to do
 */
export async function outputs(stack: automation.Stack): Promise<DeployedOutputs | undefined> {
  const found = await explained(stack.name, () => stack.outputs());
  return Object.keys(found).length > 0 ? plain(found) : undefined;
}

function plain(found: automation.OutputMap): DeployedOutputs {
  const values = Object.entries(found).map(([name, { value }]) => [name, value]);
  return Object.fromEntries(values) as DeployedOutputs;
}

/** The options that Pulumi's operations share and that are set here. */
type EngineOptions = Pick<automation.UpOptions, "color" | "onEvent" | "refresh" | "signal">;

async function operate<Result>(
  stack: automation.Stack,
  { onProgress = () => {}, lockTimeout = 0, ...options }: OperationOptions & EngineOptions,
  run: (options: EngineOptions) => Promise<Result>,
): Promise<OperationResult & { readonly result: Result }> {
  const { signal, onEvent } = options;
  const reader = new EventReader(onProgress);
  const since = Date.now();
  const end = (result: EndProgress["result"]) => {
    const seconds = (Date.now() - since) / 1000;
    onProgress({ type: "end", result, changes: reader.changes, seconds });
    return seconds;
  };
  const attempt = async () => {
    // Pulumi does not look at a signal that was aborted before.
    signal?.throwIfAborted();
    const read = (event: automation.EngineEvent) => {
      reader.read(event);
      onEvent?.(event);
    };
    // Without a refresh, an update would roll back what CI deployed.
    const own = { refresh: true, color: "never" as const, ...options, onEvent: read };
    const stop = new AbortController();
    const signals = signal ? [signal, stop.signal] : [stop.signal];
    return stopOnUnhandled(
      () => stop.abort(),
      () => run({ ...own, signal: AbortSignal.any(signals) }),
    );
  };
  const onWait = (lock: Lock) => onProgress({ type: "waiting", lock });
  const unlocked = () =>
    whenUnlocked(() => alone(attempt), { seconds: lockTimeout, signal, onWait });
  try {
    const { messages } = reader;
    const result = await explained(stack.name, unlocked, { signal, messages });
    const resources = reader.resources.filter(({ operation }) => isChange(operation));
    return { changes: reader.changes, resources, seconds: end("succeeded"), result };
  } catch (error) {
    end(signal?.aborted ? "cancelled" : "failed");
    throw error;
  }
}
