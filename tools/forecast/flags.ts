import { parseArgs } from "node:util";
import { type Assumptions, defaultAssumptions } from "../../components/index";
import { UsageError } from "../command";
import { type Change, readYaml, unknown } from "../stack-file/read";

/** The kind of release to show: one that works, or one of the two kinds that fail. */
const releases = ["good", "exits", "unhealthy"] as const;
export type Release = (typeof releases)[number];

const sections = ["phases", "chart", "summary"] as const;
export type Section = (typeof sections)[number];

export interface Flags {
  readonly stack: string;
  readonly file?: string;
  readonly service?: string;
  readonly svg?: string;
  readonly compare?: string;
  readonly release: Release;
  readonly show: readonly Section[];
  readonly json: boolean;
  readonly help: boolean;
  readonly changes: readonly Change[];
  readonly assumptions: Partial<Assumptions>;
}

/** The names of numeric assumptions by their flags: `startup-seconds` for `startupSeconds`. */
const assumed = new Map(
  Object.entries(defaultAssumptions)
    .filter(([, value]) => typeof value === "number")
    .map(([name]) => [name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`), name]),
);

export const usage = `Usage: npm run forecast -- [options]

Forecasts the deployments of a stack file's services. It needs no Pulumi engine and no credentials.

  --stack dev             the stack, Pulumi.<stack>.yaml
  --config-file FILE      another stack file
  --service api           one service of the stack; default: all
  --set path=value        changes the service's configuration: --set strategy=canary, --set strategy.maximumPercent=150;
                          null removes a key. You can repeat it
  --compare strategies    compares all five strategies with their defaults; percents: compares four usual pairs of
                          minimumHealthyPercent and maximumPercent; services: compares the services of the stack
  --release good          the release whose phases are shown: good, exits (its tasks exit at start) or unhealthy (its tasks
                          never pass the health check)
  --show phases           the sections to show; default: phases,chart,summary
  --svg FILE              also draws a picture
  --json                  prints everything as JSON
  --help                  prints this help

Assumptions that are not part of a stack file, with their defaults:
${[...assumed]
  .map(([flag, name]) => `  --${flag} ${String(Reflect.get(defaultAssumptions, name))}`)
  .join("\n")}`;

const options = {
  stack: { type: "string" },
  "config-file": { type: "string" },
  service: { type: "string" },
  set: { type: "string", multiple: true },
  compare: { type: "string" },
  release: { type: "string" },
  show: { type: "string" },
  svg: { type: "string" },
  json: { type: "boolean" },
  help: { type: "boolean" },
} as const;

export function readFlags(args: readonly string[]): Flags {
  const numbers = Object.fromEntries(
    [...assumed.keys()].map((flag) => [flag, { type: "string" as const }]),
  );
  const { values, tokens } = parseArgs({
    args: [...args],
    options: { ...numbers, ...options },
    strict: false,
    tokens: true,
    allowPositionals: true,
  });
  const known = [...Object.keys(options), ...assumed.keys()];
  for (const token of tokens) {
    if (token.kind === "positional") {
      throw new UsageError(`${token.value} is not an option: options start with --`);
    }
    if (token.kind === "option" && !known.includes(token.name)) {
      throw new UsageError(unknown("option", token.name, known));
    }
  }
  const read = (name: string): string | undefined => {
    const value = values[name];
    if (value === true) {
      throw new UsageError(`--${name} needs a value`);
    }
    return typeof value === "string" ? value : undefined;
  };
  return {
    stack: read("stack") ?? "dev",
    file: read("config-file"),
    service: read("service"),
    svg: read("svg"),
    compare: read("compare"),
    release: oneOf("release", releases, read("release") ?? "good"),
    show: (read("show")?.split(",") ?? sections).map((name) => oneOf("show", sections, name)),
    json: values.json === true,
    help: values.help === true,
    changes: (Array.isArray(values.set) ? values.set : []).map(readChange),
    assumptions: Object.fromEntries(
      [...assumed].flatMap(([flag, name]) => {
        const value = read(flag);
        return value === undefined ? [] : [[name, readNumber(flag, name, value)]];
      }),
    ),
  };
}

function oneOf<T extends string>(flag: string, known: readonly T[], value: string): T {
  const found = known.find((name) => name === value);
  if (found === undefined) {
    throw new UsageError(`--${flag} needs one of ${known.join(", ")}, not ${value}`);
  }
  return found;
}

function readNumber(flag: string, name: string, value: string): number {
  const number = Number(value);
  // Without a launch, a deployment would never end.
  const least = name === "launchesPerMinute" ? 1 : 0;
  if (value.trim() === "" || !Number.isFinite(number) || number < least) {
    throw new UsageError(`--${flag} needs a number of ${least} or more, not ${value}`);
  }
  return number;
}

function readChange(text: string | boolean): Change {
  const [, path, value] = /^([\w.]+)=(.*)$/s.exec(String(text)) ?? [];
  if (path === undefined || value === undefined) {
    throw new UsageError(`--set needs path=value, for example strategy=canary, not ${text}`);
  }
  return { path: path.split("."), value: readYaml(value, `--set ${path}`) };
}
