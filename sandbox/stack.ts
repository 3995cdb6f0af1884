/** Prepares what a stack needs before its first `pulumi up` (repositories, a domain), and releases its services. */
import { readdir, readFile } from "node:fs/promises";
import { basename, join } from "node:path";
import {
  createRepository,
  listRepositories,
  push,
  type RunWorkflowsOptions,
  runWorkflows,
  type WorkflowEvent,
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

export async function stackSettings(
  stack: string,
  options: StackOptions = {},
): Promise<StackSettings> {
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
  { branch, services }: StackSettings,
): Promise<void> {
  const root = sandbox.githubRoot;
  const { repository } = await findOrCreate(sandbox, fullName);
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

/** A repository; a new one has the example app. */
export async function findOrCreate(sandbox: Sandbox, fullName: string) {
  const root = sandbox.githubRoot;
  const present = (await listRepositories(root)).find((one) => one.fullName === fullName);
  const repository = present ?? (await createRepository(root, fullName, { seed: SEED }));
  return { repository, isNew: present === undefined };
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

export interface RunOptions extends StackOptions, Pick<RunWorkflowsOptions, "onStart" | "onLine"> {}

export interface ReleaseOptions extends RunOptions {
  /** @default the one in the stack file's trigger */
  readonly branch?: string;
  /** Called after the push; the workflows start when it is done. */
  readonly onCommit?: (sha: string, message: string) => void | Promise<void>;
}

/** Changes the app's greeting, commits this to the branch that deploys, and runs the workflows that GitHub would run. */
export async function release(
  sandbox: Sandbox,
  stack: string,
  service: Service,
  options: ReleaseOptions = {},
): Promise<Release> {
  const { branch = (await stackSettings(stack, options)).branch } = options;
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
  await options.onCommit?.(sha, message);
  const event = { name: "push", ref: `refs/heads/${branch}`, sha } as const;
  const workflows = await runEvent(sandbox, stack, fullName, event, options);
  return { sha, message, workflows };
}

/** Runs the service's workflow manually with the tag of an image, as in the repository's Actions tab. */
export async function releaseImage(
  sandbox: Sandbox,
  stack: string,
  { repository, workflow }: Pick<Service, "repository"> & { readonly workflow: string },
  tag: string,
  options: RunOptions = {},
): Promise<readonly WorkflowResult[]> {
  const { branch } = await stackSettings(stack, options);
  const inputs = { "image-tag": tag };
  const name = "workflow_dispatch" as const;
  const event = { name, ref: branch, workflow: basename(workflow), inputs };
  return runEvent(sandbox, stack, repository, event, options);
}

async function runEvent(
  sandbox: Sandbox,
  stack: string,
  fullName: string,
  event: WorkflowEvent,
  options: RunOptions,
): Promise<readonly WorkflowResult[]> {
  return runWorkflows({
    ...{ root: sandbox.githubRoot, fullName, event, actPath: sandbox.tools.act },
    ...{ env: await sandbox.env(stack, options), awsEndpoint: sandbox.endpoint },
    ...(options.onStart && { onStart: options.onStart }),
    ...(options.onLine && { onLine: options.onLine }),
  });
}
