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
const processes: ChildProcess[] = [];
const attached = new Map<string, Promise<string>>();

/** What an engine needs in its environment to use plugins that run with the environment `env`: those are started once. */
export async function attachedPlugins(env: NodeJS.ProcessEnv): Promise<NodeJS.ProcessEnv> {
  const key = JSON.stringify(env);
  const ports = attached.get(key) ?? startPlugins(env);
  attached.set(key, ports);
  return { PULUMI_DEBUG_PROVIDERS: await ports };
}

async function startPlugins(env: NodeJS.ProcessEnv): Promise<string> {
  const home = join(env.PULUMI_HOME ?? "", "plugins");
  const found = (await readdir(home)).flatMap((folder) => {
    const [, name] = FOLDER.exec(folder) ?? [];
    return name ? [{ name, file: join(home, folder, `pulumi-resource-${name}`) }] : [];
  });
  const ports = found.map(async ({ name, file }) => `${name}:${await startPlugin(file, env)}`);
  return (await Promise.all(ports)).join(",");
}

/** A plugin prints its port, and ends with its standard input: so also if this process is killed. */
async function startPlugin(file: string, env: NodeJS.ProcessEnv): Promise<string> {
  const child = start(file, [], { env, stdio: ["pipe", "pipe", "inherit"] });
  processes.push(child);
  if (!child.stdout) throw new Error(`${file} has no output`);
  const [port] = await once(createInterface({ input: child.stdout }), "line");
  return String(port);
}

export async function endPlugins(): Promise<void> {
  attached.clear();
  const ends = processes.splice(0).map(async (child) => {
    const ended = once(child, "exit");
    child.stdin?.end();
    await ended;
  });
  await Promise.all(ends);
}
