/** Draws a dashboard's layout as CloudWatch places it: each widget with its title and what its lines are called. */
import type { Body, Widget } from "../../components/dashboard/grid";
import { escaped } from "../svg";

/** Pixels for each column and row of the grid. */
const cell = { width: 40, height: 26 };
const gap = 4;
const [ink, faint, line, paper] = ["#24292f", "#6e7781", "#d0d7de", "#ffffff"];
const colours = ["#1f77b4", "#ff7f0e", "#2ca02c", "#d62728", "#9467bd", "#8c564b"];

export function drawDashboard(title: string, { widgets }: Body): string {
  const width = Math.max(...widgets.map((one) => one.x + one.width)) * cell.width;
  const height = Math.max(...widgets.map((one) => one.y + one.height)) * cell.height;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" font-family="system-ui, -apple-system, 'Segoe UI', Helvetica, Arial, sans-serif" font-size="12" fill="${ink}">`,
    `<title>${escaped(title)}</title>`,
    `<rect width="${width}" height="${height}" fill="${paper}"/>`,
    ...widgets.flatMap(drawWidget),
    "</svg>",
    "",
  ].join("\n");
}

function drawWidget(widget: Widget): string[] {
  const x = widget.x * cell.width + gap;
  const y = widget.y * cell.height + gap;
  const width = widget.width * cell.width - 2 * gap;
  const height = widget.height * cell.height - 2 * gap;
  if (widget.type === "text") {
    const heading = String(widget.properties.markdown).replace(/^#+ /, "");
    return [
      `<text x="${x}" y="${y + 15}" font-size="16" font-weight="600">${escaped(heading)}</text>`,
    ];
  }
  const names = legend(widget);
  return [
    `<rect x="${x}" y="${y}" width="${width}" height="${height}" rx="4" fill="none" stroke="${line}"/>`,
    `<text x="${x + 10}" y="${y + 19}" font-weight="600">${escaped(String(widget.properties.title))}</text>`,
    ...names.flatMap(({ name, colour }, i) => {
      const top = y + 42 + i * 18;
      return [
        `<rect x="${x + 10}" y="${top - 9}" width="10" height="10" fill="${colour}"/>`,
        `<text x="${x + 27}" y="${top}" fill="${faint}">${escaped(name)}</text>`,
      ];
    }),
  ];
}

interface Entry {
  readonly name: string;
  readonly colour: string;
}

/** The lines of a graph, the alarms, or the query. */
function legend({ properties }: Widget): Entry[] {
  const {
    alarms = [],
    annotations,
    metrics = [],
    query,
  } = properties as {
    readonly alarms?: readonly string[];
    readonly annotations?: { readonly horizontal: readonly { label: string; color: string }[] };
    readonly metrics?: readonly (readonly unknown[])[];
    readonly query?: string;
  };
  const lines = metrics
    .map((metric) => metric.at(-1) as { readonly label?: string; readonly visible?: boolean })
    .flatMap(({ label, visible = true }) => (label !== undefined && visible ? [label] : []));
  return [
    ...alarms.map((arn) => ({ name: arn.split(":alarm:")[1] ?? arn, colour: "#2ca02c" })),
    ...lines.map((name, i) => ({ name, colour: colours[i % colours.length] ?? ink })),
    ...(annotations?.horizontal ?? []).map(({ label, color }) => ({ name: label, colour: color })),
    ...(query === undefined ? [] : query.split(" | ").map((name) => ({ name, colour: line }))),
  ];
}
