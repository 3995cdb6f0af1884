/**
 * The sandbox's plugins and the program as processes that all engines of a test process use: their start, and the first runs
 * of their code, are more than half of a preview's CPU time.
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

/** V8 optimises a function after more calls than usual: this saves a twentieth of the CPU time of these processes. */
const NODE = ["--interrupt-budget=500000"];
const TSX = ["--require", join(CHECKOUT, "sandbox", "base", "tsx.cjs")];
const START = ["--require", join(CHECKOUT, "tools", "start", "index.cjs")];
const PROGRAM = [...TSX, ...START, join(__dirname, "program-host.ts")];
const PLUGIN = [...TSX, join(__dirname, "plugin-host.ts")];

interface Server {
  readonly process: ChildProcess;
  /** Resolves with the next line of its output, in the order of the calls. */
  readonly line: () => Promise<string>;
}

/** A server with one port. */
interface Running extends Server {
  readonly port: string;
}

/** The servers, by the key that identifies each. */
const running = new Map<string, Promise<Running>>();

/** The variables that the program itself reads. */
const OF_PROGRAM = /^(AWS_(DEFAULT_)?REGION|GITHUB_.*)$/;

/** Returns the argument that makes an engine use the program with the environment `env`. The program starts once. */
export async function attachedProgram(env: NodeJS.ProcessEnv): Promise<string> {
  const { port } = await reused(programKey(env), PROGRAM, env);
  return `--client=127.0.0.1:${port}`;
}

/** Ends the program: after an error, it may wait for values that never come. */
export async function endProgram(env: NodeJS.ProcessEnv): Promise<void> {
  const program = await running.get(programKey(env));
  running.delete(programKey(env));
  if (!program || !isRunning(program.process)) return;
  const ended = once(program.process, "exit");
  program.process.stdin?.end();
  await ended;
}

function programKey(env: NodeJS.ProcessEnv): string {
  return JSON.stringify(
    Object.entries(env)
      .filter(([name]) => OF_PROGRAM.test(name))
      .sort(),
  );
}

/**
 * Returns the variables that make an engine use the plugins with the environment `env`. The engine itself starts the plugin
 * `without`, if the program uses it.
 */
export async function attachedPlugins(
  env: NodeJS.ProcessEnv,
  without?: string,
): Promise<NodeJS.ProcessEnv> {
  const ports = await Promise.all([
    ...hosts.map(async (host) => `${host.name}:${await host.port(env)}`),
    ...(without === "awsx" ? [] : [awsx(env).then(({ port }) => `awsx:${port}`)]),
  ]);
  return { PULUMI_DEBUG_PROVIDERS: ports.join(",") };
}

/** The plugin awsx has only components, so it reads nothing of its environment. */
async function awsx(env: NodeJS.ProcessEnv): Promise<Running> {
  const home = join(env.PULUMI_HOME ?? "", "plugins");
  const folder = (await readdir(home)).find((name) => name.startsWith("resource-awsx-"));
  return reused("awsx", [join(home, folder ?? "", "pulumi-resource-awsx")], env);
}

/** Returns the running server, or a new one if it has crashed. */
async function reused(
  key: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv,
): Promise<Running> {
  const known = running.get(key);
  const found = await known;
  if (found && isRunning(found.process)) return found;
  // Others may have waited for the same answer.
  const started = running.get(key);
  if (started && started !== known) return started;
  const server = startServer(args, env);
  const next = server.line().then((port) => ({ ...server, port }));
  running.set(key, next);
  return next;
}

/** A plugin as one process, with a port for each environment. */
class Host {
  private server: Server | undefined;
  private readonly ports = new Map<string, Promise<string>>();

  constructor(readonly name: string) {}

  port(env: NodeJS.ProcessEnv): Promise<string> {
    const server = this.alive();
    const key = JSON.stringify(env);
    const known = this.ports.get(key);
    if (known) return known;
    server.process.stdin?.write(`${key}\n`);
    const port = server.line();
    this.ports.set(key, port);
    return port;
  }

  closePorts(): void {
    if (this.ports.size > 0) this.alive().process.stdin?.write("\n");
    this.ports.clear();
  }

  /** Returns the server, or a new one if it has crashed, as some tests want it. */
  private alive(): Server {
    if (this.server && isRunning(this.server.process)) return this.server;
    this.ports.clear();
    this.server = startServer([...PLUGIN, this.name], process.env);
    return this.server;
  }
}

const hosts = [new Host("aws"), new Host("github")];

function isRunning({ exitCode, signalCode }: ChildProcess): boolean {
  return exitCode === null && signalCode === null;
}

/** Starts a server that ends with its standard input, so also if this process is killed. */
function startServer(args: readonly string[], env: NodeJS.ProcessEnv): Server {
  const child = start(process.execPath, [...NODE, ...args], {
    cwd: CHECKOUT,
    env,
    stdio: ["pipe", "pipe", "inherit"],
  });
  if (!child.stdout) throw new Error(`${args.at(-1)} has no output`);
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  unrefChild(child);
  const line = async () => {
    const { value, done } = await lines.next();
    if (done) throw new Error(`${args.at(-1)} has ended`);
    return value;
  };
  return { process: child, line };
}

/** Called after a file. The processes depend on no sandbox, so the next file uses them. They end with this process. */
export function closePlugins(): void {
  for (const host of hosts) host.closePorts();
}
