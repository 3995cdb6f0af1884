/**
 * The sandbox's plugins as processes that several engines use: a preview then costs a quarter less CPU time than with a
 * new process for each plugin.
 * https://github.com/pulumi/pulumi/blob/v3.250.0/sdk/go/common/resource/plugin/provider_plugin.go reads `PULUMI_DEBUG_PROVIDERS`
 */
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { start } from "../../sandbox/base/processes";

const FOLDER = /^resource-(.+)-v[\d.]+$/;
interface Plugin {
  readonly name: string;
  readonly process: ChildProcess;
  readonly port: string;
}

const started = new Map<string, Promise<readonly Plugin[]>>();

/** What an engine needs in its environment to use plugins that run with the environment `env`: those are started once. */
export async function attachedPlugins(env: NodeJS.ProcessEnv): Promise<NodeJS.ProcessEnv> {
  const key = JSON.stringify(env);
  // A plugin that crashed, as some tests want it, is replaced.
  const running = (await started.get(key))?.every(({ process }) => isRunning(process));
  const plugins = (running && started.get(key)) || startPlugins(env);
  started.set(key, plugins);
  const ports = (await plugins).map(({ name, port }) => `${name}:${port}`);
  return { PULUMI_DEBUG_PROVIDERS: ports.join(",") };
}

function isRunning({ exitCode, signalCode }: ChildProcess): boolean {
  return exitCode === null && signalCode === null;
}

async function startPlugins(env: NodeJS.ProcessEnv): Promise<readonly Plugin[]> {
  const home = join(env.PULUMI_HOME ?? "", "plugins");
  const found = (await readdir(home)).flatMap((folder) => {
    const [, name] = FOLDER.exec(folder) ?? [];
    return name ? [{ name, file: join(home, folder, `pulumi-resource-${name}`) }] : [];
  });
  return Promise.all(found.map(({ name, file }) => startPlugin(name, file, env)));
}

/** A plugin prints its port, and ends with its standard input: so also if this process is killed. */
async function startPlugin(name: string, file: string, env: NodeJS.ProcessEnv): Promise<Plugin> {
  const child = start(file, [], { env, stdio: ["pipe", "pipe", "inherit"] });
  if (!child.stdout) throw new Error(`${file} has no output`);
  const [port] = await once(createInterface({ input: child.stdout }), "line");
  return { name, process: child, port: String(port) };
}

export async function endPlugins(): Promise<void> {
  const plugins = (await Promise.all(started.values())).flat();
  started.clear();
  const ends = plugins.map(async ({ process }) => {
    if (!isRunning(process)) return;
    const ended = once(process, "exit");
    process.stdin?.end();
    await ended;
  });
  await Promise.all(ends);
}
