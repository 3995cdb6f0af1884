/**
 * A local AWS and GitHub in one folder, and a Pulumi engine that uses them.
 *
 * ```ts
 * const sandbox = await Sandbox.open(folder);
 * await sandbox.initStack("dev");
 * const result = await sandbox.pulumi(["up", "--yes"], { stack: "dev" });
 * await sandbox.down();
 * ```
 *
 * Stacks of one sandbox may run in parallel: each has its own AWS account. The emulator ends with
 * the process that opened the sandbox, unless `keep` is called.
 */
import { mkdir, readdir, rename, rm, writeFile } from "node:fs/promises";
import { basename, delimiter, join, resolve } from "node:path";
import { assumeAccount, seedZone } from "./aws";
import { readJson, withLock } from "./base/lock";
import { withoutProxy } from "./base/loopback";
import { mustRun, type RunResult, run } from "./base/processes";
import {
  installAwsCli,
  isMoto,
  MOTO_FILES,
  type Moto,
  resetMoto,
  startMoto,
  stopMoto,
} from "./emulator/process";
import { findTools, type Tools } from "./engine";
import { exists } from "./engine/cache";
import { awsVariables, ownVariables } from "./environment";
import { writeTokens } from "./github";
import { installPlugins } from "./plugins/install";
import { recover } from "./recovery/recover";
import { CHECKOUT, projectName, type StackOptions, stackConfig } from "./stack-file";
import { type Credentials, changeState, readState, type State, wipe } from "./state";

export { CHECKOUT };

export const DEFAULT_FOLDER = join(CHECKOUT, ".sandbox");
/** The token that the sandbox's GitHub accepts, with the scopes that Slipway needs. */
export const GITHUB_TOKEN = "sandbox-token";
const PASSPHRASE = "sandbox";
const FIRST_ACCOUNT = 100_000_000_001;
/** The engine lives for seconds: less garbage collection takes a tenth of its CPU time away. */
const GOGC = "400";

export interface InitOptions extends StackOptions {
  /** A domain that the account owns. @default none */
  readonly zone?: string;
  /** What encrypts the stack's secrets, as `pulumi stack init` takes it. @default the sandbox's passphrase */
  readonly secretsProvider?: string;
}

export interface PulumiOptions extends StackOptions {
  readonly stack: string;
  /** Variables in addition to the stack's environment. */
  readonly env?: NodeJS.ProcessEnv;
  readonly onLine?: (line: string, stream: "stdout" | "stderr") => void;
}

/** Marks an encrypted value in the engine's state. */
const SECRET = "1b47061264138c4ac30d75fd1eb44270";

/** The engine's state file of a stack; its first resource is the stack itself. */
interface Checkpoint {
  readonly checkpoint?: { readonly latest?: { readonly resources?: readonly StateResource[] } };
}

interface StateResource {
  readonly urn: string;
  readonly inputs?: Readonly<Record<string, unknown>>;
  readonly outputs?: Readonly<Record<string, unknown>>;
}

/** The AWS provider that the SDK makes of the stack's configuration. */
const DEFAULT_PROVIDER = /::pulumi:providers:aws::default/;

export interface OpenOptions {
  /** Receives a notice when a dead sandbox is replaced by a new one. @default standard error */
  readonly onNotice?: (text: string) => void;
}

export class Sandbox {
  private constructor(
    readonly folder: string,
    readonly tools: Tools,
    readonly endpoint: string,
    private readonly moto: Moto | undefined,
  ) {}

  /** Opens the running sandbox of the folder, or starts one. */
  static async open(folder = DEFAULT_FOLDER, options: OpenOptions = {}): Promise<Sandbox> {
    const root = resolve(folder);
    const tools = await findTools();
    return changeState(root, async (state) => {
      if (state.moto && !isMoto(state.moto.pid, root)) {
        // The AWS accounts were in the emulator's memory, so the states of stacks are wrong now.
        const onNotice = options.onNotice ?? ((text: string) => process.stderr.write(`${text}\n`));
        onNotice("The sandbox's AWS is gone (a reboot, or it was killed): starting a new sandbox.");
        await forget(root, state);
      }
      await install(root, tools);
      if (state.moto) return new Sandbox(root, tools, endpointOf(state.moto.port), undefined);
      await initialize(root);
      const moto = await startMoto(root, tools.python);
      state.moto = { pid: moto.pid, port: moto.port };
      return new Sandbox(root, tools, endpointOf(moto.port), moto);
    });
  }

