/**
 * `npm run bench`: measures previews, and other programs for comparison, in one new sandbox. All are measured in turn, so a change of the
 * machine's speed affects all. Machines differ and are noisy: look at the ratios.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { Sandbox } from "../sandbox/sandbox";
import { type Measured, median, type Part } from "./measure";
import { awsx, cdk, dev, floors, type Subject, services, stacks } from "./subjects";

const USAGE = `npm run bench -- [--runs N] [--only NAME]... [--without-cdk] [--awsx-plugin FILE] [--stacks N] [--json]

  --runs N            how often each is measured, after one run that fills caches   (default: 5)
  --only NAME         only this one, such as dev or services-50; can be repeated
  --without-cdk       does not install the AWS CDK (250 MB, in a temporary folder)
  --awsx-plugin FILE  also measures awsx's FargateService, with this pulumi-resource-awsx
  --stacks N          also measures N services, each in its own stack, behind one load balancer; preparing 50 takes minutes
  --json              prints JSON
`;

/** The medians of a subject's runs. */
interface Result extends Measured {
  readonly name: string;
  readonly title: string;
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      runs: { type: "string", default: "5" },
      only: { type: "string", multiple: true },
      "without-cdk": { type: "boolean", default: false },
      "awsx-plugin": { type: "string" },
      stacks: { type: "string" },
      json: { type: "boolean", default: false },
      help: { type: "boolean", short: "h", default: false },
    },
  });
  if (values.help) return void process.stdout.write(USAGE);
  const folder = await mkdtemp(join(tmpdir(), "slipway-bench-"));
  const sandbox = await Sandbox.open(join(folder, "sandbox"));
  try {
    const all = [...(await floors(sandbox)), await dev(sandbox), ...(await services(sandbox))];
    if (values.stacks) {
      all.push(await stacks(sandbox, Number(values.stacks), availableParallelism()));
    }
    if (values["awsx-plugin"]) all.push(await awsx(sandbox, values["awsx-plugin"]));
    if (!values["without-cdk"]) all.push(...(await cdk(join(folder, "cdk"))));
    const chosen = all.filter(({ name }) => values.only?.includes(name) ?? true);
    const results = await inTurn(chosen, Number(values.runs));
    process.stdout.write(values.json ? `${JSON.stringify(results, null, 2)}\n` : table(results));
  } finally {
    await sandbox.down();
    await rm(folder, { recursive: true, force: true });
  }
}

async function inTurn(subjects: readonly Subject[], runs: number): Promise<Result[]> {
  const measured = new Map<string, Measured[]>(subjects.map(({ name }) => [name, []]));
  for (let round = 0; round <= runs; round++) {
    for (const { name, run } of subjects) {
      process.stderr.write(`round ${round} of ${runs}: ${name}\n`);
      const result = await run();
      if (round > 0) measured.get(name)?.push(result);
    }
  }
  return subjects.map(({ name, title }) => ({ name, title, ...medians(measured.get(name) ?? []) }));
}

function medians(all: readonly Measured[]): Measured {
  const of = (value: (one: Measured) => number) => median(all.map(value));
  const part = (name: Part) => of(({ cpuSecondsOf }) => cpuSecondsOf[name]);
  const cpuSecondsOf = {
    ...{ engine: part("engine"), program: part("program"), plugins: part("plugins") },
  };
  return {
    ...{ seconds: of(({ seconds }) => seconds), cpuSeconds: of(({ cpuSeconds }) => cpuSeconds) },
    ...{ cpuSecondsOf, mebibytes: of(({ mebibytes }) => mebibytes) },
    resources: of(({ resources }) => resources),
  };
}

/** A Markdown table; the ratios compare with the floor and with one service. */
function table(results: readonly Result[]): string {
  const floor = results.find(({ name }) => name === "floor");
  const rows = results.map(({ title, resources, mebibytes, cpuSecondsOf, ...one }) => [
    title,
    String(resources),
    one.seconds.toFixed(1),
    one.cpuSeconds.toFixed(1),
    ...(["program", "engine", "plugins"] as const).map((part) => cpuSecondsOf[part].toFixed(1)),
    mebibytes.toFixed(0),
    floor ? (one.cpuSeconds / floor.cpuSeconds).toFixed(2) : "",
  ]);
  const head = [
    ...["", "resources", "seconds", "CPU s", "of the program", "of the engine", "of the plugins"],
    ...["MiB", "CPU s / floor"],
  ];
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |\n`;
  return [head, head.map((_, i) => (i ? "---:" : "---")), ...rows].map(line).join("");
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
