import { areas, type State } from "./check";
import type { Report } from "./run";

const marks: Readonly<Record<State, readonly [mark: string, colour: number]>> = {
  good: ["good", 32],
  bad: ["BAD", 31],
  unknown: ["unknown", 33],
};

/** A table for a terminal: state, title, sentence; below it what to do. */
export function renderTable(report: Report, { colour }: { readonly colour: boolean }): string {
  const all = areas.flatMap((area) => report[area]);
  const width = Math.max(...all.map(({ title }) => title.length));
  const paint = (code: number, text: string) => (colour ? `\u001b[${code}m${text}\u001b[0m` : text);
  const indent = " ".repeat(2 + 7 + 2 + width + 2);
  const asked = areas.filter((area) => report[area].length > 0);
  const sections = asked.map((area) => {
    const lines = report[area].map(({ state, title, says, fix }) => {
      const [mark, code] = marks[state];
      const first = `  ${paint(code, mark.padEnd(7))}  ${title.padEnd(width)}  ${says}`;
      return fix === undefined ? first : `${first}\n${indent}-> ${fix}`;
    });
    return [area, ...lines].join("\n");
  });
  return [...sections, summary(report)].join("\n\n");
}

function summary(report: Report): string {
  const all = areas.flatMap((area) => report[area]);
  const count = (state: State) => all.filter((line) => line.state === state).length;
  const counts = `${count("good")} good, ${count("bad")} bad, ${count("unknown")} unknown.`;
  if (hasBad(report)) {
    return `${counts} Correct the bad lines before the first pulumi up.`;
  }
  return count("unknown") > 0
    ? `${counts} No line is bad; look at the unknown ones before the first pulumi up.`
    : `${counts} The first pulumi up can begin.`;
}

/** One object a line, for programs. */
export function renderJson(report: Report): string {
  const lines = areas.flatMap((area) => report[area].map((line) => ({ area, ...line })));
  return JSON.stringify({ bad: hasBad(report), lines }, null, 2);
}

export function hasBad(report: Report): boolean {
  return areas.some((area) => report[area].some(({ state }) => state === "bad"));
}
