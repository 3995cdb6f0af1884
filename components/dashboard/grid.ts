/** The widgets of a dashboard and their places. Pure. */

export interface Widget {
  readonly type: "alarm" | "log" | "metric" | "text";
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly properties: Readonly<Record<string, unknown>>;
}

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CloudWatch-Dashboard-Body-Structure.html */
export interface Body {
  readonly start: string;
  readonly periodOverride: "inherit";
  readonly widgets: readonly Widget[];
}

/** A metric with its dimensions and options. */
export type Metric = readonly unknown[];

/** The grid of a dashboard is 24 columns wide. */
const columns = 24;
export const rowHeight = 6;

/** A widget without its place. */
export type Unplaced = Pick<Widget, "type" | "properties">;

export function metrics(
  region: string,
  title: string,
  all: readonly Metric[],
  others: Readonly<Record<string, unknown>> = {},
): Unplaced {
  return widget("metric", {
    region,
    title,
    metrics: all,
    period: 60,
    view: "timeSeries",
    ...others,
  });
}

export function widget(type: Widget["type"], properties: Widget["properties"]): Unplaced {
  return { type, properties };
}

/** Widgets of the same width, side by side. */
export function row(y: number, height: number, widgets: readonly Unplaced[]): Widget[] {
  const width = Math.floor(columns / widgets.length);
  return widgets.map((one, i) => ({ ...one, x: i * width, y, width, height }));
}
