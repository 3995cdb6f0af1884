import assert from "node:assert/strict";
import { mkdtemp, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { KMS } from "@aws-sdk/client-kms";
import type { UncheckedClient } from "@smithy/types";
import { stringify } from "yaml";
import { isAlive, processTree } from "../../sandbox/base/process-tree";
import { mustRun, type RunResult, start, stopOnSignals } from "../../sandbox/base/processes";
import { findTools } from "../../sandbox/engine";
import { CHECKOUT, Sandbox } from "../../sandbox/sandbox";
import { type Commit, prepare, type Release, release } from "../../sandbox/stack";
import { stackSettings } from "../../sandbox/stack-settings";
import type { Credentials } from "../../sandbox/state";
import { orSkip } from "../skip";
import { createNetwork, type ExistingNetwork } from "./account-network";
import { attachedPlugins, attachedProgram, closePlugins, endProgram } from "./attached";

export type Config = Record<string, unknown>;

/** In place of a stack file's `network`: a VPC that the account has. A quarter of the resources of dev are the network's. */
export const ACCOUNT_NETWORK = "of the account";

/** The change of one resource in a preview or an update. */
export interface Step {
  readonly op: string;
  /** `aws:ecs/service:Service api` */
  readonly resource: string;
  /** The paths of the properties that differ. */
  readonly properties: readonly string[];
}

/** The options of an SDK client of a stack. */
interface ClientOptions {
  readonly endpoint: string;
  readonly region: string;
  readonly credentials: Credentials;
}

/** Receives a release's commit before its workflow starts, and each line of the log. */
export interface ReleaseObserver {
  readonly onCommit?: (commit: Commit) => void;
  readonly onLine?: (line: string) => void;
}

/**
 * The engine writes its state at the end, and not after each resource: a sixth of its CPU time. A test that kills it starts
 * it without this.
 * https://github.com/pulumi/pulumi/blob/v3.250.0/sdk/go/common/env/env.go
 * Go frees memory less often: a twentieth of a preview's CPU time. Node.js would read certificates in each start.
 */
export const LESS_WORK = {
  PULUMI_SKIP_CHECKPOINTS: "true",
  GOGC: "800",
  NODE_EXTRA_CA_CERTS: "",
};

/** The time in which the plugins write their journal and end. */
const ORPHANS_MS = 10_000;

let shared: Promise<Sandbox> | undefined;

/**
 * One sandbox for all engine tests of a process: each stack has its own account, so stacks do not affect each other, and
 * each file finds it as new.
 */
export function sandbox(): Promise<Sandbox> {
  shared ??= open();
  return shared;
}

/** A `before` hook of every engine test. */
export async function engine(this: Mocha.Context): Promise<void> {
  await tools.call(this);
  await sandbox();
}

/** A `before` hook of the tests that start a sandbox of their own. */
export async function tools(this: Mocha.Context): Promise<void> {
  // The first sandbox on a machine builds the engine from source.
  this.timeout(20 * 60_000);
  await orSkip(this, "a Pulumi engine", findTools());
}

async function open(): Promise<Sandbox> {
  stopOnSignals();
  return Sandbox.open(await mkdtemp(join(tmpdir(), "slipway-engine-")));
}

/** Called after the last engine test of a file. The sandbox ends with this process. */
export async function resetSandbox(): Promise<void> {
  closePlugins();
  const box = await shared;
  if (!box || (await box.reset())) return;
  await box.down();
  shared = undefined;
}

/** A stack of the real program, with its own stack file. */
export class TestStack {
  private network: Promise<ExistingNetwork> | undefined;

  private constructor(
    readonly sandbox: Sandbox,
    readonly name: string,
    private readonly configFile: string,
    private current: Config,
  ) {}

  /** Its secrets are encrypted with a KMS key in its account, or with the sandbox's passphrase. */
  static async create(
    name: string,
    config: Config,
    encryption: "key" | "passphrase" = "key",
  ): Promise<TestStack> {
    const box = await sandbox();
    const stack = new TestStack(box, name, join(box.folder, `Pulumi.${name}.yaml`), config);
    await stack.configure(config);
    const secretsProvider = encryption === "key" ? await stack.newKey() : undefined;
    await prepare(box, name, { ...stack.options, secretsProvider });
    return stack;
  }

  /**
   * A KMS key that encrypts the stack's secrets, as many teams have it: `alias/<stack>`. With a passphrase, each start of the
   * engine derives a key for a third of its CPU time.
   */
  private async newKey(): Promise<string> {
    const kms = await this.client(KMS);
    const { KeyMetadata } = await kms.createKey({});
    const alias = `alias/${this.name}`;
    await kms.createAlias({ AliasName: alias, TargetKeyId: KeyMetadata.KeyId });
    return `awskms://${alias}?region=${this.region}`;
  }

  get config(): Config {
    return this.current;
  }

  /** The AWS region in the stack file. */
  get region(): string {
    return String(this.current["aws:region"]);
  }

  private get options() {
    return { configFile: this.configFile };
  }

  /** Writes the stack file, as a user edits it. */
  async configure(config: Config): Promise<void> {
    const isReplaced = config["slipway:network"] === ACCOUNT_NETWORK;
    const network = isReplaced && { "slipway:network": await this.accountNetwork() };
    this.current = { ...config, ...network };
    await writeFile(this.configFile, stringify({ config: this.current }));
  }

  private accountNetwork(): Promise<ExistingNetwork> {
    const { sandbox, name, region } = this;
    this.network ??= sandbox
      .credentials(name)
      .then((credentials) => createNetwork(sandbox.endpoint, region, credentials));
    return this.network;
  }

  /** Changes one service in the stack file. */
  async edit(service: string, change: Config): Promise<void> {
    const services = this.current["slipway:services"] as Config[];
    await this.configure({
      ...this.current,
      "slipway:services": services.map((one) =>
        one.name === service ? { ...one, ...change } : one,
      ),
    });
  }

  /** The network's plugin, if the stack does not use it. */
  private get unused(): string | undefined {
    return this.network ? "awsx" : undefined;
  }

  /** Runs the engine; with variables of its own its plugins are processes of their own, too. */
  async run(
    args: readonly string[],
    env?: NodeJS.ProcessEnv,
    onLine?: (line: string) => void,
  ): Promise<RunResult> {
    return this.sandbox.pulumi([...args, "--non-interactive", "--color", "never"], {
      ...this.options,
      stack: this.name,
      env: env ?? { ...LESS_WORK, ...(await attachedPlugins(await this.env(), this.unused)) },
      ...(onLine && { onLine }),
    });
  }

  /**
   * Runs the engine with a program that has loaded its modules before. Its errors differ from those that the engine's own
   * Node process prints, so tests of messages use `run`.
   */
  async runAttached(args: readonly string[]): Promise<RunResult> {
    const env = await this.env();
    const result = await this.run([...args, await attachedProgram(env)]);
    if (result.code !== 0) await endProgram(env);
    return result;
  }

  async up(...args: string[]): Promise<void> {
    const result = await this.runAttached(["up", "--yes", "--skip-preview", ...args]);
    assert.equal(result.code, 0, `pulumi up failed:\n${result.stdout}\n${result.stderr}`);
  }

  /**
   * Starts an update, and kills only the engine, as soon as its output matches and the object `made` exists. The
   * other processes end by themselves.
   */
  async kill(pattern: RegExp, made?: RegExp): Promise<void> {
    await this.sandbox.recover(this.name, this.options);
    const args = ["up", "--yes", "--skip-preview", "--non-interactive", "--color", "never"];
    const child = start(
      join(CHECKOUT, "sandbox", "bin", "pulumi"),
      [...args, "--config-file", this.configFile],
      {
        cwd: CHECKOUT,
        env: await this.sandbox.env(this.name, this.options),
        stdio: ["ignore", "pipe", "ignore"],
      },
    );
    const { pid, stdout } = child;
    assert.ok(pid && stdout, "the engine did not start");
    const ended = new Promise((resolve) => child.on("close", resolve));
    let killed = false;
    for await (const line of createInterface({ input: stdout })) {
      if (!killed && pattern.test(line)) {
        killed = true;
        if (made) await this.isMade(made);
        process.kill(pid, "SIGKILL");
      }
    }
    await ended;
    assert.ok(killed, `the update ended before it printed ${pattern}`);
    const deadline = Date.now() + ORPHANS_MS;
    const left = () => processTree(pid).filter(isAlive);
    while (left().length > 0 && Date.now() < deadline) await sleep(100);
    assert.deepEqual(left(), [], "processes outlived their engine");
  }

  private async isMade(urn: RegExp): Promise<void> {
    const journal = join(this.sandbox.folder, "stacks", this.name, "made.jsonl");
    while (!urn.test(await readFile(journal, "utf8").catch(() => ""))) await sleep(5);
  }

  async destroy(): Promise<void> {
    const result = await this.run(["destroy", "--yes", "--skip-preview"]);
    assert.equal(result.code, 0, `pulumi destroy failed:\n${result.stdout}\n${result.stderr}`);
  }

  /** The changes that an update would make. */
  async preview(...args: string[]): Promise<Step[]> {
    const result = await this.runAttached(["preview", "--json", ...args]);
    assert.equal(result.code, 0, `pulumi preview failed:\n${result.stdout}\n${result.stderr}`);
    return steps(result.stdout);
  }

  async assertUnchanged(): Promise<void> {
    assert.deepEqual(await this.preview(), []);
  }

  async outputs<T = Record<string, unknown>>(): Promise<T> {
    const outputs = await this.sandbox.outputs(this.name, this.options);
    assert.ok(outputs, `the stack ${this.name} has no outputs`);
    return outputs as T;
  }

  /** Commits to the service's repository, and runs the workflows that this starts. */
  async release(serviceName = "api", observer: ReleaseObserver = {}): Promise<Release> {
    const { services } = await stackSettings(this.name, this.options);
    const service = services.find(({ name }) => name === serviceName);
    assert.ok(service, `the stack ${this.name} has no service ${serviceName}`);
    return release(this.sandbox, this.name, service, { ...this.options, ...observer });
  }

  /** Sends an order to the emulated ECS of this stack's account; `sandbox/emulator/control.py` lists the orders. */
  async control<T>(path: string, order: Record<string, unknown>): Promise<T> {
    const { account } = await this.sandbox.credentials(this.name);
    const region = this.current["aws:region"];
    const response = await fetch(`${this.sandbox.endpoint}/_slipway/${path}`, {
      method: "POST",
      body: JSON.stringify({ account, region, ...order }),
    });
    const text = await response.text();
    assert.equal(response.status, 200, text);
    return JSON.parse(text) as T;
  }

  /** The environment variables for `aws` in the stack's account. */
  env(): Promise<NodeJS.ProcessEnv> {
    return this.sandbox.env(this.name, this.options);
  }

  /** A client in the stack's account and region. Its calls take a tenth of the CPU time of the AWS CLI's. */
  async client<T extends object>(
    Client: new (options: ClientOptions) => T,
  ): Promise<UncheckedClient<T>> {
    const { endpoint } = this.sandbox;
    const credentials = await this.sandbox.credentials(this.name);
    const client = new Client({ endpoint, region: this.region, credentials });
    return client as UncheckedClient<T>;
  }

  /** Runs the AWS CLI in the stack's account, and returns the parsed answer. */
  async aws<T>(...args: string[]): Promise<T> {
    const env = await this.sandbox.env(this.name, this.options);
    const { stdout } = await mustRun("aws", [...args, "--output", "json"], { env });
    return JSON.parse(stdout || "null") as T;
  }
}

interface PreviewDigest {
  readonly steps?: readonly {
    readonly op: string;
    readonly urn: string;
    readonly detailedDiff?: Record<string, unknown> | null;
    readonly diffReasons?: readonly string[] | null;
  }[];
}

function steps(json: string): Step[] {
  const digest = JSON.parse(json.slice(json.indexOf("{"))) as PreviewDigest;
  return (digest.steps ?? [])
    .filter(({ op }) => op !== "same" && op !== "read" && op !== "refresh")
    .map(({ op, urn, detailedDiff, diffReasons }) => {
      const [, , types = "", name = ""] = urn.split("::");
      const properties = Object.keys(detailedDiff ?? {});
      return {
        op,
        resource: `${types.split("$").at(-1)} ${name}`,
        properties: (properties.length > 0 ? properties : [...(diffReasons ?? [])]).sort(),
      };
    });
}
