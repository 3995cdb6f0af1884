/** Connects to what only tasks reach: the database of a stack, or a task itself. Both go through ECS Exec, so no port is open. */
import type { Unwrap } from "@pulumi/pulumi";
import { quote } from "shlex";
import type { StackOutputs } from "../../components/stack";
import { CannotError, parseCommandLine, UsageError } from "../command";
import { readConfig, readStack } from "../stack-file/read";
import { ask, runHere } from "./processes";
import {
  chooseService,
  chooseTarget,
  databaseCommand,
  shellCommand,
  type Target,
  type Task,
} from "./session";

export const usage = `Usage: npm run connect -- database --stack dev [--service api] [--local-port 5432] [--print]
       npm run connect -- shell --stack dev [--service api] [--container api] [--command /bin/sh] [--print]

database  forwards a port of this machine to the stack's database, until Ctrl-C
shell     opens a shell in a running task

  --service     the service whose task it uses; default: the only suitable one
  --local-port  the port of this machine; default: the database's
  --container   another container of the task
  --command     what runs in the container; default: /bin/sh
  --config-file the stack file; default: Pulumi.<stack>.yaml
  --print       prints the command, and does not run it
`;

type Outputs = Unwrap<StackOutputs>;

const options = {
  stack: { type: "string" },
  service: { type: "string" },
  "local-port": { type: "string" },
  container: { type: "string" },
  command: { type: "string", default: "/bin/sh" },
  "config-file": { type: "string" },
  print: { type: "boolean", default: false },
  help: { type: "boolean", default: false },
} as const;

/** @returns the exit code */
export async function run(args: readonly string[], say = print): Promise<number> {
  const { values, positionals } = parseCommandLine({
    args: [...args],
    options,
    allowPositionals: true,
  });
  if (values.help) {
    say(usage);
    return 0;
  }
  const [what, ...rest] = positionals;
  if ((what !== "database" && what !== "shell") || rest.length > 0) {
    throw new UsageError("name one of database and shell");
  }
  if (!values.stack) throw new UsageError("--stack is missing");
  const localPort = portOf(values["local-port"]);
  const file = values["config-file"];
  const config = await readStack(values.stack, file === undefined ? {} : { file });
  const { name } = chooseService(config, what, values.service);
  if (!values.print) {
    // Before the lookups: without it the AWS CLI fails only at the end.
    await ask("session-manager-plugin", ["--version"]);
  }
  const place = placeOf(await readConfig(values.stack, file));
  const aws = (...command: string[]) => ask("aws", [...command, ...place, "--output", "json"]);
  const outputs = await outputsOf(values.stack);
  const target = await targetOf(outputs, name, values.container, aws);
  const command =
    what === "database"
      ? databaseCommand(outputs.cluster, target, portsOf(outputs, localPort))
      : shellCommand(outputs.cluster, target, values.command);
  say(`${["aws", ...command, ...place].map(quote).join(" ")}\n`);
  if (what === "database") {
    say(hint(outputs, localPort, place));
  }
  return values.print ? 0 : runHere("aws", [...command, ...place]);
}

function print(text: string): void {
  process.stdout.write(text);
}

function portOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const port = Number(text);
  if (Number.isInteger(port) && port >= 1 && port <= 65535) return port;
  throw new UsageError(`--local-port is a number from 1 to 65535, not ${text}`);
}

/** The region and the profile of the stack file. Without them, the AWS CLI uses those of the environment. */
function placeOf(config: Readonly<Record<string, unknown>>): string[] {
  return (["region", "profile"] as const).flatMap((key) => {
    const value = config[`aws:${key}`];
    return typeof value === "string" ? [`--${key}`, value] : [];
  });
}

async function outputsOf(stack: string): Promise<Outputs> {
  const flags = ["--non-interactive", "--color", "never"];
  const text = await ask("pulumi", ["stack", "output", "--json", "--stack", stack, ...flags]);
  return JSON.parse(text) as Outputs;
}

async function targetOf(
  { cluster, services }: Outputs,
  name: string,
  container: string | undefined,
  aws: (...command: string[]) => Promise<string>,
): Promise<Target> {
  const service = services?.[name]?.service;
  if (service === undefined) {
    throw new CannotError(`the stack has no service ${name} yet: run pulumi up`);
  }
  const found = ["--cluster", cluster];
  const list = await aws(
    ...["ecs", "list-tasks", ...found],
    ...["--service-name", service, "--desired-status", "RUNNING"],
    // DescribeTasks takes no more.
    ...["--max-items", "100"],
  );
  const { taskArns } = JSON.parse(list) as { taskArns: string[] };
  if (taskArns.length === 0) return chooseTarget([], name);
  const described = await aws("ecs", "describe-tasks", ...found, "--tasks", ...taskArns);
  const { tasks } = JSON.parse(described) as { tasks: Task[] };
  return chooseTarget(tasks, name, container);
}

function databaseOf({ database }: Outputs) {
  if (database) return database;
  throw new CannotError("the stack has no database yet: run pulumi up");
}

function portsOf(outputs: Outputs, localPort: number | undefined) {
  const { host, port } = databaseOf(outputs);
  return { host, port, localPort: localPort ?? port };
}

function hint(outputs: Outputs, localPort: number | undefined, place: readonly string[]): string {
  const { port, name, secret } = databaseOf(outputs);
  const read = ["aws", "secretsmanager", "get-secret-value", "--secret-id", secret, ...place];
  return `
The database ${name} is at localhost:${localPort ?? port}, with TLS. Its certificate has another name, so use sslmode=require or ssl-mode=REQUIRED.
User and password: ${[...read, "--query", "SecretString", "--output", "text"].map(quote).join(" ")}

`;
}
