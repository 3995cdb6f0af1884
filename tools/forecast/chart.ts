import type { Phase } from "../../components/index";
import { percent } from "./format";

/** A layer of the chart, from bottom to top. Without colour, the glyphs distinguish the layers. */
interface Layer {
  readonly glyph: string;
  readonly colour: number;
  readonly label: string;
  readonly tasks: (phase: Phase) => number;
}

export const layers: readonly Layer[] = [
  { glyph: "█", colour: 34, label: "old, healthy", tasks: ({ old }) => old.healthy },
  {
    glyph: "░",
    colour: 34,
    label: "old, not serving",
    tasks: ({ old }) => old.pending + old.running - old.healthy,
  },
  { glyph: "▓", colour: 33, label: "new, healthy", tasks: (phase) => phase.new.healthy },
  {
    glyph: "▒",
    colour: 33,
    label: "new, not serving",
    tasks: (phase) => phase.new.pending + phase.new.running - phase.new.healthy,
  },
];

const tallest = 12;
const eighths = " ▁▂▃▄▅▆▇█";

/** Draws the tasks over time, and below them the new release's share of the requests. */
export function chart(phases: readonly Phase[], width: number, colour: boolean): string {
  const last = phases.at(-1);
  const total = last ? last.startSeconds + last.seconds : 0;
  const peak = Math.max(...phases.map(({ tasks }) => tasks));
  const step = Math.max(1, Math.ceil(peak / tallest));
  const label = Math.max(String(peak).length, 5);
  const columns = Math.max(10, width - label - 2);
  const slots = Array.from({ length: columns }, (_, i) => phaseAt(phases, (i * total) / columns));
  const paint = (text: string, code: number) =>
    colour && text !== "" ? `\u001b[${code}m${text}\u001b[0m` : text;
  const rows: string[] = [];
  for (let level = Math.ceil(peak / step); level >= 1; level--) {
    const cells = slots.map((phase) => layerAt(phase, level * step));
    rows.push(`${String(level * step).padStart(label)} ┤${runs(cells, paint)}`);
  }
  const traffic = slots.map(
    (phase) => eighths[Math.ceil(((phase?.traffic.new ?? 0) * 8) / 100)] ?? " ",
  );
  rows.push(`${"".padStart(label)} └${"─".repeat(columns)}`);
  rows.push(`${"new %".padStart(label)}  ${paint(traffic.join("").trimEnd(), 33)}`);
  rows.push(`${"".padStart(label)}  ${axis(total, columns)}`);
  const legend = layers.map(
    ({ glyph, colour: code, label: text }) => `${paint(glyph, code)} ${text}`,
  );
  const narrow = layers.map(({ label: text }) => text).join("     ").length > columns;
  const lines = narrow ? [legend.slice(0, 2), legend.slice(2)] : [legend];
  return [...rows, "", ...lines.map((line) => `${"".padStart(label)}  ${line.join("   ")}`)].join(
    "\n",
  );
}

function phaseAt(phases: readonly Phase[], seconds: number): Phase | undefined {
  return phases.find((phase) => seconds < phase.startSeconds + phase.seconds);
}

function layerAt(phase: Phase | undefined, level: number): Layer | undefined {
  let sum = 0;
  return layers.find((layer) => {
    sum += phase ? layer.tasks(phase) : 0;
    return sum >= level;
  });
}

/** Joins cells into a line. Adjacent cells of one colour share one pair of escape sequences. */
function runs(
  cells: readonly (Layer | undefined)[],
  paint: (text: string, code: number) => string,
): string {
  let line = "";
  let run = "";
  cells.forEach((layer, i) => {
    run += layer?.glyph ?? " ";
    const next = cells[i + 1];
    if (i === cells.length - 1 || next?.colour !== layer?.colour) {
      line += layer ? paint(run, layer.colour) : run;
      run = "";
    }
  });
  return line.trimEnd();
}

/** Minutes if the total is ten minutes or more, otherwise seconds. */
export function unitOf(totalSeconds: number) {
  return totalSeconds >= 600
    ? { name: "minutes", symbol: "min", seconds: 60 }
    : { name: "seconds", symbol: "s", seconds: 1 };
}

/** Round numbers from 0 to the end, at most `most` of them. */
export function ticks(end: number, most: number): number[] {
  const steps = [1, 2, 5, 10, 15, 20, 30, 60, 120, 240, 300, 600, 1200, 2400, 4800];
  const step = steps.find((candidate) => end / candidate <= most) ?? end;
  return Array.from({ length: Math.floor(end / step) + 1 }, (_, i) => i * step);
}

function axis(total: number, columns: number): string {
  const unit = unitOf(total);
  const line = Array.from({ length: columns }, () => " ");
  const end = total / unit.seconds;
  for (const tick of ticks(end, Math.floor(columns / 10))) {
    const at = Math.round((tick * columns) / end);
    const text = `${tick} ${unit.symbol}`;
    if (at + text.length <= columns) {
      line.splice(at, text.length, ...text);
    }
  }
  return line.join("").trimEnd();
}

export function trafficOf({ traffic }: Phase): string {
  return `${percent(traffic.old)} / ${percent(traffic.new)}`;
}
