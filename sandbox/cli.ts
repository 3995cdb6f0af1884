/** `npm run sandbox -- <command>`: runs one command on the sandbox of this checkout. */
import { access } from "node:fs/promises";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { advice } from "./advice";
import { run, stopOnSignals } from "./base/processes";
import { colors, info, print, shownPath } from "./base/terminal";
import { readDefinitions } from "./codepipeline/definitions";
import { FAILURES } from "./emulator/orders";
import { shellLines } from "./environment";
import { mergePullRequests } from "./merge";
import { filterOutput } from "./output-filter";
import { placeOf, stackFolder } from "./pipelines";
import {
  flagsOf,
  printLog,
  pushTo,
  type ReleaseFlags,
  releaseService,
  UsageError,
} from "./release";
import { DEFAULT_FOLDER, Sandbox } from "./sandbox";
import { releaseSite } from "./site";
import { prepare } from "./stack";
import { CHECKOUT } from "./stack-file";
import { formatStatus, readStatus } from "./status";

const USAGE = `Usage: npm run sandbox -- <command> [--stack dev] [options]

  up       start the sandbox if none is running, and \`pulumi up\` the stack
             --account NAME    in the AWS account of the stack NAME, or one that
                               stacks share; else each has an account
  preview  \`pulumi preview\` of the stack; --account as above
  doctor   \`npm run doctor\` for the stack: what its first update needs; --json;
             --account as above
  release  change the app, push it, and run the workflow or the pipeline that
           deploys it
             --service NAME    the first one of the stack file if not given
             --fail HOW        a release that fails: exits, unhealthy,
                               pull-fails, wrong (healthy, wrong
                               answers), crashes (healthy, then its
                               tasks exit), or task-fails (its migration)
             --image-tag TAG   deploy an image that exists, for example to go
                               back to an older one
             --service frontend   the stack's site; --commit SHA goes back to
                               an older release of it
  push     for other projects: change the app in a repository, and run the
           workflows and pipelines that this starts
             --repository OWNER/NAME  a new one is created, with the example app
  merge    merge the open pull requests, and run the workflows that this starts
  confirm-connection  complete the stack's new connection to its git host, as a
           person does in AWS's console
             --connection ARN  one that a stack file names and no update made
  logs     the log of the last release; --service NAME
  status   what runs, why a release failed, the GitHub repositories
             --json            for programs
  down     end the sandbox and remove all of it, protected stacks too;
           with --stack, \`pulumi destroy\` that stack alone
  env      shell exports for plain pulumi and aws, in this and other projects:
             eval "$(npm run -s sandbox -- env)"`;

interface Flags extends ReleaseFlags {
  readonly stack?: string;
  readonly account?: string;
  readonly repository?: string;
  readonly connection?: string;
  readonly json?: boolean;
}

interface Command {
  readonly flags: readonly (keyof Flags)[];
  readonly run: (flags: Flags) => Promise<number>;
}

const COMMANDS: Record<string, Command> = {
  up: { flags: ["stack", "account"], run: up },
  preview: { flags: ["stack", "account"], run: preview },
  doctor: { flags: ["stack", "account", "json"], run: doctor },
  release: { flags: ["stack", "service", "fail", "image-tag", "commit"], run: release },
  push: { flags: ["repository"], run: push },
  merge: { flags: ["stack"], run: merge },
  "confirm-connection": { flags: ["stack", "connection"], run: confirmConnection },
  logs: { flags: ["stack", "service"], run: logs },
  status: { flags: ["json"], run: ({ json = false }) => status(json) },
  down: { flags: ["stack"], run: ({ stack }) => down(stack) },
  env: { flags: ["stack", "account"], run: env },
};

async function open(stack: string): Promise<Sandbox> {
  await access(join(CHECKOUT, `Pulumi.${stack}.yaml`)).catch(() => {
    throw new UsageError(`there is no Pulumi.${stack}.yaml in ${shownPath(CHECKOUT)}`);
  });
  return Sandbox.open();
}

/** Opens the sandbox, and prepares the stack for its first update. */
async function openStack({ stack = "dev", account }: Flags) {
  const sandbox = await open(stack);
  if (account !== undefined) await sandbox.useAccount(stack, account);
  const { services, site } = await prepare(sandbox, stack);
  return { sandbox, stack, services, site };
}

