/** Asks the Pulumi CLI. No command changes anything. */
import { execFile } from "node:child_process";
import type { PromotedOutputs } from "../../components/github/promotion";
import type { SharedOutputs } from "../../components/stack/shared";
import type { Login, Pulumi, StackSummary } from "./checks/backend";
import { promoteOf } from "./checks/images";
import type { StackFile } from "./stack-file";

interface Listed extends StackSummary {
  readonly name: string;
}

export interface Answers {
  readonly pulumi: Pulumi;
  /** The encrypted settings of the plugins. */
  readonly decrypted: Readonly<Record<string, string>>;
  /** The outputs of the stack whose images this one deploys. */
  readonly promoted: PromotedOutputs | Error;
  /** The outputs of the stack whose network, cluster and load balancer this one uses. */
  readonly shared: SharedOutputs;
}

export async function askPulumi(given: StackFile): Promise<Answers> {
  const { stack, project, encrypted, secretsProvider, file, config } = given;
  const run: Run = (args) => runPulumi(args, project);
  const version = await run(["version"]).catch(() => undefined);
  const login = version === undefined ? new Error("there is no pulumi") : await readLogin(run);
  const stacks = login instanceof Error ? [] : await readStacks(run);
  const found = stacks.find(({ name }) => name.split("/").at(-1) === stack);
  const { decrypted, locked } = found
    ? await decrypt(run, encrypted, ["--stack", stack, "--config-file", file])
    : { decrypted: {}, locked: undefined };
  const read = async (other: string | undefined) =>
    login instanceof Error || other === undefined ? {} : await readOutputs(run, other);
  return {
    pulumi: { version, login, stack: found, secretsProvider, locked },
    decrypted,
    promoted: await read(promoteOf(config)?.from),
    shared: await read(config.shared?.stack),
  };
}

type Run = (args: readonly string[]) => Promise<string>;

async function readLogin(run: Run): Promise<Login | Error> {
  try {
    const { user, url } = JSON.parse(await run(["whoami", "--json"])) as Partial<Login>;
    return { user: user ?? "", url: url ?? "" };
  } catch (error) {
    return error as Error;
  }
}

async function readStacks(run: Run): Promise<readonly Listed[]> {
  return run(["stack", "ls", "--json"]).then(
    (text) => JSON.parse(text) as readonly Listed[],
    () => [],
  );
}

async function readOutputs(run: Run, stack: string): Promise<object | Error> {
  return run(["stack", "output", "--json", "--stack", stack]).then(
    (text) => JSON.parse(text) as object,
    (error: Error) => error,
  );
}

async function decrypt(run: Run, keys: readonly string[], place: readonly string[]) {
  const decrypted: Record<string, string> = {};
  try {
    for (const key of keys) {
      decrypted[key] = await run(["config", "get", key, ...place]);
    }
  } catch (error) {
    return { decrypted, locked: (error as Error).message };
  }
  return { decrypted, locked: undefined };
}

/** Its output, or an error with the last line of its errors. */
function runPulumi(args: readonly string[], cwd: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const options = { cwd, maxBuffer: 1024 ** 3 };
    const flags = ["--non-interactive", "--color", "never"];
    execFile("pulumi", [...args, ...flags], options, (error, stdout, stderr) => {
      const last = stderr.trim().split("\n").at(-1) ?? "";
      if (error) reject(new Error(last.replace(/^error: /, "") || error.message));
      else resolve(stdout.trim());
    });
  });
}
