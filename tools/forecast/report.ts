import { longestDeployment } from "../../components/codepipeline/settings";
import { duration, usd } from "../../components/forecast/format";
import {
  actionWaitMinutes,
  type Forecast,
  jobLimitWarning,
  type Phase,
  type Rollback,
  waitMinutes,
} from "../../components/index";
import { chart, trafficOf } from "./chart";
import type { Section } from "./flags";
import { percent, table } from "./format";

/** The content of a service's report. */
export interface Shown {
  readonly forecast: Forecast;
  /** The phases of the requested kind of release. They may end in a rollback. */
  readonly phases: readonly Phase[];
  readonly advice: readonly string[];
  readonly sections: readonly Section[];
  readonly releasedBy: ReleasedBy;
}

/** What waits for the deployment. */
export type ReleasedBy = "workflow" | "pipeline";

/** The format of the output, for a terminal or a file. */
export interface Page {
  readonly width: number;
  readonly colour: boolean;
}

/** The report of one service. */
export function report(name: string, shown: Shown, page: Page): string {
  const { forecast, phases, advice, sections, releasedBy } = shown;
  const { strategy, count } = forecast;
  const say: Readonly<Record<Section, () => string>> = {
    phases: () => phaseTable(phases),
    chart: () => chart(phases, page.width, page.colour),
    summary: () => wrapped(summary(forecast, advice, releasedBy), page.width),
  };
  const none = "nothing rolls back such a release automatically";
  return [
    `${name}: ${strategy}, ${count} ${count === 1 ? "task" : "tasks"}`,
    ...sections.map((section) =>
      phases.length === 0 && section !== "summary" ? none : say[section](),
    ),
  ].join("\n\n");
}

/** More rows would only repeat the same steps: a linear shift of 3 % has 34 steps. */
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
    (rest > 0 ? `\n… and ${rest} more phases: --json prints all` : "") +
    "\nold and new: healthy/running tasks"
  );
}

function summary(forecast: Forecast, advice: readonly string[], releasedBy: ReleasedBy): string {
  const { expectedSeconds, peakTasks, extraCost, largestParts, rollback } = forecast;
  const { crashes, exposure, unknowns, minimumHealthy } = forecast;
  const parts = largestParts.slice(0, 4).map(({ part, seconds }) => `${part} ${duration(seconds)}`);
  const jobLimit = releasedBy === "workflow" ? jobLimitWarning(forecast) : undefined;
  return [
    line("expected", `${duration(expectedSeconds)} (${parts.join(", ")})`),
    line("tasks", `never fewer than ${minimumHealthy} healthy, at most ${peakTasks} running`),
    line("extra cost", `${usd(extraCost)} a deployment`),
    line("waits", waitsFor(forecast, releasedBy)),
    ...(jobLimit === undefined ? [] : [line("", jobLimit)]),
    ...list("warning", forecast.warnings),
    "",
    "a bad release:",
    ...rollbackLines("exits at start", rollback.exits),
    ...rollbackLines("is never healthy", rollback.unhealthy),
    line("is wrong", exposed(exposure, "server errors")),
    line("exits later", exposed(crashes, "exits")),
    ...list("shorter with", advice),
    ...list("not known", unknowns),
  ].join("\n");
}

function waitsFor(forecast: Forecast, releasedBy: ReleasedBy): string {
  if (releasedBy === "workflow") {
    return `the workflow waits ${waitMinutes(forecast)} min`;
  }
  return forecast.strategy === "code-deploy"
    ? "the pipeline waits for CodeDeploy"
    : `the pipeline waits ${Math.min(longestDeployment, actionWaitMinutes(forecast))} min`;
}

function exposed(
  { seconds, peakPercent, rollbackSeconds, noticedBy, by }: Forecast["exposure"],
  guard: string,
) {
  const who = {
    guard: `the guard of ${guard} fires`,
    alarm: "an alarm fires",
    people: "somebody notices (no alarm does)",
  }[noticedBy];
  const how = by === "weights" ? "a change of the weights" : by;
  return `gets up to ${percent(peakPercent)} of the requests for ${duration(seconds)}: until ${who}, then ${how} takes ${duration(rollbackSeconds)}`;
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

/** A space where a line may break: not between a number and its unit. */
const beforeWord = / (?!(?:s|min|h|%)(?:\W|$))/;

/** Breaks lines between words, and indents the following lines to the column where the line's text starts. */
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
peak tasks     the largest number of tasks that cost money at a time
extra cost     for the additional tasks during one deployment
exits          time until rollback if the new tasks exit at start
never healthy  time until rollback if the new tasks run but never pass the health check
wrong          how long users get wrong answers if the new tasks pass the health check but are wrong
at most        the largest share of the requests that gets wrong answers`;

/** A table of several forecasts, one per row. */
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
