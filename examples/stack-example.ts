/** Runs an example that is an application with a stack file, as its team would: an update, a release, a preview. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { confirmConnections } from "../sandbox/codepipeline";
import { filterOutput } from "../sandbox/output-filter";
import { stackFolder } from "../sandbox/pipelines";
import type { Sandbox } from "../sandbox/sandbox";
import { findOrCreate, prepare, release } from "../sandbox/stack";
import type { StackOptions } from "../sandbox/stack-file";
import type { Service } from "../sandbox/stack-settings";

/** A stack in the sandbox that is ready for its first update. */
export interface StackExample {
  readonly stack: string;
  readonly options: StackOptions;
  /** What a release deploys. */
  readonly service: Service;
  /** Arguments and variables for each start of the engine. @default none */
  readonly engine?: { readonly args: readonly string[]; readonly env: NodeJS.ProcessEnv };
}

/** The stack file of an example; not each example has one. */
const stackFile = (name: string) => join(__dirname, name, "Pulumi.dev.yaml");

export const hasStackFile = (name: string) => existsSync(stackFile(name));

/** The stack of an example's `Pulumi.dev.yaml`, and a repository with its `app/`. In the sandbox the stack has the example's name. */
export async function openStackFile(sandbox: Sandbox, name: string): Promise<StackExample> {
  await findOrCreate(sandbox, `octo-org/${name}`, join(__dirname, name, "app"));
  const options = { configFile: stackFile(name) };
  const { services } = await prepare(sandbox, name, options);
  const [service] = services;
  if (!service) throw new Error(`${options.configFile} has no service`);
  return { stack: name, options, service };
}

/** `npm run example -- NAME [destroy]`. Returns the exit code. */
export async function runStackExample(
  sandbox: Sandbox,
  example: StackExample,
  [operation = "up"]: readonly string[],
  print: (line: string) => void,
): Promise<number> {
  const { stack, options, engine } = example;
  const pulumi = async (...args: string[]) => {
    print(`\n$ pulumi ${args.join(" ")}`);
    const all = [...args, "--non-interactive", "--color", "never", ...(engine?.args ?? [])];
    const onLine = filterOutput(print);
    return (await sandbox.pulumi(all, { ...options, stack, onLine, env: engine?.env })).code;
  };
  if (operation === "destroy") return pulumi("destroy", "--yes", "--skip-preview");
  if (operation !== "up") throw new Error(`unknown operation ${operation}: up or destroy`);
  const code = await pulumi("up", "--yes", "--skip-preview");
  if (code !== 0) return code;
  await confirmNewConnections(sandbox, stack, print);
  if (!(await releaseExample(sandbox, example, print))) return 1;
  print(`\n${(await sandbox.outputs(stack, options))?.url}`);
  return pulumi("preview", "--expect-no-changes");
}

/** Confirms new connections. On an account, a person does this in AWS's console. */
async function confirmNewConnections(
  sandbox: Sandbox,
  stack: string,
  print: (line: string) => void,
): Promise<void> {
  for (const arn of await confirmConnections(stackFolder(sandbox, stack))) {
    print(`\n${arn} is confirmed. On an account, a person does this in the console.`);
  }
}

/** Changes the application, and runs the workflows and pipelines that this starts. Returns whether they succeeded. */
async function releaseExample(
  sandbox: Sandbox,
  { stack, options, service }: StackExample,
  print: (line: string) => void,
): Promise<boolean> {
  const { workflows } = await release(sandbox, stack, service, {
    ...{ ...options, branch: "main", onLine: print },
    onCommit: ({ message }) => print(`\n$ git commit -m "${message}" && git push`),
  });
  for (const { file, ok, failure } of workflows) {
    print(`\n${file}: ${ok ? "succeeded" : `failed: ${failure}`}`);
  }
  return workflows.length > 0 && workflows.every(({ ok }) => ok);
}
