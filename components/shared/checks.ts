import { isIPv4 } from "node:net";
import type { Problem } from "./errors";

/** Checks that a value is a whole number between two bounds, bounds included. */
export function checkRange(
  path: string,
  value: number | undefined,
  [minimum, maximum]: readonly [number, number],
  unit: string,
): Problem[] {
  if (value === undefined || (Number.isInteger(value) && value >= minimum && value <= maximum)) {
    return [];
  }
  return [
    {
      path,
      value,
      allowed: `a whole number from ${minimum} to ${maximum} (${unit})`,
      fix: `the nearest is ${Math.min(maximum, Math.max(minimum, Math.round(value)))}`,
    },
  ];
}

/** Checks that a string has a form. */
export function checkString(
  path: string,
  value: string | undefined,
  { valid, allowed, fix }: StringRule,
): Problem[] {
  if (value === undefined || (typeof valid === "function" ? valid(value) : valid.test(value))) {
    return [];
  }
  return [{ path, value, allowed, fix: typeof fix === "function" ? fix(value) : fix }];
}

interface KeyRule {
  readonly valid: RegExp;
  readonly allowed: string;
  readonly fix: string;
}

interface StringRule {
  readonly valid: RegExp | ((value: string) => boolean);
  readonly allowed: string;
  readonly fix: string | ((value: string) => string);
}

/** Checks the keys of an object whose keys the user chooses. */
export function checkKeys(
  path: string,
  object: Readonly<Record<string, unknown>>,
  { valid, allowed, fix }: KeyRule,
): Problem[] {
  return Object.entries(object)
    .filter(([key]) => !valid.test(key))
    .map(([key, value]) => ({ path: `${path}[${JSON.stringify(key)}]`, value, allowed, fix }));
}

/** Checks that no value occurs twice. `path` gives the path of a value, `allowed` the rule, with the path of the first one. */
export function checkUnique(
  values: readonly unknown[],
  path: (index: number) => string,
  { allowed, fix }: { readonly allowed: (first: string) => string; readonly fix: string },
): Problem[] {
  const places = repeated(values, (value) => JSON.stringify(value));
  return [...places.values()].map(([first = 0, second = 0]) => ({
    path: path(second),
    value: values[second],
    allowed: allowed(path(first)),
    fix,
    reads: [path(first)],
  }));
}

export function isDefined<T>(value: T | undefined): value is T {
  return value !== undefined;
}

/** The prefix length of an IPv4 range; undefined if the text is not a range, or if its host bits are not zero. */
export function prefixLength(text: string): number | undefined {
  const [address = "", prefix = "", ...more] = text.split("/");
  if (!isIPv4(address) || !/^\d{1,2}$/.test(prefix) || Number(prefix) > 32 || more.length > 0) {
    return undefined;
  }
  const number = address.split(".").reduce((sum, octet) => sum * 256 + Number(octet), 0);
  return number % 2 ** (32 - Number(prefix)) === 0 ? Number(prefix) : undefined;
}

/** The keys that occur more than once, each with the indexes of its items. */
export function repeated<T>(
  items: readonly (T | undefined)[],
  key: (item: T) => string | undefined,
): Map<string, number[]> {
  const places = new Map<string, number[]>();
  items.forEach((item, index) => {
    const k = item === undefined ? undefined : key(item);
    if (k !== undefined) {
      places.set(k, [...(places.get(k) ?? []), index]);
    }
  });
  return new Map([...places].filter(([, at]) => at.length > 1));
}

/** The known word that is most similar to a mistyped one; undefined if none is similar enough. */
export function nearest(word: string, known: readonly string[]): string | undefined {
  const completions = known.filter((candidate) => word.length > 2 && candidate.startsWith(word));
  if (completions.length === 1) {
    return completions[0];
  }
  const ranked = known
    .map((candidate) => ({
      candidate,
      distance: distance(word.toLowerCase(), candidate.toLowerCase()),
    }))
    .sort((a, b) => a.distance - b.distance);
  const best = ranked[0];
  return best && best.distance <= Math.max(1, Math.floor(word.length / 3))
    ? best.candidate
    : undefined;
}

/** The number of typing mistakes: letters that are missing, added, wrong, or in the wrong order (Damerau and Levenshtein). */
function distance(a: string, b: string): number {
  let before: number[] = [];
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const substitution = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      const swapped = a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      const transposition = swapped ? (before[j - 2] ?? 0) + 1 : substitution;
      next.push(Math.min(substitution, transposition, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    [before, row] = [row, next];
  }
  return row[b.length] ?? 0;
}
