/**
 * The sandbox's plugins and the program as processes that several engines use: their start is more than half of a preview's
 * CPU time.
 * https://github.com/pulumi/pulumi/blob/v3.250.0/sdk/go/common/resource/plugin/provider_plugin.go reads `PULUMI_DEBUG_PROVIDERS`,
 * and the Automation API gives the engine `--client`: https://github.com/pulumi/pulumi/blob/v3.250.0/sdk/nodejs/automation/stack.ts
 */
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { start, unrefChild } from "../../sandbox/base/processes";
import { CHECKOUT } from "../../sandbox/sandbox";

/** V8 optimises a function after more calls than usual: most of these processes end before it pays, a twentieth of their CPU time. */
const NODE = ["--interrupt-budget=500000"];
const PROGRAM = ["--import", "tsx", join(__dirname, "program-host.ts")];
const FOLDER = /^resource-(.+)-v[\d.]+$/;

interface Server {
  readonly process: ChildProcess;
  readonly port: string;
}

interface Plugin extends Server {
  readonly name: string;
}

/** Servers that run, by their environment. */
type Pool<One extends Server> = Map<string, Promise<readonly One[]>>;

const plugins: Pool<Plugin> = new Map();
const programs: Pool<Server> = new Map();

/** What the program itself reads of its environment. */
const OF_PROGRAM = /^(AWS_(DEFAULT_)?REGION|GITHUB_.*)$/;

/** The arguments for an engine to use a program that runs with the environment `env`: it is started once. */
export async function attachedProgram(env: NodeJS.ProcessEnv): Promise<string> {
  const [program] = await reused(programs, programKey(env), async () => [
    await startServer(PROGRAM, env),
  ]);
  return `--client=127.0.0.1:${program?.port}`;
}

/** After an error, a program may wait for values that never come. */
export async function endProgram(env: NodeJS.ProcessEnv): Promise<void> {
  const program = programs.get(programKey(env));
  programs.delete(programKey(env));
  await endAll((await program) ?? []);
}

function programKey(env: NodeJS.ProcessEnv): string {
  return JSON.stringify(
    Object.entries(env)
      .filter(([name]) => OF_PROGRAM.test(name))
      .sort(),
  );
}

/**
 * What an engine needs in its environment to use plugins that run with the environment `env`: those are started once. The
 * engine itself starts the one that is left out, if the program uses it.
 */
export async function attachedPlugins(
  env: NodeJS.ProcessEnv,
  without?: string,
): Promise<NodeJS.ProcessEnv> {
  const key = JSON.stringify({ ...env, without });
  const running = await reused(plugins, key, () => startPlugins(env, without));
  const ports = running.map(({ name, port }) => `${name}:${port}`);
  return { PULUMI_DEBUG_PROVIDERS: ports.join(",") };
}

/** Those that run; one that crashed, as some tests want it, is replaced. */
async function reused<One extends Server>(
  pool: Pool<One>,
  key: string,
  begin: () => Promise<readonly One[]>,
): Promise<readonly One[]> {
  const known = pool.get(key);
  const alive = (await known)?.every(({ process }) => isRunning(process));
  // Others may have waited for the same answer.
  if (!alive && pool.get(key) === known) pool.set(key, begin());
  return pool.get(key) ?? [];
}

function isRunning({ exitCode, signalCode }: ChildProcess): boolean {
  return exitCode === null && signalCode === null;
}

async function startPlugins(
  env: NodeJS.ProcessEnv,
  without: string | undefined,
): Promise<readonly Plugin[]> {
  const home = join(env.PULUMI_HOME ?? "", "plugins");
  const found = (await readdir(home)).flatMap((folder) => {
    const [, name] = FOLDER.exec(folder) ?? [];
    return name && name !== without
      ? [{ name, file: join(home, folder, `pulumi-resource-${name}`) }]
      : [];
  });
  return Promise.all(
    found.map(async ({ name, file }) => ({ name, ...(await startServer([file], env)) })),
  );
}

/** A server prints its port, and ends with its standard input: so also if this process is killed. */
async function startServer(args: readonly string[], env: NodeJS.ProcessEnv): Promise<Server> {
  const command = [...NODE, ...args];
  const child = start(process.execPath, command, {
    cwd: CHECKOUT,
    env,
    stdio: ["pipe", "pipe", "inherit"],
  });
  if (!child.stdout) throw new Error(`${args.at(-1)} has no output`);
  const lines = createInterface({ input: child.stdout });
  const [port] = await once(lines, "line");
  unrefChild(child);
  return { process: child, port: String(port) };
}

/** Called after a file. The programs know no sandbox: the next file uses them, and they end with this process. */
export async function endPlugins(): Promise<void> {
  const all = await Promise.all(plugins.values());
  plugins.clear();
  await endAll(all.flat());
}

async function endAll(servers: readonly Server[]): Promise<void> {
  const ends = servers.map(async ({ process }) => {
    if (!isRunning(process)) return;
    const ended = once(process, "exit");
    process.stdin?.end();
    await ended;
  });
  await Promise.all(ends);
}
