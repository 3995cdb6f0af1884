/**
 * `npm run bench`: measures a preview and its baseline in one run, in a new sandbox.
 * Machines differ and are noisy, so look at the ratios.
 */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stringify } from "yaml";
import { CHECKOUT, Sandbox } from "../sandbox/sandbox";
import { prepare } from "../sandbox/stack";
import { stackConfig } from "../tests/harness";
import { inTurn, type Measured, measurePreview, median } from "./measure";

const runs = Number(process.argv[2] ?? 5);

async function main(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "slipway-bench-"));
  const sandbox = await Sandbox.open(folder);
  try {
    console.log(
      `pulumi preview of stacks that do not exist yet; median of ${runs} runs, in turn\n`,
    );
    await program(sandbox);
    await growth(sandbox);
  } finally {
    await sandbox.down();
    await rm(folder, { recursive: true, force: true });
  }
}

/** Figure: at most 1.15 times a program that imports the same SDKs and starts the same plugins. */
async function program(sandbox: Sandbox): Promise<void> {
  const baseline = join(CHECKOUT, "bench", "baseline");
  await prepare(sandbox, "dev");
  await sandbox.initStack("bench", { cwd: baseline });
  const [dev, base] = await inTurn(
    runs + 1,
    () => measurePreview(sandbox, { stack: "dev" }),
    () =>
      measurePreview(sandbox, { stack: "bench", cwd: baseline, env: { GITHUB_OWNER: "octo-org" } }),
  );
  report("the dev stack", dev, "a program with one resource of each SDK", base, 1.15);
}

/** Figure: 50 services take at most 3 times the time of one, with less than 1.5 GB. */
async function growth(sandbox: Sandbox): Promise<void> {
  const [one, fifty] = await Promise.all([1, 50].map((count) => servicesStack(sandbox, count)));
  const [many, single] = await inTurn(
    Math.min(runs, 3) + 1,
    () => measurePreview(sandbox, { stack: "services-50", configFile: fifty }),
    () => measurePreview(sandbox, { stack: "services-1", configFile: one }),
  );
  report("50 services", many, "1 service", single, 3);
  const most = Math.max(...many.map(({ mebibytes }) => mebibytes));
  console.log(`memory of all processes with 50 services: ${most.toFixed(0)} MiB (at most 1536)`);
}

async function servicesStack(sandbox: Sandbox, count: number): Promise<string> {
  const config = stackConfig("Pulumi.dev.yaml");
  const [api] = config["slipway:services"] as Record<string, unknown>[];
  const services = Array.from({ length: count }, (_, i) => ({
    ...api,
    name: `service-${i + 1}`,
    repository: `octo-org/app-${Math.floor(i / 10)}`,
    build: { context: `service-${i + 1}` },
    rule: { pathPatterns: [`/service-${i + 1}/*`], priority: i + 1 },
  }));
  const stack = `services-${count}`;
  const configFile = join(sandbox.folder, `Pulumi.${stack}.yaml`);
  await writeFile(configFile, stringify({ config: { ...config, "slipway:services": services } }));
  await prepare(sandbox, stack, { configFile });
  return configFile;
}

function report(
  nameA: string,
  a: readonly Measured[],
  nameB: string,
  b: readonly Measured[],
  limit: number,
): void {
  // The first run of each fills caches and is not counted.
  const middle = (all: readonly Measured[], of: "seconds" | "cpuSeconds") =>
    median(all.slice(1).map((one) => one[of]));
  for (const [name, all] of [
    [nameA, a],
    [nameB, b],
  ] as const) {
    const [wall, cpu] = [middle(all, "seconds"), middle(all, "cpuSeconds")];
    console.log(`${name.padEnd(42)} ${wall.toFixed(2)} s, ${cpu.toFixed(2)} s CPU`);
  }
  const ratio = (of: "seconds" | "cpuSeconds") => (middle(a, of) / middle(b, of)).toFixed(2);
  console.log(
    `${"ratio".padEnd(42)} ${ratio("seconds")}, CPU ${ratio("cpuSeconds")} (at most ${limit})\n`,
  );
}

main().catch((error) => {
  console.error(error);
  process.exitCode = 1;
});
