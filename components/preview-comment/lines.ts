/** Longer texts are compared as a whole: the table below grows with the product of their lengths. */
const mostLines = 2000;

/** The lines that differ, each indented, by the longest common subsequence. */
export function lineChanges(before: string, after: string): string[] {
  const [a, b] = [before.trimEnd().split("\n"), after.trimEnd().split("\n")];
  const start = a.findIndex((line, i) => line !== b[i]);
  const from = start < 0 ? Math.min(a.length, b.length) : start;
  const [old, now] = [a.slice(from), b.slice(from)];
  if (old.length > mostLines || now.length > mostLines) {
    return [`!   ${old.length} lines become ${now.length}`];
  }
  const common = commonLengths(old, now);
  const at = (i: number, j: number) => common[i]?.[j] ?? 0;
  const lines: string[] = [];
  let [i, j] = [0, 0];
  while (i < old.length || j < now.length) {
    if (i < old.length && j < now.length && old[i] === now[j]) {
      i += 1;
      j += 1;
    } else if (j >= now.length || (i < old.length && at(i + 1, j) >= at(i, j + 1))) {
      lines.push(`-   ${old[i]}`);
      i += 1;
    } else {
      lines.push(`+   ${now[j]}`);
      j += 1;
    }
  }
  return lines;
}

/** For each pair of positions, the length of the longest common subsequence from there on. */
function commonLengths(a: readonly string[], b: readonly string[]): number[][] {
  const table = Array.from({ length: a.length + 1 }, () => new Array<number>(b.length + 1).fill(0));
  for (let i = a.length - 1; i >= 0; i--) {
    const [row = [], next = []] = [table[i], table[i + 1]];
    for (let j = b.length - 1; j >= 0; j--) {
      const [below = 0, right = 0] = [next[j], row[j + 1]];
      row[j] = a[i] === b[j] ? (next[j + 1] ?? 0) + 1 : Math.max(below, right);
    }
  }
  return table;
}
