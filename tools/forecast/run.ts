import { writeFile } from "node:fs/promises";
import type { ServiceConfig } from "../../components/config";
import { duration } from "../../components/forecast/format";
import {
  actionWaitMinutes,
  type Forecast,
  forecastDeployment,
  jobLimitWarning,
  jobTimeoutMinutes,
  type Phase,
  waitMinutes,
} from "../../components/index";
import { UsageError } from "../command";
import { readStack, unknown } from "../stack-file/read";
import { adviceOf } from "./advice";
import { type Compared, compare } from "./compare";
import { type Flags, type Release, readFlags, type Section, usage } from "./flags";
import { comparison, type Page, type ReleasedBy, report, wrapped } from "./report";
import { drawSvg, type Panel } from "./svg";

/** Runs the command and returns its output. @throws UsageError, ConfigurationError */
export async function run(
  args: readonly string[],
  page: Page,
  write: (file: string, content: string) => Promise<void> = writeFile,
): Promise<string> {
  const flags = readFlags(args);
  if (flags.help) {
    return usage;
  }
  const { services: all, release } = await readStack(flags.stack, flags);
  const services = chosen(all, flags.service);
  const { text, panels } = flags.compare
    ? compared(services, flags, page)
    : forecasts(services, flags, page, release ? "pipeline" : "workflow");
  if (flags.svg !== undefined) {
    await write(flags.svg, drawSvg(panels)).catch((error: Error) => {
      throw new UsageError(`cannot write ${flags.svg}: ${error.message}`);
    });
  }
  return text;
}

interface Output {
  readonly text: string;
  readonly panels: readonly Panel[];
}

function chosen(services: readonly ServiceConfig[], name?: string): readonly ServiceConfig[] {
  const found = services.filter((service) => name === undefined || service.name === name);
  if (name !== undefined && found.length === 0) {
    const names = services.map((service) => service.name);
    throw new UsageError(unknown("service", name, names));
  }
  return found;
}

function forecasts(
  services: readonly ServiceConfig[],
  flags: Flags,
  page: Page,
  releasedBy: ReleasedBy,
): Output {
  const all = services.map((service) => {
    const forecast = forecastDeployment(service, flags.assumptions);
    const advice = adviceOf(service, flags.assumptions, forecast);
    const phases = phasesOf(forecast, flags.release);
    return {
      name: service.name,
      shown: { forecast, advice, phases, releasedBy, sections: flags.show },
    };
  });
  return {
    text: flags.json
      ? json(all.map(({ name, shown }) => [name, plain(shown.forecast, shown.advice)]))
      : all.map(({ name, shown }) => report(name, shown, page)).join("\n\n\n"),
    panels: all.map(({ name, shown }) => panel(name, shown.forecast, shown.phases)),
  };
}

function compared(services: readonly ServiceConfig[], flags: Flags, page: Page): Output {
  const all = compare(services, flags.assumptions, flags.compare ?? "");
  const title = (name: string, choice: string) => (all.length > 1 ? `${name}: ${choice}` : choice);
  return {
    text: flags.json
      ? json(all.map(({ name, forecasts: rows }) => [name, byChoice(rows)]))
      : all.map((service) => comparedText(service, flags.show, page)).join("\n\n\n"),
    panels: all.flatMap(({ name, forecasts: rows }) =>
      rows.map(([choice, forecast]) =>
        panel(title(name, choice), forecast, phasesOf(forecast, flags.release)),
      ),
    ),
  };
}

function byChoice(rows: Compared["forecasts"]): object {
  return Object.fromEntries(rows.map(([choice, forecast]) => [choice, plain(forecast, [])]));
}

function comparedText(
  { name, forecasts: rows, refused }: Compared,
  sections: readonly Section[],
  page: Page,
): string {
  const counts = [...new Set(rows.map(([, { count }]) => count))];
  return [
    counts.length === 1 ? `${name}: ${counts[0]} ${counts[0] === 1 ? "task" : "tasks"}` : name,
    comparison(rows, sections, page.width),
    ...(refused.length > 0
      ? [wrapped(`invalid for this service:\n  ${refused.join("\n  ")}`, page.width)]
      : []),
  ].join("\n\n");
}

function plain(forecast: Forecast, advice: readonly string[]): object {
  return {
    ...forecast,
    waitMinutes: waitMinutes(forecast),
    actionWaitMinutes: actionWaitMinutes(forecast),
    jobTimeoutMinutes: jobTimeoutMinutes(forecast),
    jobLimitWarning: jobLimitWarning(forecast) ?? null,
    advice,
  };
}

function json(entries: readonly (readonly [string, unknown])[]): string {
  return JSON.stringify(Object.fromEntries(entries), null, 2);
}

function phasesOf({ phases, rollback }: Forecast, release: Release): readonly Phase[] {
  return release === "good" ? phases : rollback[release].phases;
}

function panel(title: string, forecast: Forecast, phases: readonly Phase[]): Panel {
  const { strategy, minimumHealthy } = forecast;
  const what = title === strategy ? "" : `${strategy}, `;
  const last = phases.at(-1);
  const length = duration(last ? last.startSeconds + last.seconds : 0);
  const peak = Math.max(0, ...phases.map(({ tasks }) => tasks));
  const subtitle = `${what}${last ? `${length}, at most ${peak} tasks` : "nothing rolls it back"}`;
  return { title, subtitle, phases, minimumHealthy };
}
