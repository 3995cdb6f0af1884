import { duration } from "../../components/forecast/format";
import type { Phase } from "../../components/index";
import { escaped } from "../svg";
import { layers, ticks, unitOf } from "./chart";

export interface Panel {
  readonly title: string;
  readonly subtitle: string;
  readonly phases: readonly Phase[];
  /** Drawn as a line: the healthy tasks stay above it. */
  readonly minimumHealthy: number;
}

const colours = ["#1f6fb2", "#b5d0ea", "#d9730d", "#f7cfa3"];
const ink = "#24292f";
const faint = "#6e7781";
const grid = "#d8dee4";

/** The size of one panel, in pixels. */
const size = {
  width: 500,
  height: 270,
  left: 52,
  right: 14,
  top: 68,
  tasks: 110,
  gap: 22,
  share: 28,
};
const plotWidth = size.width - size.left - size.right;
const legendHeight = 34;

/**
 * Draws one picture of several forecasts, on a white background, so that it looks the same on a dark page.
 */
export function drawSvg(panels: readonly Panel[]): string {
  const across = Math.min(2, panels.length);
  const rows = Math.ceil(panels.length / across);
  const width = across * size.width;
  const height = rows * size.height + legendHeight;
  const body = panels.map((panel, i) => {
    const x = (i % across) * size.width;
    const y = Math.floor(i / across) * size.height;
    return `<g transform="translate(${x} ${y})">\n${drawPanel(panel).join("\n")}\n</g>`;
  });
  const names = panels.map(({ title }) => title).join(", ");
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" font-family="system-ui, -apple-system, 'Segoe UI', Helvetica, Arial, sans-serif" font-size="11" fill="${ink}">`,
    `<title>Forecast: ${escaped(names)}</title>`,
    `<rect width="${width}" height="${height}" rx="6" fill="#ffffff" stroke="${grid}"/>`,
    ...body,
    ...drawLegend(width, height),
    "</svg>",
    "",
  ].join("\n");
}

function drawPanel({ title, subtitle, phases, minimumHealthy }: Panel): string[] {
  const last = phases.at(-1);
  const total = last ? last.startSeconds + last.seconds : 0;
  const peak = Math.max(1, ...phases.map(({ tasks }) => tasks));
  const x = (seconds: number) => round(size.left + (plotWidth * seconds) / (total || 1));
  const floor = size.top + size.tasks;
  const y = (tasks: number) => round(floor - (size.tasks * tasks) / peak);
  return [
    text(size.left, 24, title, 'font-size="14" font-weight="600"'),
    text(size.left, 42, subtitle, `fill="${faint}"`),
    ...partNames(phases, x),
    ...taskAxis(peak, y),
    ...areas(phases, x, y),
    `<path d="M${size.left} ${y(minimumHealthy)}H${size.width - size.right}" stroke="${ink}" stroke-dasharray="4 3" fill="none"/>`,
    ...shares(phases, x, floor + size.gap),
    ...timeAxis(total, x, floor + size.gap + size.share),
  ];
}

/** The names of the longer parts, above the plot. */
function partNames(phases: readonly Phase[], x: (seconds: number) => number): string[] {
  const stretches: { part: string; from: number; to: number }[] = [];
  for (const { part, startSeconds, seconds } of phases) {
    const before = stretches.at(-1);
    if (before?.part === part) {
      before.to = startSeconds + seconds;
    } else {
      stretches.push({ part, from: startSeconds, to: startSeconds + seconds });
    }
  }
  return stretches.flatMap(({ part, from, to }) => {
    const named = `${part} ${duration(to - from)}`;
    const room = x(to) - x(from);
    const label = [named, part].find((candidate) => candidate.length * 5.6 < room);
    const ends = [from, to].map((end) => `M${x(end)} ${size.top - 14}V${size.top}`).join("");
    return label === undefined
      ? []
      : [
          `<path d="${ends}" stroke="${grid}"/>`,
          text(
            round((x(from) + x(to)) / 2),
            size.top - 5,
            label,
            `text-anchor="middle" fill="${faint}" font-size="10"`,
          ),
        ];
  });
}

function taskAxis(peak: number, y: (tasks: number) => number): string[] {
  return [
    ...ticks(peak, 5).flatMap((tick) => [
      `<path d="M${size.left} ${y(tick)}H${size.width - size.right}" stroke="${grid}"/>`,
      text(size.left - 6, y(tick) + 4, String(tick), 'text-anchor="end"'),
    ]),
    sideways(16, y(peak / 2), "tasks"),
  ];
}