  /** The sandbox of the folder if its AWS is running; starts nothing. */
  static async isUp(folder = DEFAULT_FOLDER): Promise<boolean> {
    const { moto } = await readState(resolve(folder));
    return moto !== undefined && isMoto(moto.pid, resolve(folder));
  }

  /** Stops the emulator and removes all state. */
  static async down(folder = DEFAULT_FOLDER): Promise<void> {
    const root = resolve(folder);
    if (!(await exists(root))) return;
    await changeState(root, async (state) => {
      if (state.moto) await stopMoto(state.moto.pid, root);
      await forget(root, state);
    });
    await rm(root, { recursive: true, force: true });
  }

  get githubRoot(): string {
    return join(this.folder, "github");
  }

  /** Keeps the sandbox running after this process ends, until `down`. */
  keep(): void {
    this.moto?.keep();
  }

  down(): Promise<void> {
    return Sandbox.down(this.folder);
  }

  /** Removes all state, as in a new sandbox. The emulator keeps running, because its start takes longest. False if it has ended. */
  reset(): Promise<boolean> {
    return changeState(this.folder, async (state) => {
      if (!(await resetMoto(this.endpoint))) return false;
      await wipe(this.folder, state, MOTO_FILES);
      await install(this.folder, this.tools);
      await initialize(this.folder);
      return true;
    });
  }

  /** The stack's AWS account, and credentials for it: an account of its own, or the first that its file allows. */
  async credentials(stack: string, options: StackOptions = {}): Promise<Credentials> {
    const { accounts } = await readState(this.folder);
    const known = accounts[stack];
    if (known) return known;
    const allowed = (await stackConfig(stack, options))["aws:allowedAccountIds"];
    const wanted = Array.isArray(allowed) ? allowed.map(String) : [];
    return changeState(this.folder, (state) => this.newAccount(state, stack, wanted));
  }

  /** Puts a stack into a named account. Without a name, a stack has an account of its own, with the stack's name. */
  async useAccount(stack: string, name: string): Promise<void> {
    await changeState(this.folder, async (state) => {
      const present = state.accounts[stack];
      const wanted = await this.newAccount(state, name, []);
      if (present && present.account !== wanted.account) {
        throw new Error(
          `the stack ${stack} is in AWS account ${present.account}, and ${name} is ${wanted.account}: ` +
            "`npm run sandbox -- down` removes all stacks, and then the stack can start in another account",
        );
      }
      state.accounts[stack] = wanted;
    });
  }

  private async newAccount(
    state: State,
    name: string,
    [allowed]: readonly string[],
  ): Promise<Credentials> {
    const present = state.accounts[name];
    if (present) return present;
    const taken = new Set(Object.values(state.accounts).map(({ account }) => Number(account)));
    // dev always has the first account, whichever stack is created first.
    let account = name === "dev" ? FIRST_ACCOUNT : FIRST_ACCOUNT + 1;
    while (taken.has(account)) account += 1;
    const credentials = await assumeAccount(this.endpoint, allowed ?? String(account));
    state.accounts[name] = credentials;
    return credentials;
  }

