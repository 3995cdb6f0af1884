import { z } from "zod";
import { unknownStrategy } from "../components/service/check-strategy";
import { nearest } from "../components/shared/checks";
import type { Problem } from "../components/shared/errors";

type Issue = z.core.$ZodIssue;

/**
 * Parses a configuration and finds all mistakes at once: the schema's problems, in the same form as the components' checks, and
 * the problems that these checks find in the rest.
 */
export function parseAll<T>(
  schema: z.ZodType<T>,
  input: unknown,
  check: (parsed: T) => Problem[],
): { config: T; problems: Problem[] } {
  const result = schema.safeParse(input, { error: knownKeys });
  if (result.success) {
    return { config: result.data, problems: check(result.data) };
  }
  const problems = result.error.issues.flatMap((issue) => translate(issue, input, []));
  const checkRepaired = (placeholders: Placeholders) => {
    const repaired = schema.safeParse(repair(input, problems, placeholders));
    return repaired.success ? check(repaired.data) : [];
  };
  // A problem that a placeholder causes is different with another placeholder, so only problems of both checks count.
  const again = checkRepaired({ number: 2, string: "y" }).map((problem) => JSON.stringify(problem));
  const others = checkRepaired({ number: 1, string: "x" }).filter(
    (problem) =>
      again.includes(JSON.stringify(problem)) &&
      !problems.some(({ path }) => problem.path.startsWith(path)),
  );
  // The caller never uses this configuration, because there are problems.
  return { config: input as T, problems: [...problems, ...others] };
}

/** Values for required keys that have no usable value. */
interface Placeholders {
  readonly number: number;
  readonly string: string;
}

/** A copy of the input without values of the wrong type. Required keys get the intended value, or a placeholder. */
function repair(
  input: unknown,
  problems: readonly ShapeProblem[],
  placeholders: Placeholders,
): unknown {
  const copy: unknown = structuredClone(input);
  for (const { keys, allowed, value } of problems) {
    const parent = valueAt(copy, keys.slice(0, -1));
    const last = keys.at(-1);
    if (typeof parent !== "object" || parent === null || last === undefined) {
      continue;
    }
    if (allowed === typeName("number")) {
      Reflect.set(parent, last, isQuotedNumber(value) ? Number(value) : placeholders.number);
    } else if (allowed === typeName("string")) {
      Reflect.set(parent, last, isPlain(value) ? String(value) : placeholders.string);
    } else if (allowed === typeName("array")) {
      Reflect.set(parent, last, []);
    } else {
      Reflect.deleteProperty(parent, last);
    }
  }
  return copy;
}

function isQuotedNumber(value: unknown): boolean {
  return typeof value === "string" && value.trim() !== "" && Number.isFinite(Number(value));
}

function isPlain(value: unknown): boolean {
  return typeof value === "number" || typeof value === "boolean";
}

type ShapeProblem = Problem & { readonly keys: readonly PropertyKey[] };

/** zod's error callback. Only here the object's schema is available, so this puts the schema's keys into the error message. */
export function knownKeys({ code, inst }: z.core.$ZodRawIssue): string | undefined {
  const objects = inst instanceof z.ZodDiscriminatedUnion ? inst.options : [inst];
  const keys = objects.flatMap((object) =>
    object instanceof z.ZodObject ? Object.keys(object.shape) : [],
  );
  return keys.length > 0 && (code === "unrecognized_keys" || code === "invalid_type")
    ? [...new Set(keys)].join(", ")
    : undefined;
}