interface Area {
  readonly from: number;
  to: number;
  readonly below: number;
  readonly count: number;
}

/** Stacks the kinds of tasks. If a kind is the same in consecutive phases, they become one area, without a seam. */
function areas(
  phases: readonly Phase[],
  x: (seconds: number) => number,
  y: (tasks: number) => number,
): string[] {
  return layers.flatMap((layer, i) => {
    const found: Area[] = [];
    for (const phase of phases) {
      const below = layers.slice(0, i).reduce((sum, lower) => sum + lower.tasks(phase), 0);
      const count = layer.tasks(phase);
      const to = phase.startSeconds + phase.seconds;
      const before = found.at(-1);
      if (before?.to === phase.startSeconds && before.below === below && before.count === count) {
        before.to = to;
      } else if (count > 0) {
        found.push({ from: phase.startSeconds, to, below, count });
      }
    }
    return found.map(({ from, to, below, count }) => {
      const top = y(below + count);
      const box = `x="${x(from)}" y="${top}" width="${round(x(to) - x(from))}" height="${round(y(below) - top)}"`;
      return `<rect ${box} fill="${colours[i]}" shape-rendering="crispEdges"/>`;
    });
  });
}

/** The new release's share of the requests, as a separate strip. */
function shares(phases: readonly Phase[], x: (seconds: number) => number, top: number): string[] {
  const y = (share: number) => round(top + size.share * (1 - share / 100));
  const steps = phases.map(
    ({ startSeconds, seconds, traffic }) => `V${y(traffic.new)}H${x(startSeconds + seconds)}`,
  );
  return [
    `<path d="M${size.left} ${y(100)}H${size.width - size.right}M${size.left} ${y(0)}H${size.width - size.right}" stroke="${grid}"/>`,
    `<path d="M${size.left} ${y(0)}${steps.join("")}V${y(0)}Z" fill="${colours[2]}" fill-opacity="0.25" stroke="${colours[2]}"/>`,
    text(size.left, y(100) - 5, "requests to the new release", `fill="${faint}" font-size="10"`),
    text(size.left - 6, y(100) + 6, "100 %", 'text-anchor="end" font-size="10"'),
    text(size.left - 6, y(0) + 2, "0 %", 'text-anchor="end" font-size="10"'),
  ];
}

function timeAxis(total: number, x: (seconds: number) => number, top: number): string[] {
  const unit = unitOf(total);
  const end = total / unit.seconds;
  const marks = ticks(end, 8).map((tick) => {
    const at = x(tick * unit.seconds);
    return `<path d="M${at} ${top}v4" stroke="${faint}"/>${text(at, top + 15, String(tick), 'text-anchor="middle"')}`;
  });
  const label = `${unit.name} since the deployment began`;
  return [
    ...marks,
    text(
      size.left + plotWidth / 2,
      top + 30,
      label,
      `text-anchor="middle" fill="${faint}" font-size="10"`,
    ),
  ];
}

function drawLegend(width: number, height: number): string[] {
  const entries = [...layers.map(({ label }) => label), "fewest healthy"];
  const widths = entries.map((label) => 26 + label.length * 5.2);
  const start = (width - widths.reduce((sum, each) => sum + each, 0)) / 2;
  const y = height - 16;
  return entries.map((label, i) => {
    const x = round(start + widths.slice(0, i).reduce((sum, each) => sum + each, 0));
    const mark =
      i < layers.length
        ? `<rect x="${x}" y="${y - 8}" width="10" height="10" fill="${colours[i]}"/>`
        : `<path d="M${x - 4} ${y - 3}h14" stroke="${ink}" stroke-dasharray="4 3"/>`;
    return mark + text(x + 14, y + 1, label, 'font-size="10"');
  });
}

function text(x: number, y: number, content: string, attributes = ""): string {
  return `<text x="${x}" y="${y}"${attributes ? ` ${attributes}` : ""}>${escaped(content)}</text>`;
}

function sideways(x: number, y: number, content: string): string {
  return `<text transform="translate(${x} ${y}) rotate(-90)" text-anchor="middle" fill="${faint}">${escaped(content)}</text>`;
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