  /** The variables that a plain `pulumi` (and `aws`) needs for this stack, in addition to the caller's environment. */
  async exports(stack: string, options: StackOptions = {}): Promise<Record<string, string>> {
    const { engine, python } = this.tools;
    const own = [join(__dirname, "bin"), join(this.folder, "bin"), ...engine.path, python];
    const rest = (process.env.PATH ?? "").split(delimiter).filter((entry) => !own.includes(entry));
    const region = (await stackConfig(stack, options))["aws:region"];
    return {
      PATH: [...own, ...rest].join(delimiter),
      SLIPWAY_SANDBOX: this.folder,
      SLIPWAY_PROJECT: await projectName(options.cwd),
      SLIPWAY_ENGINE: engine.pulumi,
      SLIPWAY_GITHUB_ROOT: this.githubRoot,
      GITHUB_TOKEN,
      PULUMI_HOME: join(this.folder, "home"),
      // Disables the attribute files of the file backend: they are the only files not written atomically, and one that a
      // killed engine leaves empty makes the state unreadable.
      PULUMI_BACKEND_URL: `file://${join(this.folder, "state")}?metadata=skip`,
      PULUMI_CONFIG_PASSPHRASE: PASSPHRASE,
      PULUMI_STACK: stack,
      // Otherwise a machine with internet would also download the real plugins.
      PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
      PULUMI_SKIP_UPDATE_CHECK: "true",
      // A plugin on PATH would take precedence over the sandbox's; a language host on PATH must be found.
      ...(engine.path.length === 1 ? { PULUMI_IGNORE_AMBIENT_PLUGINS: "true" } : {}),
      // Hides the AWS SDK's warning about future Node.js versions, which does not concern the reader.
      AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true",
      ...withoutProxy(process.env),
      ...awsVariables(this.endpoint, await this.credentials(stack, options)),
      // Version 1 of the AWS CLI knows only the second name.
      ...(typeof region === "string" ? { AWS_REGION: region, AWS_DEFAULT_REGION: region } : {}),
    };
  }

  /** This process's environment with `exports` added, without variables that select another account. */
  async env(stack: string, options: StackOptions = {}): Promise<NodeJS.ProcessEnv> {
    return { ...ownVariables(process.env), ...(await this.exports(stack, options)) };
  }

  /** Creates the stack if it does not exist, and the objects that its AWS account has before a first update. */
  async initStack(stack: string, options: InitOptions = {}): Promise<void> {
    const home = join(this.folder, "stacks", stack);
    const credentials = await this.credentials(stack, options);
    if (options.zone) await seedZone(this.endpoint, credentials, options.zone);
    const make = async () => {
      if (await exists(join(home, "salt"))) return;
      const keys = Object.entries(awsVariables(this.endpoint, credentials));
      const lines = keys.map(([name, value]) => `export ${name}='${value}'\n`);
      await writeFile(join(home, "credentials"), lines.join(""), { mode: 0o600 });
      await this.makeStack(stack, home, options);
    };
    await mkdir(home, { recursive: true });
    await withLock(join(home, "lock"), make);
  }

  /** Works in a temporary project of the same name, where the engine may write the salt of the passphrase, or the encrypted key. */
  private async makeStack(stack: string, home: string, options: InitOptions): Promise<void> {
    const { secretsProvider } = options;
    const scratch = join(home, "init");
    const name = await projectName(options.cwd);
    await mkdir(scratch, { recursive: true });
    await mkdir(join(this.folder, "state"), { recursive: true });
    await writeFile(join(scratch, "Pulumi.yaml"), `name: ${name}\nruntime: nodejs\n`);
    const env = await this.env(stack, options);
    const provider = secretsProvider === undefined ? [] : ["--secrets-provider", secretsProvider];
    const args = ["stack", "init", stack, "--no-select", ...provider];
    await mustRun(this.tools.engine.pulumi, args, { cwd: scratch, env });
    await rename(join(scratch, `Pulumi.${stack}.yaml`), join(home, "salt"));
    await rm(scratch, { recursive: true, force: true });
  }

  /** Runs the engine on a stack, without changing the stack file. */
  async pulumi(args: readonly string[], options: PulumiOptions): Promise<RunResult> {
    const { stack, configFile, onLine } = options;
    const env = { GOGC, ...(await this.env(stack, options)), ...options.env };
    if (args[0] === "up" || args[0] === "destroy") await this.recover(stack, options);
    const file = configFile === undefined ? [] : ["--config-file", resolve(configFile)];
    return run(join(__dirname, "bin", "pulumi"), [...args, ...file], {
      cwd: options.cwd ?? CHECKOUT,
      env,
      onLine,
    });
  }

