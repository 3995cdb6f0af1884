/** The previews and programs that `npm run bench` measures. */
import { chmod, copyFile, cp, mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { stringify } from "yaml";
import { mustRun, run } from "../sandbox/base/processes";
import { CHECKOUT, type PulumiOptions, type Sandbox } from "../sandbox/sandbox";
import { prepare } from "../sandbox/stack";
import { stackConfig } from "../tests/harness";
import { type Measured, measure } from "./measure";

export interface Subject {
  readonly name: string;
  readonly title: string;
  /** Runs what is measured, and returns the number of resources. */
  readonly command: () => Promise<number>;
  readonly run: () => Promise<Measured>;
}

const BASELINE = join(CHECKOUT, "bench", "baseline");
const AWSX = join(CHECKOUT, "bench", "awsx");
const COUNTS = [1, 10, 50] as const;
/** The line of a preview that counts resources: `+ 77 to create`. */
const CREATED = /\+ (\d+) to create/;

/** Without PARAMETERS, `bench/baseline` has 36 resources: one parameter, one variable, the VPC and the stack. */
const BASELINE_RESOURCES = 36;

/** A program that creates one resource with each of the three SDKs, and others with as many resources as 1 and 50 services have. */
export async function floors(sandbox: Sandbox): Promise<Subject[]> {
  await sandbox.initStack("bench", { cwd: BASELINE });
  const options = { stack: "bench", cwd: BASELINE };
  const env = { GITHUB_OWNER: "octo-org" };
  const floor = preview(sandbox, "floor", "a program with one resource of each SDK", {
    ...options,
    env,
  });
  const plain = [80, 2000].map((resources) => {
    const PARAMETERS = String(resources - BASELINE_RESOURCES + 1);
    const title = `a program with ${resources} resources, most of them parameters`;
    return preview(sandbox, `plain-${resources}`, title, {
      ...options,
      env: { ...env, PARAMETERS },
    });
  });
  return [floor, ...plain];
}

export async function dev(sandbox: Sandbox): Promise<Subject> {
  await prepare(sandbox, "dev");
  return preview(sandbox, "dev", "Pulumi.dev.yaml", { stack: "dev" });
}

export function services(sandbox: Sandbox): Promise<Subject[]> {
  return Promise.all(
    COUNTS.map(async (count) => {
      const stack = `services-${count}`;
      const configFile = await servicesStack(sandbox, stack, count);
      return preview(sandbox, stack, plural(count), { stack, configFile });
    }),
  );
}

async function servicesStack(sandbox: Sandbox, stack: string, count: number): Promise<string> {
  const list = Array.from({ length: count }, (_, i) => {
    const service = serviceOf(i);
    return { ...service, rule: { ...service.rule, priority: i + 1 } };
  });
  return configured(sandbox, stack, {
    ...stackConfig("Pulumi.dev.yaml"),
    "slipway:services": list,
  });
}

function serviceOf(i: number) {
  const [api] = stackConfig("Pulumi.dev.yaml")["slipway:services"] as Record<string, unknown>[];
  return {
    ...api,
    name: `service-${i + 1}`,
    repository: `octo-org/app-${Math.floor(i / 10)}`,
    build: { context: `service-${i + 1}` },
    rule: { pathPatterns: [`/service-${i + 1}/*`] },
  };
}

async function configured(sandbox: Sandbox, stack: string, config: object): Promise<string> {
  const configFile = join(sandbox.folder, `Pulumi.${stack}.yaml`);
  await writeFile(configFile, stringify({ config }));
  await prepare(sandbox, stack, { configFile });
  return configFile;
}

/** The same services, each in its own stack, behind the load balancer of another stack. `parallel` previews run at the same time. */
export async function stacks(sandbox: Sandbox, count: number, parallel: number): Promise<Subject> {
  const {
    "slipway:github": github,
    "slipway:services": _services,
    "slipway:network": network,
    "slipway:cluster": cluster,
    ...common
  } = stackConfig("Pulumi.dev.yaml");
  const platform = "platform";
  const options = {
    stack: platform,
    configFile: await configured(sandbox, platform, {
      ...{ ...common, "slipway:network": network, "slipway:cluster": cluster },
      "slipway:services": [],
    }),
  };
  const { code, stdout } = await sandbox.pulumi(["up", "--yes", "--skip-preview"], options);
  if (code !== 0) throw new Error(`the update of the shared stack failed:\n${stdout}`);
  const previews: Subject[] = [];
  for (let i = 0; i < count; i++) {
    const stack = `stack-${i + 1}`;
    await sandbox.useAccount(stack, platform);
    const configFile = await configured(sandbox, stack, {
      ...{ ...common, "slipway:github": github, "slipway:services": [serviceOf(i)] },
      "slipway:shared": { stack: platform },
    });
    previews.push(preview(sandbox, stack, stack, { stack, configFile }));
  }
  const all = async () => {
    let resources = 0;
    const queue = previews.values();
    const work = async () => {
      // All workers take from one iterator, so each stack is previewed once.
      for (const { command } of queue) {
        const created = await command();
        resources += created;
      }
    };
    await Promise.all(Array.from({ length: parallel }, work));
    return resources;
  };
  const name = `stacks-${count}`;
  return subject(
    name,
    `pulumi preview, ${plural(count)} in a stack each, ${parallel} at a time`,
    all,
  );
}

/** `plugin` is the real plugin: the sandbox's replacement has only the VPC. */
export async function awsx(sandbox: Sandbox, plugin: string): Promise<Subject> {
  const home = join(sandbox.folder, "awsx-home");
  await cp(join(sandbox.folder, "home"), home, { recursive: true });
  const { version } = require("@pulumi/awsx/package.json") as { version: string };
  const folder = join(home, "plugins", `resource-awsx-v${version}`);
  await mkdir(folder, { recursive: true });
  await copyFile(plugin, join(folder, "pulumi-resource-awsx"));
  await chmod(join(folder, "pulumi-resource-awsx"), 0o755);
  await sandbox.initStack("awsx", { cwd: AWSX });
  const options = { stack: "awsx", cwd: AWSX, env: { PULUMI_HOME: home } };
  return preview(sandbox, "awsx", "awsx.ecs.FargateService", options);
}

function preview(sandbox: Sandbox, name: string, title: string, options: PulumiOptions): Subject {
  const command = async () => {
    const args = ["preview", "--non-interactive", "--color", "never"];
    const { code, stdout, stderr } = await sandbox.pulumi(args, options);
    if (code !== 0) throw new Error(`the preview of ${title} failed:\n${stdout}\n${stderr}`);
    return Number(CREATED.exec(stdout)?.[1]);
  };
  return subject(name, `pulumi preview, ${title}`, command);
}

function subject(name: string, title: string, command: () => Promise<number>): Subject {
  return { name, title, command, run: () => measure(command) };
}

/** `cdk synth` of ecs-patterns; installs the CDK into `folder`. */
export async function cdk(folder: string): Promise<Subject[]> {
  await cp(join(CHECKOUT, "bench", "cdk"), folder, { recursive: true });
  await mustRun("npm", ["ci", "--no-audit", "--no-fund"], { cwd: folder });
  return ["tsx", "ts-node"].flatMap((loader) =>
    COUNTS.map((count) =>
      subject(`cdk-${loader}-${count}`, `cdk synth under ${loader}, ${plural(count)}`, () =>
        synth(folder, loader, count),
      ),
    ),
  );
}

async function synth(folder: string, loader: string, count: number): Promise<number> {
  const bin = join(folder, "node_modules", ".bin");
  const env = { ...process.env, SERVICES: String(count), CDK_DISABLE_VERSION_CHECK: "1" };
  // CloudFormation allows 500 resources in a stack; 50 of these services have more.
  const context = ["--context", "@aws-cdk/core:stackResourceLimit=0"];
  const app = ["--app", `${join(bin, loader)} app.ts`, "--output", join(folder, "out")];
  const args = ["synth", ...app, ...context, "--no-notices", "--no-version-reporting", "--json"];
  const { code, stdout, stderr } = await run(join(bin, "cdk"), args, { cwd: folder, env });
  if (code !== 0) throw new Error(`cdk synth failed:\n${stderr}`);
  return Object.keys((JSON.parse(stdout) as { Resources: object }).Resources).length;
}

function plural(count: number): string {
  return count === 1 ? "1 service" : `${count} services`;
}
