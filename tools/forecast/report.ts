import { type Forecast, outlasts, type Phase, type Rollback, waitMinutes } from "../../components";
import { chart, trafficOf } from "./chart";
import type { Section } from "./flags";
import { duration, percent, table, usd } from "./format";

/** What is shown of a service. */
export interface Shown {
  readonly forecast: Forecast;
  /** Those of the release that was asked for: they may end in a rollback. */
  readonly phases: readonly Phase[];
  readonly advice: readonly string[];
  readonly sections: readonly Section[];
}

/** How a terminal, or a file, wants it. */
export interface Page {
  readonly width: number;
  readonly colour: boolean;
}

/** All that is to be said of one service. */
export function report(name: string, shown: Shown, page: Page): string {
  const { forecast, phases, advice, sections } = shown;
  const { strategy, count } = forecast;
  const say: Readonly<Record<Section, () => string>> = {
    phases: () => phaseTable(phases),
    chart: () => chart(phases, page.width, page.colour),
    summary: () => wrapped(summary(forecast, advice), page.width),
  };
  const none = "nothing ends such a release by itself";
  return [
    `${name}: ${strategy}, ${count} ${count === 1 ? "task" : "tasks"}`,
    ...sections.map((section) =>
      phases.length === 0 && section !== "summary" ? none : say[section](),
    ),
  ].join("\n\n");
}

/** Further rows would only repeat the same steps: a linear shift of 3 % has 34 of them. */
const longestTable = 40;

function phaseTable(phases: readonly Phase[]): string {
  const rows = phases.map((phase) => [
    duration(phase.startSeconds),
    duration(phase.seconds),
    phase.name,
    `${phase.old.healthy}/${phase.old.running}`,
    `${phase.new.healthy}/${phase.new.running}`,
    trafficOf(phase),
  ]);
  const shown = rows.length > longestTable ? rows.slice(0, longestTable - 1) : rows;
  const rest = rows.length - shown.length;
  return (
    table(["at", "for", "what", "old", "new", "traffic old / new"], shown) +
    (rest > 0 ? `\n… and ${rest} more phases: --json has them all` : "") +
    "\nold and new: healthy/running tasks"
  );
}

function summary(forecast: Forecast, advice: readonly string[]): string {
  const { expectedSeconds, peakTasks, extraCost, largestParts, rollback } = forecast;
  const { exposure, unknowns, minimumHealthy } = forecast;
  const parts = largestParts.slice(0, 4).map(({ part, seconds }) => `${part} ${duration(seconds)}`);
  const late = outlasts(forecast);
  return [
    line("expected", `${duration(expectedSeconds)} (${parts.join(", ")})`),
    line("tasks", `never fewer than ${minimumHealthy} healthy, at most ${peakTasks} running`),
    line("extra cost", `${usd(extraCost)} a deployment`),
    line("waits", `the workflow waits ${waitMinutes(forecast)} min`),
    ...(late === undefined ? [] : [line("", late)]),
    ...list("warning", forecast.warnings),
    "",
    "a release that is bad:",
    ...rollbackLines("exits at start", rollback.exits),
    ...rollbackLines("is never healthy", rollback.unhealthy),
    line("is wrong", exposed(exposure)),
    ...list("would shorten it", advice),
    ...list("not known", unknowns),
  ].join("\n");
}

function exposed({ seconds, peakPercent, rollbackSeconds, noticedBy, by }: Forecast["exposure"]) {
  const who = noticedBy === "alarm" ? "an alarm fires" : "somebody notices (no alarms are set)";
  const how = by === "weights" ? "the weights go back" : by;
  return `stands before users for ${duration(seconds)} with up to ${percent(peakPercent)} of the requests: until ${who}, then ${how} takes ${duration(rollbackSeconds)}`.replace(
    "the weights go back takes",
    "the weights go back in",
  );
}

function rollbackLines(title: string, { seconds, by, whatShortensIt }: Rollback): string[] {
  return [
    line(title, seconds === null ? `not rolled back: ${by}` : `${duration(seconds)}, by ${by}`),
    ...whatShortensIt.map((way) => line("", `sooner: ${way}`)),
  ];
}

function list(title: string, items: readonly string[]): string[] {
  return items.length === 0 ? [] : ["", `${title}:`, ...items.map((item) => `  ${item}`)];
}

/** Not before a unit, which stays with its number. */
const beforeWord = / (?!(?:s|min|h|%)(?:\W|$))/;

/** Breaks lines between words, and goes on below the text that the line began with. */
export function wrapped(text: string, width: number): string {
  return text
    .split("\n")
    .map((whole) => {
      const indent = /^(?: {2})?\S.* {2}|^ */.exec(whole)?.[0].length ?? 0;
      const lines = [whole.slice(0, indent)];
      for (const word of whole.slice(indent).split(beforeWord)) {
        const last = lines.at(-1) ?? "";
        const fits = last.length + 1 + word.length <= width;
        if (last.length <= indent) {
          lines[lines.length - 1] = last + word;
        } else if (fits) {
          lines[lines.length - 1] = `${last} ${word}`;
        } else {
          lines.push(" ".repeat(indent) + word);
        }
      }
      return lines.join("\n");
    })
    .join("\n");
}

function line(title: string, text: string): string {
  return `  ${title.padEnd(18)}${text}`;
}

const columns = `expected       from the deployment's start to its end
peak tasks     the most that are paid for at a time
extra cost     of the tasks beside the usual ones, for one deployment
exits          the tasks of a bad release exit at start: until it is rolled back
never healthy  they run and never pass the health check: until it is rolled back
wrong          they pass it and answer wrongly: how long users get that, until an alarm or somebody has ended it
at most        and the largest share of the requests that gets it`;

/** Several forecasts of one service, a row each. */
export function comparison(
  forecasts: readonly (readonly [string, Forecast])[],
  sections: readonly Section[],
  width: number,
): string {
  const time = (seconds: number | null) => (seconds === null ? "never" : duration(seconds));
  const rows = table(
    ["", "expected", "peak tasks", "extra cost", "exits", "never healthy", "wrong", "at most"],
    forecasts.map(([name, { expectedSeconds, peakTasks, extraCost, rollback, exposure }]) => [
      name,
      duration(expectedSeconds),
      String(peakTasks),
      usd(extraCost),
      time(rollback.exits.seconds),
      time(rollback.unhealthy.seconds),
      duration(exposure.seconds),
      percent(exposure.peakPercent),
    ]),
  );
  return sections.includes("summary") ? `${rows}\n\n${wrapped(columns, width)}` : rows;
}
