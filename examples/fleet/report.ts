import { describeChanges } from "slipway/automation";
import type { Outcome } from "./update";

/** The report as text: a line for each stack, then why stacks failed. */
export function renderReport(outcomes: readonly Outcome[], seconds: number): string {
  const rows = outcomes.map(({ stack, services, result, changed, changes, seconds: own }) => [
    stack,
    result,
    `${changed.length} of ${services.length}`,
    `${Math.round(own)} s`,
    describeChanges(changes),
  ]);
  const failed = outcomes.flatMap(({ stack, error }) =>
    error === undefined ? [] : `\n${stack} failed:\n${error.trim().replace(/^/gm, "  ")}`,
  );
  const head = ["stack", "result", "services changed", "time", "resources"];
  return [table([head, ...rows]), ...failed, "", summary(outcomes, seconds)].join("\n");
}

/** `30 services in 5 stacks: 24 changed, 6 failed, in 48 s` */
function summary(outcomes: readonly Outcome[], seconds: number): string {
  const counts = new Map<string, number>();
  for (const { result, services, changed } of outcomes) {
    const add = (what: string, count: number) => counts.set(what, (counts.get(what) ?? 0) + count);
    if (result === "failed" || result === "skipped") add(result, services.length);
    else {
      add("changed", changed.length);
      add("unchanged", services.length - changed.length);
    }
  }
  const services = outcomes.reduce((sum, outcome) => sum + outcome.services.length, 0);
  const parts = [...counts].flatMap(([what, count]) => (count > 0 ? `${count} ${what}` : []));
  return `${services} services in ${outcomes.length} stacks: ${parts.join(", ")}, in ${Math.round(seconds)} s`;
}

function table(rows: readonly (readonly string[])[]): string {
  const [head = []] = rows;
  const widths = head.map((_, i) => Math.max(...rows.map((row) => row[i]?.length ?? 0)));
  return rows
    .map((row) =>
      row
        .map((cell, i) => cell.padEnd(widths[i] ?? 0))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}
