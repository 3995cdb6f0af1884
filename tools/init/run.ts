import { resolve } from "node:path";
import type { Ask } from "../../components/github/lookup/ask";
import type { Problem } from "../../components/shared/errors";
import { Cancelled } from "../command";
import type { StackFile } from "../stack-file/render";
import { writeStackFiles } from "../stack-file/write";
import { type Answers, findAnswers } from "./answers";
import { parseFlags, usage } from "./flags";
import { askGitHub, readEnvironment } from "./github";
import type { Prompts } from "./prompts";
import { refsOfStack, stackFileOf } from "./stacks";

export interface Terminal {
  /** The folder in which the user works. */
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Receives what is printed before a question. */
  readonly say: (text: string) => void;
  /** @default nobody is asked */
  readonly prompts?: Prompts | undefined;
}

/**
 * Writes the stack files into a folder. Returns what to print at the end.
 *
 * @throws UsageError, ConfigurationError with every mistake, Cancelled
 */
export async function run(
  args: readonly string[],
  folder: string,
  { cwd, env, say, prompts }: Terminal,
): Promise<string> {
  const flags = parseFlags(args);
  if (flags.help) return usage;
  const ask = askGitHub(env);
  const app = resolve(cwd, flags.app ?? ".");
  const answers = await findAnswers(flags, { app, env, ask, prompts });
  say(`${summaryOf(answers)}\n`);
  const files = new Map<string, StackFile>();
  const problems: Problem[] = [];
  for (const stack of flags.stacks) {
    const environment = await environmentOf(ask, answers, stack);
    problems.push(...environment.problems);
    files.set(stack.name, stackFileOf(answers, stack, environment));
  }
  const names = flags.stacks.map(({ name }) => `Pulumi.${name}.yaml`).join(" and ");
  if (prompts && !flags.yes && !(await prompts.confirm(`Write ${names}?`))) {
    throw new Cancelled("nothing was written");
  }
  const written = await writeStackFiles(folder, files, {
    force: flags.force,
    subject: "npm run init",
  });
  const first = flags.stacks[0]?.name ?? "dev";
  return [...written, ...openPoints(answers, problems), ...nextCommands(first), ""].join("\n");
}

async function environmentOf(ask: Ask, answers: Answers, stack: Parameters<typeof refsOfStack>[1]) {
  const { unanswered, settings } = answers.github;
  return unanswered === undefined && settings === undefined
    ? readEnvironment(ask, answers.repository.value, stack.name, refsOfStack(answers, stack))
    : { exists: false, problems: [] };
}

function summaryOf(answers: Answers): string {
  const { build, https, ...others } = answers;
  const { repository, branch, region, name, port, healthPath } = others;
  const rows = [
    ["repository", repository],
    ["branch", branch],
    ["region", region],
    ["service", name],
    ["Dockerfile", { value: build.path, source: undefined }],
    ["port", port],
    ["health check", healthPath],
    ...(https ? [["domain", { value: https.domain, source: undefined }] as const] : []),
  ] as const;
  return rows
    .map(([label, { value, source }]) =>
      `${label.padEnd(14)}${String(value).padEnd(24)}${source ?? ""}`.trimEnd(),
    )
    .join("\n");
}

/** What the user has to do by hand. */
function openPoints({ github }: Answers, problems: readonly Problem[]): string[] {
  const points = [
    ...(github.unanswered
      ? [
          `${github.unanswered}. Check github.settings, github.environment and github.delivery yourself (README).`,
        ]
      : []),
    ...problems.map(({ value, fix }) => `${value}. ${fix}`),
  ];
  return points.length > 0 ? ["", "Before the first update:", ...points.map((p) => `- ${p}`)] : [];
}

function nextCommands(stack: string): string[] {
  const commands = [
    `npm run doctor -- --stack ${stack}`,
    `pulumi stack init ${stack}`,
    `pulumi up --stack ${stack}`,
  ];
  return ["", "Next, run:", ...commands.map((command) => `  ${command}`)];
}