async function engine(sandbox: Sandbox, stack: string, args: readonly string[]): Promise<number> {
  const onLine = filterOutput(print);
  const color = colors ? "always" : "never";
  const result = await sandbox.pulumi([...args, "--color", color], { stack, onLine });
  if (result.code !== 0) info(`\n${advice(args[0] ?? "", stack, result)}`);
  return result.code === 0 ? 0 : 1;
}

async function up(flags: Flags): Promise<number> {
  const { sandbox, stack, services } = await openStack(flags);
  const code = await engine(sandbox, stack, ["up", "--yes", "--skip-preview"]);
  sandbox.keep();
  if (code === 0) {
    const { connections } = await readDefinitions(await placeOf(sandbox, stack, {}));
    const next = connections.some(({ connectionStatus }) => connectionStatus === "PENDING")
      ? ["confirm-connection", "release"]
      : ["release"];
    const commands = next.map((command) => `npm run sandbox -- ${command}${flagsOf(stack)}`);
    info(
      `\nStack ${stack} is up, with ${services.length} service(s).\nNext: ${commands.join(", then ")}`,
    );
  }
  return code;
}

async function preview(flags: Flags): Promise<number> {
  const { sandbox, stack } = await openStack(flags);
  const code = await engine(sandbox, stack, ["preview"]);
  sandbox.keep();
  return code;
}

async function doctor(flags: Flags): Promise<number> {
  const { sandbox, stack } = await openStack(flags);
  sandbox.keep();
  const args = ["run", "--silent", "doctor", "--", "--stack", stack];
  const env = await sandbox.env(stack);
  const { code } = await run("npm", [...args, ...(flags.json ? ["--json"] : [])], {
    ...{ cwd: CHECKOUT, env, onLine: (line) => print(line) },
  });
  return code;
}

async function release(flags: Flags): Promise<number> {
  const { sandbox, stack, services, site } = await openStack(flags);
  sandbox.keep();
  if (site && flags.service === site.name) return releaseSite(sandbox, stack, site, flags);
  return releaseService(sandbox, stack, services, flags);
}

async function merge(flags: Flags): Promise<number> {
  const { sandbox, stack, services, site } = await openStack(flags);
  sandbox.keep();
  return mergePullRequests(sandbox, stack, [...services, ...(site ? [site] : [])]);
}

async function push({ repository = "" }: Flags): Promise<number> {
  if (!/^[\w.-]+\/[\w.-]+$/.test(repository)) {
    throw new UsageError("push needs --repository OWNER/NAME");
  }
  const sandbox = await Sandbox.open();
  sandbox.keep();
  return pushTo(sandbox, repository);
}

async function confirmConnection({ stack = "dev", connection }: Flags): Promise<number> {
  const sandbox = await open(stack);
  sandbox.keep();
  const { confirmConnections }: typeof import("./codepipeline") = require("./codepipeline");
  const confirmed = await confirmConnections(stackFolder(sandbox, stack), connection);
  if (confirmed.length === 0)
    info(`Stack ${stack} has no connection: first npm run sandbox -- up${flagsOf(stack)}`);
  for (const arn of confirmed) info(`${arn} is available`);
  if (confirmed.length > 0) {
    // A connection that a stack file names is confirmed before the update.
    info(`Next: npm run sandbox -- ${connection ? "up" : "release"}${flagsOf(stack)}`);
  }
  return confirmed.length > 0 ? 0 : 1;
}

async function logs({ stack = "dev", service }: Flags): Promise<number> {
  if (!(await Sandbox.isUp())) return status(false);
  return printLog(await open(stack), stack, service);
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
  info(`The sandbox has stopped, and ${shownPath(DEFAULT_FOLDER)} is removed.`);
  return 0;
}

async function env(flags: Flags): Promise<number> {
  const { sandbox, stack } = await openStack(flags);
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
    const flags = parseArgs({ args: rest, options, strict: true }).values as Flags;
    const { fail } = flags;
    if (fail !== undefined && !FAILURES.includes(fail)) {
      throw new Error(`--fail '${fail}' is none of ${FAILURES.join(", ")}`);
    }
    return { command, flags };
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
