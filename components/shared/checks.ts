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

/** The keys that occur more than once, each with the indexes of its items. */
export function repeated<T>(
  items: readonly T[],
  key: (item: T) => string | undefined,
): Map<string, number[]> {
  const places = new Map<string, number[]>();
  items.forEach((item, index) => {
    const k = key(item);
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
  return best && best.distance <= Math.max(2, Math.floor(word.length / 3))
    ? best.candidate
    : undefined;
}

/** Levenshtein's edit distance. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const substitution = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(substitution, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
