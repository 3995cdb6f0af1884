import { automation } from "@pulumi/pulumi";
import { ConfigurationError } from "../shared/errors";
import { adviceFor, type FailureReason } from "./advice";
import { describeLock, type Lock, lockOf } from "./lock";
import type { MessageProgress } from "./progress";

/** An operation on a stack that failed. `cause` is Pulumi's own error, with all that the engine printed. */
export class AutomationError extends Error {
  /** The class, for programs that have two copies of the package. */
  override readonly name = "AutomationError";
  /** The name of the stack. */
  readonly stackName: string;
  /** Why it failed, for a program. */
  readonly reason: FailureReason;
  /** What to do about it. */
  readonly advice: string;
  /** The errors of the engine, the providers and the program. @default none */
  readonly errors: readonly MessageProgress[];
  /** Who holds the lock, if the reason is `locked`. @default nobody */
  readonly lock?: Lock;

  constructor(details: AutomationErrorDetails) {
    const { stackName, reason, what, advice, errors = [], lock, cause } = details;
    super(`${stackName}: ${what}\n${advice}`, { cause });
    this.stackName = stackName;
    this.reason = reason;
    this.advice = advice;
    this.errors = errors;
    this.lock = lock;
  }
}

/** The details of an {@link AutomationError}. */
export interface AutomationErrorDetails {
  /** The name of the stack. */
  readonly stackName: string;
  /** Why it failed, for a program. */
  readonly reason: FailureReason;
  /** What happened, in one sentence. */
  readonly what: string;
  /** What to do about it. */
  readonly advice: string;
  /** The errors of the engine, the providers and the program. @default none */
  readonly errors?: readonly MessageProgress[];
  /** Who holds the lock. @default nobody */
  readonly lock?: Lock;
  /** Pulumi's own error. @default none */
  readonly cause?: unknown;
}

/** What is known about an operation when it fails. */
interface Context {
  readonly signal?: AbortSignal;
  /** The engine's messages. */
  readonly messages?: readonly MessageProgress[];
}

/** Runs an operation, and explains the errors of Pulumi. */
export async function explained<T>(
  stackName: string,
  operation: () => Promise<T>,
  context: Context = {},
): Promise<T> {
  try {
    return await operation();
  } catch (error) {
    throw explain(stackName, error, context);
  }
}

function explain(stackName: string, cause: unknown, { signal, messages = [] }: Context): unknown {
  if (cause instanceof ConfigurationError || cause instanceof AutomationError) {
    return cause;
  }
  const errors = messages.filter(({ severity }) => severity === "error");
  const base = { stackName, errors, cause };
  if (signal?.aborted) {
    return new AutomationError({ ...base, ...cancelled });
  }
  if (cause instanceof automation.ConcurrentUpdateError) {
    return new AutomationError({ ...base, ...locked(stackName, lockOf(cause)) });
  }
  const printed = cause instanceof Error ? cause.message : String(cause);
  const found = adviceFor([...errors.map(({ text }) => text), printed].join("\n"));
  return new AutomationError({ ...base, ...(found ?? failed(errors, printed)) });
}

const cancelled = {
  reason: "cancelled",
  what: "The operation was cancelled.",
  advice:
    "What had started was completed and is in the state. Run this again: it continues where it stopped.",
} as const;

function locked(stackName: string, lock: Lock) {
  const since = describeLock(lock);
  return {
    lock,
    reason: "locked",
    what: `The stack is locked by ${since}.`,
    advice: `Wait until that update has ended, or set lockTimeout: then the operation waits. If its process is gone, \`pulumi cancel --stack ${stackName}\`, or stack.cancel(), removes the lock.`,
  } as const;
}

/** The engine's errors, each with its resource; without any, what the command printed. */
function failed(errors: readonly MessageProgress[], printed: string) {
  // The engine adds this to the error for which it was stopped.
  const own = errors.filter(({ text }) => text !== "update canceled");
  const texts = own.map(({ label, text }) => (label ? `${label}: ${text}` : text));
  const lines = texts.length > 0 ? [...new Set(texts)] : errorLines(printed);
  return {
    reason: "failed",
    what: lines.join("\n"),
    advice:
      "What was done before is in the state. Correct the cause and run this again: it continues where it stopped.",
  } as const;
}

function errorLines(printed: string): string[] {
  const lines = printed.split("\n").flatMap((line) => /^\s*error: (.*)/.exec(line)?.[1] ?? []);
  return lines.length > 0 ? [...new Set(lines)] : [printed.trim()];
}