  /** Repairs the stack after a killed update. */
  async recover(stack: string, options: StackOptions): Promise<void> {
    const env = await this.env(stack, options);
    const { folder, tools } = this;
    await recover({ folder, stack, cwd: options.cwd, env, engine: tools.engine.pulumi });
  }

  /** The stack's outputs; undefined if there is no such stack. */
  async outputs(
    stack: string,
    options: StackOptions = {},
  ): Promise<Record<string, unknown> | undefined> {
    if (!(await exists(join(this.folder, "stacks", stack, "salt")))) return undefined;
    const [root] = await this.resources(stack, options);
    // The engine needs a third of a second to print outputs, and only secrets require it.
    if (!JSON.stringify(root?.outputs ?? {}).includes(SECRET)) return root?.outputs ?? {};
    const args = ["stack", "output", "--json", "--show-secrets"];
    const result = await this.pulumi(args, { cwd: options.cwd, stack });
    return result.code === 0 ? (JSON.parse(result.stdout) as Record<string, unknown>) : undefined;
  }

  /** The region of the stack's last update, or the stack file's before the first. */
  async region(stack: string, options: StackOptions = {}): Promise<string> {
    const resources = await this.resources(stack, options);
    const provider = resources.find(({ urn }) => DEFAULT_PROVIDER.test(urn));
    return String(provider?.inputs?.region ?? (await stackConfig(stack, options))["aws:region"]);
  }

  private async resources(stack: string, options: StackOptions): Promise<readonly StateResource[]> {
    const project = await projectName(options.cwd);
    return readResources(join(this.folder, "state", ".pulumi", "stacks", project, `${stack}.json`));
  }

  /** The stacks of this sandbox. */
  async stacks(): Promise<string[]> {
    const folder = join(this.folder, "stacks");
    const names = await readdir(folder).catch(() => []);
    // The plugins also keep notes of the stacks of other projects here.
    const own = await Promise.all(names.map((name) => exists(join(folder, name, "salt"))));
    return names.filter((_, i) => own[i]).sort();
  }

  /** The outputs of the stacks of other projects, by `<project>/<stack>`. */
  async otherStacks(): Promise<Record<string, Record<string, unknown>>> {
    const root = join(this.folder, "state", ".pulumi", "stacks");
    const own = await projectName();
    const found: Record<string, Record<string, unknown>> = {};
    for (const project of (await readdir(root).catch(() => [])).filter((name) => name !== own)) {
      const files = (await readdir(join(root, project))).filter((file) => file.endsWith(".json"));
      for (const file of files.sort()) {
        const [stack] = await readResources(join(root, project, file));
        found[`${project}/${basename(file, ".json")}`] = { ...stack?.outputs };
      }
    }
    return found;
  }
}

async function readResources(file: string): Promise<readonly StateResource[]> {
  return (await readJson<Checkpoint>(file, {})).checkpoint?.latest?.resources ?? [];
}

/**
 * The engine encrypts a debug log of every run, which takes a fifth of its CPU time; it writes none if it
 * cannot create the folder.
 * https://github.com/pulumi/pulumi/blob/v3.250.0/pkg/logging/encrypted.go
 */
async function disableLogs(home: string): Promise<void> {
  await writeFile(join(home, "logs"), "");
}

function endpointOf(port: number): string {
  return `http://127.0.0.1:${port}`;
}

async function forget(folder: string, state: State): Promise<void> {
  await wipe(folder, state);
  state.moto = undefined;
}

async function install(folder: string, { python }: Tools): Promise<void> {
  await installPlugins(join(folder, "home"));
  await installAwsCli(folder, python);
}

/** Creates the content of a new sandbox. */
async function initialize(folder: string): Promise<void> {
  await disableLogs(join(folder, "home"));
  await writeTokens(join(folder, "github"), { [GITHUB_TOKEN]: ["repo", "workflow"] });
}
