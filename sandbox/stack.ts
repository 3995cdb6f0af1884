/** Prepares what a stack needs before its first `pulumi up` (repositories, a domain), and releases its services. */
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
  /** The folder of its Dockerfile in the repository. */
  readonly context: string;
}

/** The settings of a stack file that the sandbox needs. The program, not the sandbox, reports mistakes in them. */
export interface StackSettings {
  /** The branch of the first trigger. */
  readonly branch: string;
  /** The branches of all triggers. */
  readonly branches: readonly string[];
  readonly zone: string | undefined;
  readonly services: readonly Service[];
}

interface Trigger {
  readonly branch?: string;
}

interface Config {
  readonly "slipway:github"?: { repository?: string; trigger?: Trigger | readonly Trigger[] };
  readonly "slipway:loadBalancer"?: { https?: { zone?: string } };
  readonly "slipway:services"?: readonly {
    name?: string;
    repository?: string;
    build?: { context?: string };
  }[];
}

export async function stackSettings(
  stack: string,
  options: StackOptions = {},
): Promise<StackSettings> {
  const config = (await stackConfig(stack, options)) as Config;
  const github = config["slipway:github"];
  const services = config["slipway:services"];
  const branches = [github?.trigger ?? []].flat().flatMap(({ branch }) => branch ?? []);
  return {
    ...{ branches, branch: branches[0] ?? "main" },
    zone: config["slipway:loadBalancer"]?.https?.zone,
    services: (Array.isArray(services) ? services : []).flatMap(({ name, repository, build }) => {
      const place = repository ?? github?.repository;
      if (!name || !place || !/^[\w.-]+\/[\w.-]+$/.test(place)) return [];
      return [{ name, repository: place, context: build?.context ?? "." }];
    }),
  };
}

/** Creates the stack with an account that owns its domain, and the repositories of its services. */
export async function prepare(
  sandbox: Sandbox,
  stack: string,
  options: StackOptions = {},
): Promise<StackSettings> {
  const settings = await stackSettings(stack, options);
  await sandbox.initStack(stack, { ...options, zone: settings.zone });
  for (const fullName of new Set(settings.services.map(({ repository }) => repository))) {
    await ensureRepository(sandbox, fullName, settings);
  }
  return settings;
}

async function ensureRepository(
  sandbox: Sandbox,
  fullName: string,
  { branches, services }: StackSettings,
): Promise<void> {
  const root = sandbox.githubRoot;
  const present = (await listRepositories(root)).find((one) => one.fullName === fullName);
  const repository = present ?? (await createRepository(root, fullName, { seed: SEED }));
  const { defaultBranch } = repository.settings;
  for (const branch of new Set([...branches, defaultBranch])) {
    if (!(await resolveRef(repository.path, `refs/heads/${branch}`))) {
      await git(repository.path, ["branch", branch, defaultBranch]);
    }
    for (const { name, context, repository: own } of services) {
      const folder = join(context, ".");
      const dockerfile = join(folder, "Dockerfile");
      if (own !== fullName || (await readFileAt(repository.path, branch, dockerfile))) continue;
      await push(root, fullName, branch, await seedFiles(folder), `Add ${name}`);
    }
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

/** Changes the app's greeting, commits this to the branch that deploys, and runs the workflows that GitHub would run. */
export async function release(
  sandbox: Sandbox,
  stack: string,
  service: Service,
  options: StackOptions & {
    readonly onCommit?: (sha: string, message: string) => void;
    readonly onLine?: (line: string) => void;
  } = {},
): Promise<Release> {
  const { branch } = await stackSettings(stack, options);
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
