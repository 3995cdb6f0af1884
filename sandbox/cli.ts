/** `npm run sandbox -- <command>`: runs one command on the sandbox of this checkout. */
import { access } from "node:fs/promises";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { advice } from "./advice";
import { lastLines, stopOnSignals } from "./base/processes";
import { shellLines } from "./environment";
import { filterOutput } from "./output-filter";
import { DEFAULT_FOLDER, Sandbox } from "./sandbox";
import { prepare, release, type Service } from "./stack";
import { CHECKOUT } from "./stack-file";
import { formatStatus, readStatus } from "./status";

const USAGE = `Usage: npm run sandbox -- <command> [options]

  up       [--stack dev]                  start the sandbox if none is running, and \`pulumi up\` the stack
  preview  [--stack dev]                  \`pulumi preview\` of the stack
  release  [--stack dev] [--service api]  change the app, push it, and run the workflow that deploys it
  status   [--json]                       the AWS endpoint, the stacks, the GitHub repositories
  down     [--stack dev]                  end the sandbox and remove all of it, protected stacks too;
                                          with --stack, \`pulumi destroy\` that stack alone
  env      [--stack dev]                  shell exports for plain pulumi and aws:
                                          eval "$(npm run -s sandbox -- env)"`;

class UsageError extends Error {}

interface Flags {
  readonly stack?: string;
  readonly service?: string;
  readonly json?: boolean;
}

interface Command {
  readonly flags: readonly (keyof Flags)[];
  readonly run: (flags: Flags) => Promise<number>;
}

const COMMANDS: Record<string, Command> = {
  up: { flags: ["stack"], run: ({ stack = "dev" }) => up(stack) },
  preview: { flags: ["stack"], run: ({ stack = "dev" }) => preview(stack) },
  release: { flags: ["stack", "service"], run: releaseService },
  status: { flags: ["json"], run: ({ json = false }) => status(json) },
  down: { flags: ["stack"], run: ({ stack }) => down(stack) },
  env: { flags: ["stack"], run: ({ stack = "dev" }) => env(stack) },
};

/** Writes for people, to standard error; standard output is for what a program may read. */
function info(text: string): void {
  process.stderr.write(`${text}\n`);
}

const print = (line: string): void => void process.stdout.write(`${line}\n`);

async function open(stack: string): Promise<Sandbox> {
  await access(join(CHECKOUT, `Pulumi.${stack}.yaml`)).catch(() => {
    throw new UsageError(`there is no Pulumi.${stack}.yaml in ${CHECKOUT}`);
  });
  return Sandbox.open();
}

async function engine(sandbox: Sandbox, stack: string, args: readonly string[]): Promise<number> {
  const color = process.stdout.isTTY ? "always" : "never";
  const onLine = filterOutput(print);
  const result = await sandbox.pulumi([...args, "--color", color], { stack, onLine });
  if (result.code !== 0) info(`\n${advice(args[0] ?? "", stack, result)}`);
  return result.code === 0 ? 0 : 1;
}

async function up(stack: string): Promise<number> {
  const sandbox = await open(stack);
  const { services } = await prepare(sandbox, stack);
  const code = await engine(sandbox, stack, ["up", "--yes", "--skip-preview"]);
  sandbox.keep();
  if (code === 0) {
    const flag = stack === "dev" ? "" : ` --stack ${stack}`;
    info(
      `\nStack ${stack} is up, with ${services.length} service(s). Next: npm run sandbox -- release${flag}`,
    );
  }
  return code;
}

async function preview(stack: string): Promise<number> {
  const sandbox = await open(stack);
  await prepare(sandbox, stack);
  const code = await engine(sandbox, stack, ["preview"]);
  sandbox.keep();
  return code;
}

async function releaseService({ stack = "dev", service: name }: Flags): Promise<number> {
  const sandbox = await open(stack);
  sandbox.keep();
  const { services } = await prepare(sandbox, stack);
  const service = chooseService(services, stack, name);
  if (!(await sandbox.outputs(stack))?.cluster) {
    info(
      `Stack ${stack} is not up: there is no workflow to run. First: npm run sandbox -- up --stack ${stack}`,
    );
    return 1;
  }
  const { workflows } = await release(sandbox, stack, service, {
    onCommit: (sha, message) =>
      info(`Pushed ${sha.slice(0, 12)} to ${service.repository}: ${message}`),
    onLine: print,
  });
  if (workflows.length === 0) {
    info("The push started no workflow: do its path filter and its branch match the commit?");
    return 1;
  }
  for (const { file, ok, log } of workflows) {
    info(`${file}: ${ok ? "succeeded" : "failed"}`);
    if (!ok) info(lastLines({ code: 1, stdout: log, stderr: "" }));
  }
  return workflows.every(({ ok }) => ok) ? 0 : 1;
}

function chooseService(services: readonly Service[], stack: string, name?: string): Service {
  const service = name === undefined ? services[0] : services.find((one) => one.name === name);
  if (service) return service;
  const known = services.map((one) => one.name).join(", ") || "none";
  throw new UsageError(`Pulumi.${stack}.yaml has no service '${name ?? ""}': it has ${known}`);
}

async function status(json: boolean): Promise<number> {
  const found = await readStatus();
  print(json ? JSON.stringify(found, null, 2) : formatStatus(found));
  return 0;
}

async function down(stack: string | undefined): Promise<number> {
  if (stack !== undefined && (await Sandbox.isUp())) {
    const sandbox = await open(stack);
    // Without --skip-preview: a protected stack fails in the preview, before anything is deleted.
    const code = await engine(sandbox, stack, ["destroy", "--yes"]);
    if (code === 0) info(`Stack ${stack} is destroyed; the sandbox keeps running.`);
    return code;
  }
  await Sandbox.down();
  info(`The sandbox has stopped, and ${DEFAULT_FOLDER} is removed.`);
  return 0;
}

async function env(stack: string): Promise<number> {
  const sandbox = await open(stack);
  await prepare(sandbox, stack);
  sandbox.keep();
  const variables = await sandbox.exports(stack);
  for (const line of shellLines(variables, process.env)) print(line);
  return 0;
}

function parse(args: readonly string[]): { command: Command; flags: Flags } {
  const [name = "", ...rest] = args;
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (!command) {
    throw new UsageError(name === "" ? "a command is missing" : `there is no command '${name}'`);
  }
  const type = (flag: keyof Flags) => ({ type: flag === "json" ? "boolean" : "string" }) as const;
  const options = Object.fromEntries(command.flags.map((flag) => [flag, type(flag)]));
  try {
    return { command, flags: parseArgs({ args: rest, options, strict: true }).values as Flags };
  } catch (error) {
    throw new UsageError(`${name}: ${error instanceof Error ? error.message : error}`);
  }
}

async function main(): Promise<number> {
  const args = process.argv.slice(2);
  if (args.some((arg) => arg === "--help" || arg === "-h") || args[0] === "help") {
    print(USAGE);
    return 0;
  }
  const { command, flags } = parse(args);
  return command.run(flags);
}

stopOnSignals();
main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    info(`error: ${error instanceof Error ? error.message : error}`);
    if (error instanceof UsageError) info(`\n${USAGE}`);
    process.exit(error instanceof UsageError ? 2 : 1);
  },
);
