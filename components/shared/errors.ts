import * as pulumi from "@pulumi/pulumi";

/** One mistake in what a user wrote: where it is, what is allowed there, and how to mend it. */
export interface Problem {
  /** Where, in the user's own terms: `services[0].memory`. */
  readonly path: string;
  /** What was found there. */
  readonly value: unknown;
  /** What may stand there, and whose rule that is. */
  readonly allowed: string;
  /** What to do. */
  readonly fix: string;
}

/**
 * Ends the program with a message alone. Pulumi hides the stack, and yet formats it with colours; for frames such as
 * `node_modules/@pulumi/resource.ts`, Node.js 20 then loops until its memory for strings is full, which takes half a minute
 * (`markNodeModules` in `lib/internal/util/inspect.js`). So the stack holds no frames.
 */
export class ProgramError extends pulumi.RunError {
  constructor(message: string) {
    super(message);
    this.stack = `${this.name}: ${message}`;
  }
}

/** Says every mistake at once. Thrown before any resource is registered, and printed without a stack. */
export class ConfigurationError extends ProgramError {
  constructor(
    /** What was being configured, for example `the stack dev` or `FargateService "api"`. */
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
 * Ends a preview or update for what only AWS could tell. Logged too, because the engine wraps what is thrown into all the
 * places where its value was needed.
 */
export async function stop(resource: pulumi.Resource, message: string): Promise<never> {
  await pulumi.log.error(message, resource);
  const name = await new Promise<string>((resolve) => resource.urn.apply(resolve));
  throw new ProgramError(
    `see the error of ${name.split("::").slice(-2).join(" ").split("$").at(-1)}`,
  );
}

/** `total` cases of a union are covered: a new member makes this a compile error. */
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