function translate(issue: Issue, input: unknown, base: readonly PropertyKey[]): ShapeProblem[] {
  const path = [...base, ...issue.path];
  const value = valueAt(input, path);
  const at = { path: pathText(path), keys: path, value };
  switch (issue.code) {
    case "unrecognized_keys":
      return issue.keys.map((key) => unknownKey(key, issue.message, path, value));
    case "invalid_union":
      return union(issue, input, path);
    case "invalid_type":
      if (path.at(-1) === "strategy") {
        return [{ ...unknownStrategy(value, pathText(path)), keys: path }];
      }
      return [{ ...at, allowed: typeName(issue.expected), fix: fixType(issue, value) }];
    case "invalid_value":
      return [{ ...at, allowed: issue.values.join(", "), fix: fixValue(value, issue.values) }];
    case "too_small":
      return [{ ...at, allowed: `a list with at least ${issue.minimum} entry`, fix: "add one" }];
    default:
      return [
        { ...at, allowed: issue.message, fix: "see the configuration reference in README.md" },
      ];
  }
}

/** The problems for the schema of the union that matches the input best. */
function union(
  issue: z.core.$ZodIssueInvalidUnion,
  input: unknown,
  path: PropertyKey[],
): ShapeProblem[] {
  if (issue.discriminator !== undefined) {
    const at = { path: pathText(path), keys: path.slice(0, -1), value: valueAt(input, path) };
    return path.includes("strategy")
      ? [
          {
            ...unknownStrategy(strategyAt(input, path), pathText(path.slice(0, -1))),
            keys: at.keys,
          },
        ]
      : [{ ...at, allowed: "push", fix: "write push" }];
  }
  const nearestShape = [...issue.errors].sort((a, b) => a.length - b.length)[0] ?? [];
  return nearestShape.flatMap((inner) => translate(inner, input, path));
}

/** The strategy's name: a stack file can contain only the name instead of an object. */
function strategyAt(input: unknown, path: PropertyKey[]): unknown {
  return valueAt(input, path) ?? valueAt(input, path.slice(0, -1));
}

function unknownKey(
  key: string,
  known: string,
  path: PropertyKey[],
  parent: unknown,
): ShapeProblem {
  const meant = nearest(key, known.split(", "));
  const keys = [...path, key];
  return {
    path: pathText(keys),
    keys,
    value: valueAt(parent, [key]),
    allowed: known,
    fix: belongsUnderStrategy(key, path)
      ? "move it under strategy"
      : meant
        ? `did you mean ${meant}?`
        : "remove it",
  };
}

/** Options of a strategy that other tools have as arguments of the service. */
const strategyOptions = new Set([
  "alarms",
  "bakeTimeInMinutes",
  "circuitBreaker",
  "hooks",
  "maximumPercent",
  "minimumHealthyPercent",
  "testListener",
]);

function belongsUnderStrategy(key: string, path: PropertyKey[]): boolean {
  const ofService = path.length === 2 && path[0] === "services";
  return ofService && strategyOptions.has(key);
}

function typeName(expected: string): string {
  const names: Record<string, string> = {
    array: "a list",
    boolean: "true or false",
    number: "a number",
    object: "keys and values",
    record: "keys and values",
    string: "a string",
  };
  return names[expected] ?? expected;
}

function fixType({ expected, message }: z.core.$ZodIssueInvalidType, value: unknown): string {
  if (expected === "object") {
    return value === undefined ? `add it, with ${message}` : `write keys below it: ${message}`;
  }
  if (value === undefined) {
    return "add it";
  }
  if (expected === "string" && isPlain(value)) {
    return `put it in quotes: ${JSON.stringify(String(value))}`;
  }
  if (expected === "number" && isQuotedNumber(value)) {
    return `remove the quotes: ${Number(value)}`;
  }
  return `write ${typeName(expected)}${value === null ? ", or remove the key" : ""}`;
}

function fixValue(value: unknown, allowed: readonly unknown[]): string {
  const meant = typeof value === "string" ? nearest(value, allowed.map(String)) : undefined;
  return meant ? `did you mean ${meant}?` : "choose one of these";
}

function valueAt(input: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (value, key) =>
      typeof value === "object" && value !== null ? Reflect.get(value, key) : undefined,
    input,
  );
}

/** `services[0].memory` */
function pathText(path: readonly PropertyKey[]): string {
  return path
    .map((key, i) => (typeof key === "number" ? `[${key}]` : `${i > 0 ? "." : ""}${String(key)}`))
    .join("");
}
