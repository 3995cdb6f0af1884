/** Makes an environment for a branch, and destroys it when the branch is gone or its time is over. */
import { parseArgs } from "node:util";
import { deploy, openStack, terminalProgress } from "slipway/automation";
import { readBranches } from "./branches";
import {
  createEnvironment,
  destroyEnvironment,
  environmentNames,
  readEnvironment,
} from "./environments";
import { parseTtl } from "./lifetime";
import { environmentOf, hostOf, platform, repository } from "./settings";
import { sweep, timeLeft } from "./sweep";

const usage = `Commands:
  platform                  creates or updates what all environments share
  create BRANCH [--ttl 8h]  creates or updates the environment of a branch, and prints its URL; its time starts again
  list                      prints all environments
  sweep                     destroys those whose branch is gone or whose time is over
  destroy BRANCH            destroys one

Exit codes: 0 if all is done, 1 if something failed, 2 if the command is wrong.`;

async function main(args: string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    ...{ args, allowPositionals: true },
    options: { ttl: { type: "string" }, help: { type: "boolean", default: false } },
  });
  if (values.help) {
    process.stdout.write(`${usage}\n`);
    return 0;
  }
  const [command, branch, ...rest] = positionals;
  const takesBranch = command === "create" || command === "destroy";
  if (rest.length > 0 || takesBranch !== (branch !== undefined)) {
    throw new TypeError(`${command} needs ${takesBranch ? "one branch" : "no branch"}`);
  }
  if (values.ttl !== undefined && command !== "create") {
    throw new TypeError("--ttl belongs to create");
  }
  switch (command) {
    case "platform":
      await deploy(await openStack(platform), { onProgress: terminalProgress() });
      return 0;
    case "create":
      return create(branch ?? "", parseTtl(values.ttl ?? "8h"));
    case "list":
      return list();
    case "sweep":
      return sweepAll();
    case "destroy":
      return destroy(branch ?? "");
    default:
      throw new TypeError(command ? `there is no command ${command}` : "a command is missing");
  }
}

async function create(branch: string, ttl: number): Promise<number> {
  if (!(await readBranches(repository)).has(branch)) {
    throw new Error(`${repository} has no branch ${branch}: push it first`);
  }
  const { url, workflow } = await createEnvironment(branch, new Date(Date.now() + ttl));
  const file = workflow.split("/").at(-1);
  process.stderr.write(
    `The next push to ${branch} deploys it. To deploy it now: gh workflow run ${file} --repo ${repository} --ref ${branch}\n`,
  );
  process.stdout.write(`${url}\n`);
  return 0;
}

async function list(): Promise<number> {
  for (const name of await environmentNames()) {
    const environment = await readEnvironment(name);
    const parts = environment
      ? [environment.branch, hostOf(environment.branch), timeLeft(environment, new Date())]
      : ["its creation has just started"];
    process.stdout.write(`${[name, ...parts].join("\t")}\n`);
  }
  return 0;
}

async function sweepAll(): Promise<number> {
  // The engine gets Ctrl-C itself and ends in order; the next environment does not start.
  let stopped = false;
  process.on("SIGINT", () => {
    stopped = true;
  });
  // The names come first: a branch that is pushed in between must not look like one that is gone.
  const names = await environmentNames();
  const branches = await readBranches(repository);
  const outcomes = await sweep(names, {
    ...{ branches, read: readEnvironment, destroy: destroyEnvironment, isStopped: () => stopped },
  });
  for (const { name, result, why } of outcomes) {
    process.stdout.write(`${name}: ${result}, ${why}\n`);
  }
  return outcomes.some(({ result }) => result === "failed" || result === "skipped") ? 1 : 0;
}

async function destroy(branch: string): Promise<number> {
  const { stack } = environmentOf(branch);
  if (!(await environmentNames()).includes(stack)) {
    throw new Error(`${branch} has no environment: there is no stack ${stack}`);
  }
  await destroyEnvironment(stack);
  return 0;
}

main(process.argv.slice(2)).then(
  (code) => {
    process.exitCode = code;
  },
  (error: Error) => {
    const isWrong = error instanceof TypeError;
    process.stderr.write(`${error.message}\n${isWrong ? `${usage}\n` : ""}`);
    process.exitCode = isWrong ? 2 : 1;
  },
);
