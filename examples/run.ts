/** `npm run example -- NAME [arguments]`: runs an example in the sandbox of this checkout. */
import { spawn } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { run, stopOnSignals } from "../sandbox/base/processes";
import { print } from "../sandbox/base/terminal";
import { Sandbox } from "../sandbox/sandbox";
import { hasStackFile, openStackFile, runStackExample, type StackExample } from "./stack-example";

/** The exports of an example's `sandbox.ts`. An example with a stack file needs no such file. */
type SandboxedExample = ProgramExample | ProjectExample;

interface ProgramExample {
  /** Creates what the example finds on an account and on GitHub, and returns the environment in which it runs. */
  readonly prepare: (sandbox: Sandbox) => Promise<NodeJS.ProcessEnv>;
}

/** A Pulumi project of its own. */
interface ProjectExample {
  readonly open: (sandbox: Sandbox) => Promise<StackExample>;
}

/** The environment of a program with stacks of its own, which are all in one AWS account. */
export async function programEnvironment(
  sandbox: Sandbox,
  account: string,
): Promise<NodeJS.ProcessEnv> {
  // The engine does not create the folder of a file backend.
  await mkdir(join(sandbox.folder, "state"), { recursive: true });
  return sandbox.env(account);
}

/** Creates GitHub's identity provider. An account can have only one, so its stacks adopt it. A second run finds that of the first. */
export async function createIdentityProvider(env: NodeJS.ProcessEnv): Promise<void> {
  const url = "https://token.actions.githubusercontent.com";
  const flags = ["--region", "us-east-1", "--url", url, "--client-id-list", "sts.amazonaws.com"];
  const result = await run("aws", ["iam", "create-open-id-connect-provider", ...flags], { env });
  if (result.code !== 0 && !result.stderr.includes("EntityAlreadyExists")) {
    throw new Error(result.stderr);
  }
}

/** The command line of an example, and its environment. Without arguments, an example that has a demonstration shows it. */
export async function exampleCommand(sandbox: Sandbox, name: string, args: readonly string[]) {
  const { prepare }: ProgramExample = load(name);
  const demonstration = join(__dirname, name, "demonstration.ts");
  const isShown = args.length === 0 && existsSync(demonstration);
  const file = isShown ? demonstration : join(__dirname, name, "index.ts");
  const tsx = join(__dirname, "..", "sandbox", "base", "tsx.cjs");
  return { args: ["--require", tsx, file, ...args], env: await prepare(sandbox) };
}

function load<T extends SandboxedExample>(name: string): T {
  return require(join(__dirname, name, "sandbox")) as T;
}

/** The stack of an example that is a Pulumi project or has a stack file. */
async function openStack(sandbox: Sandbox, name: string): Promise<StackExample | undefined> {
  if (hasStackFile(name)) return openStackFile(sandbox, name);
  const example = load(name);
  return "open" in example ? example.open(sandbox) : undefined;
}

async function main([name = "", ...rest]: readonly string[]): Promise<number> {
  const known = readdirSync(__dirname).filter(
    (one) => hasStackFile(one) || existsSync(join(__dirname, one, "sandbox.ts")),
  );
  if (!known.includes(name)) {
    process.stderr.write(`Usage: npm run example -- NAME. Names: ${known.join(", ")}\n`);
    return 2;
  }
  const sandbox = await Sandbox.open();
  sandbox.keep();
  const stack = await openStack(sandbox, name);
  if (stack) {
    stopOnSignals();
    return runStackExample(sandbox, stack, rest, print);
  }
  const { args, env } = await exampleCommand(sandbox, name, rest);
  // The terminal also sends Ctrl-C to the example, which needs time to end.
  process.on("SIGINT", () => {});
  const child = spawn(process.execPath, args, { env, stdio: "inherit" });
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => resolve(code ?? 1));
  });
}

if (require.main === module) {
  main(process.argv.slice(2)).then(
    (code) => {
      process.exitCode = code;
    },
    (error: Error) => {
      process.stderr.write(`${error.message}\n`);
      process.exitCode = 1;
    },
  );
}
