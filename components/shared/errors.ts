import * as pulumi from "@pulumi/pulumi";

/** One mistake in what a user wrote: where it is, what is allowed there, and how to fix it. */
export interface Problem {
  /** The path of the value, as the user writes it: `services[0].memory`. */
  readonly path: string;
  /** The value found there. */
  readonly value: unknown;
  /** The values that are allowed, and why. */
  readonly allowed: string;
  /** How to fix it. */
  readonly fix: string;
}

/**
 * An error that Pulumi prints as its message only. Pulumi hides the stack trace but still formats it with colours. For frames
 * such as `node_modules/@pulumi/resource.ts`, Node.js 20 then loops for half a minute, until a string reaches its maximum
 * length (`markNodeModules` in `lib/internal/util/inspect.js`). So this error has a stack trace without frames.
 */
export class ProgramError extends pulumi.RunError {
  constructor(message: string) {
    super(message);
    this.stack = `${this.name}: ${message}`;
  }
}

/** Lists all mistakes at once. Thrown before any resource is registered; printed without a stack trace. */
export class ConfigurationError extends ProgramError {
  constructor(
    /** The thing that is configured, for example `the stack dev` or `FargateService "api"`. */
    subject: string,
    readonly problems: readonly Problem[],
  ) {
    super(render(subject, problems));
  }
}

/** Throws a {@link ConfigurationError} if there is any problem. */
export function refuse(subject: string, problems: readonly Problem[]): void {
  if (problems.length > 0) {
    throw new ConfigurationError(subject, problems);
  }
}

/**
 * Ends a preview or update with an error that depends on an answer from AWS. The message is logged as well as thrown, because
 * the engine repeats a thrown error at every place that needs the value.
 */
export async function logAndThrow(resource: pulumi.Resource, message: string): Promise<never> {
  await pulumi.log.error(message, resource);
  const name = await new Promise<string>((resolve) => resource.urn.apply(resolve));
  throw new ProgramError(
    `see the error of ${name.split("::").slice(-2).join(" ").split("$").at(-1)}`,
  );
}

/** Ends a `switch` over a union. A union member without a `case` is a compile error here. */
export function assertNever(value: never): never {
  throw new Error(`unexpected value ${JSON.stringify(value)}`);
}

function render(subject: string, problems: readonly Problem[]): string {
  const count = problems.length === 1 ? "1 mistake" : `${problems.length} mistakes`;
  const list = problems.map(
    ({ path, value, allowed, fix }) =>
      `  ${path}: ${show(value)}\n    allowed: ${allowed}\n    fix:     ${fix}`,
  );
  return `${subject} has ${count}; nothing was created.\n\n${list.join("\n\n")}\n`;
}

function show(value: unknown): string {
  if (value === undefined) {
    return "(missing)";
  }
  const text = JSON.stringify(value);
  return text.length > 120 ? `${text.slice(0, 117)}...` : text;
}
