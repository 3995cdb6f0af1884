/** What a team has before its first `pulumi up`, and what it does afterwards: repositories, a domain, releases. */
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import {
  createRepository,
  listRepositories,
  push,
  runWorkflows,
  type WorkflowResult,
} from "./github";
import { git, readFileAt, resolveRef } from "./github/git";
import type { Sandbox } from "./sandbox";
import { CHECKOUT, type StackOptions, stackConfig } from "./stack-file";

const SEED = join(CHECKOUT, "examples", "api");
/** The line of the example app that a release changes. */
const GREETING = /Hello from Fargate[^\\"]*/;

export interface Service {
  readonly name: string;
  readonly repository: string;
  /** Folder of its Dockerfile in the repository. */
  readonly context: string;
}

/** What a stack file says of the world outside Pulumi. Mistakes in it are for the program to report. */
export interface Surroundings {
  readonly branch: string;
  readonly zone: string | undefined;
  readonly services: readonly Service[];
}

interface Config {
  readonly "slipway:github"?: { repository?: string; trigger?: { branch?: string } };
  readonly "slipway:loadBalancer"?: { https?: { zone?: string } };
  readonly "slipway:services"?: readonly {
    name?: string;
    repository?: string;
    build?: { context?: string };
  }[];
}

export async function surroundings(
  stack: string,
  options: StackOptions = {},
): Promise<Surroundings> {
  const config = (await stackConfig(stack, options)) as Config;
  const github = config["slipway:github"];
  const services = config["slipway:services"];
  return {
    branch: github?.trigger?.branch ?? "main",
    zone: config["slipway:loadBalancer"]?.https?.zone,
    services: (Array.isArray(services) ? services : []).flatMap(({ name, repository, build }) => {
      const place = repository ?? github?.repository;
      if (!name || !place || !/^[\w.-]+\/[\w.-]+$/.test(place)) return [];
      return [{ name, repository: place, context: build?.context ?? "." }];
    }),
  };
}

/** The stack with an account that owns its domain, and the repositories that it names. */
export async function prepare(
  sandbox: Sandbox,
  stack: string,
  options: StackOptions = {},
): Promise<Surroundings> {
  const around = await surroundings(stack, options);
  await sandbox.initStack(stack, { ...options, zone: around.zone });
  for (const fullName of new Set(around.services.map(({ repository }) => repository))) {
    await ensureRepository(sandbox, fullName, around);
  }
  return around;
}

async function ensureRepository(
  sandbox: Sandbox,
  fullName: string,
  { branch, services }: Surroundings,
): Promise<void> {
  const root = sandbox.githubRoot;
  const present = (await listRepositories(root)).find((one) => one.fullName === fullName);
  const repository = present ?? (await createRepository(root, fullName, { seed: SEED }));
  const { defaultBranch } = repository.settings;
  if (!(await resolveRef(repository.path, `refs/heads/${branch}`))) {
    await git(repository.path, ["branch", branch, defaultBranch]);
  }
  const contexts = services.filter((service) => service.repository === fullName);
  for (const { name, context } of contexts) {
    const folder = join(context, ".");
    const dockerfile = join(folder, "Dockerfile");
    if (await readFileAt(repository.path, branch, dockerfile)) continue;
    await push(root, fullName, branch, await seedFiles(folder), `Add ${name}`);
  }
}

async function seedFiles(folder: string): Promise<Record<string, string>> {
  const names = await readdir(SEED);
  const read = async (name: string) =>
    [join(folder, name), await readFile(join(SEED, name), "utf8")] as const;
  return Object.fromEntries(await Promise.all(names.map(read)));
}

export interface Release {
  readonly sha: string;
  readonly message: string;
  readonly workflows: readonly WorkflowResult[];
}

/** Changes the app's greeting, commits that to the branch that deploys, and runs what GitHub would run. */
export async function release(
  sandbox: Sandbox,
  stack: string,
  service: Service,
  options: StackOptions & {
    readonly onCommit?: (sha: string, message: string) => void;
    readonly onLine?: (line: string) => void;
  } = {},
): Promise<Release> {
  const { branch } = await surroundings(stack, options);
  const root = sandbox.githubRoot;
  const { repository: fullName, context } = service;
  const path = join(root, `${fullName}.git`);
  const number = await git(path, ["rev-list", "--count", branch]);
  const file = join(context, "server.mjs");
  const before = (await readFileAt(path, branch, file)) ?? "";
  const greeting = `Hello from Fargate, greeting ${number}`;
  const changes = GREETING.test(before)
    ? { [file]: before.replace(GREETING, greeting) }
    : { [join(context, "release.txt")]: `${greeting}\n` };
  const message = `Change the greeting of ${service.name} to number ${number}`;
  const sha = await push(root, fullName, branch, changes, message);
  options.onCommit?.(sha, message);
  const workflows = await runWorkflows({
    root,
    fullName,
    event: { name: "push", ref: `refs/heads/${branch}`, sha },
    actPath: sandbox.tools.act,
    env: await sandbox.env(stack, options),
    awsEndpoint: sandbox.endpoint,
    onLine: options.onLine,
  });
  return { sha, message, workflows };
}
