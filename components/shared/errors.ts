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
  /** The paths of the other values that cause the problem together with this one. @default none */
  readonly reads?: readonly string[];
}

/** Whether the value at a path can be a secret. Such a value may be in the file by mistake, so no error prints it. */
export function isSecret(path: string): boolean {
  return /[.:]\w*(?:secret|webhook|passw|token|credential|private_?key|api_?key)/i.test(path);
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

/** Lists all mistakes at once, without the values of secrets. Printed without a stack trace. */
export class ConfigurationError extends ProgramError {
  /** The mistakes, without the values of secrets. */
  readonly problems: readonly Problem[];

  /**
   * @param subject the thing that is configured, for example `FargateService "api"`
   * @param consequence what the mistakes prevent, for example `nothing was created`
   */
  constructor(subject: string, problems: readonly Problem[], consequence?: string) {
    const printable = problems.map(withoutSecret);
    super(render(subject, printable, consequence));
    this.problems = printable;
  }
}

/** Throws a {@link ConfigurationError} if there is any problem. */
export function refuse(subject: string, problems: readonly Problem[], consequence?: string): void {
  if (problems.length > 0) {
    throw new ConfigurationError(subject, problems, consequence);
  }
}

function withoutSecret(problem: Problem): Problem {
  return { ...problem, value: hideSecrets(problem.path, problem.value) };
}

function hideSecrets(path: string, value: unknown): unknown {
  if (value === undefined || value === null) {
    return value;
  }
  if (isSecret(path)) {
    return "(not shown)";
  }
  if (typeof value !== "object" || Array.isArray(value)) {
    return Array.isArray(value) ? value.map((item) => hideSecrets(path, item)) : value;
  }
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [key, hideSecrets(`${path}.${key}`, inner)]),
  );
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

function render(subject: string, problems: readonly Problem[], consequence?: string): string {
  const count = problems.length === 1 ? "1 mistake" : `${problems.length} mistakes`;
  const list = problems.map(
    ({ path, value, allowed, fix }) =>
      `  ${path}: ${show(value)}\n    allowed: ${allowed}\n    fix:     ${fix}`,
  );
  const first = consequence
    ? `${subject} has ${count}; ${consequence}.`
    : `${subject} has ${count}.`;
  return `${first}\n\n${list.join("\n\n")}\n`;
}

function show(value: unknown): string {
  if (value === undefined) {
    return "(missing)";
  }
  const text = JSON.stringify(value);
  return text.length > 120 ? `${text.slice(0, 117)}...` : text;
}
