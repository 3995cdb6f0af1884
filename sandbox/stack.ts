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
import { releaseWithPipeline, runPipelines } from "./pipelines";
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
  /** The branch on which a release starts. */
  readonly branch: string;
  /** What starts a release: a push to the branch, a new tag with this pattern, or a run by hand. */
  readonly start: "push" | "by hand" | { readonly tag: string };
  /** The branches of all triggers. */
  readonly branches: readonly string[];
  readonly zone: string | undefined;
  readonly services: readonly Service[];
}

interface Trigger {
  readonly branch?: string;
}

/** Where a stack that releases with CodePipeline has its code. */
interface Source {
  readonly type?: string;
  readonly repository?: string;
  readonly branch?: string;
}

interface Config {
  readonly "slipway:github"?: { repository?: string; trigger?: Trigger | readonly Trigger[] };
  readonly "slipway:release"?: { source?: Source };
  readonly "slipway:loadBalancer"?: { https?: { zone?: string } };
  readonly "slipway:services"?: readonly {
    name?: string;
    repository?: string;
    build?: { context?: string };
  }[];
}

interface Trigger {
  readonly type?: string;
  readonly branch?: string;
  readonly pattern?: string;
}

export async function stackSettings(
  stack: string,
  options: StackOptions = {},
): Promise<StackSettings> {
  const config = (await stackConfig(stack, options)) as Config;
  const github = config["slipway:github"];
  const services = config["slipway:services"];
  const source = config["slipway:release"]?.source;
  const triggers = source ? [triggerOf(source)] : [github?.trigger ?? []].flat();
  return {
    ...startOf(triggers),
    branches: triggers.flatMap(({ branch }) => branch ?? []),
    zone: config["slipway:loadBalancer"]?.https?.zone,
    services: (Array.isArray(services) ? services : []).flatMap(({ name, repository, build }) => {
      const place = fullNameOf(repository ?? source?.repository ?? github?.repository, source);
      if (!name || !place || !/^[\w.-]+\/[\w.-]+$/.test(place)) return [];
      return [{ name, repository: place, context: build?.context ?? "." }];
    }),
  };
}

function triggerOf({ branch = "main" }: Source): Trigger {
  return { type: "push", branch };
}

/** CodeCommit's repositories have no owner. */
function fullNameOf(repository: string | undefined, source: Source | undefined) {
  return repository && source?.type === "codecommit"
    ? `codecommit/${basename(repository)}`
    : repository;
}

/** A release starts with a push if the stack has such a trigger, otherwise with a tag, otherwise by hand. */
function startOf(triggers: readonly Trigger[]): Pick<StackSettings, "branch" | "start"> {
  const pushed = triggers.find(({ type }) => type === "push");
  const tagged = triggers.find(({ type }) => type === "tag")?.pattern;
  const branch = (pushed ?? triggers.find((trigger) => trigger.branch))?.branch ?? "main";
  return { branch, start: pushed ? "push" : tagged ? { tag: tagged } : "by hand" };
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
  const { repository } = await findOrCreate(sandbox, fullName);
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

/** A repository; a new one has the files of the folder `seed`. */
export async function findOrCreate(sandbox: Sandbox, fullName: string, seed = SEED) {
  const root = sandbox.githubRoot;
  const present = (await listRepositories(root)).find((one) => one.fullName === fullName);
  const repository = present ?? (await createRepository(root, fullName, { seed }));
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
  /** Called after the push, with the tag of the image; the workflows start when it is done. */
  readonly onCommit?: (commit: Commit) => void | Promise<void>;
}

export interface Commit {
  readonly sha: string;
  readonly message: string;
  /** The commit, or the pushed tag. */
  readonly imageTag: string;
}

/** Changes the app's greeting, commits this to the branch that deploys, and runs the workflows that GitHub would run. */
export async function release(
  sandbox: Sandbox,
  stack: string,
  service: Service,
  options: ReleaseOptions = {},
): Promise<Release> {
  const { branch, start }: Pick<StackSettings, "branch" | "start"> =
    options.branch === undefined
      ? await stackSettings(stack, options)
      : { branch: options.branch, start: "push" };
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
  const tag = typeof start === "object" ? start.tag.replaceAll("*", `0.0.${number}`) : undefined;
  if (tag !== undefined) await git(path, ["tag", tag, sha]);
  await options.onCommit?.({ sha, message, imageTag: tag ?? sha });
  const event: WorkflowEvent =
    start === "by hand"
      ? { name: "workflow_dispatch", ref: branch, workflow: `deploy-${service.name}-${stack}.yml` }
      : { name: "push", ref: tag === undefined ? `refs/heads/${branch}` : `refs/tags/${tag}`, sha };
  const workflows = await runEvent(sandbox, stack, fullName, event, options);
  return { sha, message, workflows };
}

/** What deploys a service: its workflow, or its pipeline. */
interface Deployer extends Pick<Service, "repository"> {
  readonly workflow?: string;
  readonly pipeline?: string;
}

/** Runs the service's workflow or pipeline manually with the tag of an image, as in the repository's Actions tab. */
export async function releaseImage(
  sandbox: Sandbox,
  stack: string,
  { repository, workflow = "", pipeline }: Deployer,
  tag: string,
  options: RunOptions = {},
): Promise<readonly WorkflowResult[]> {
  if (pipeline !== undefined) return releaseWithPipeline(sandbox, stack, pipeline, tag, options);
  const { branch, start } = await stackSettings(stack, options);
  const inputs = { "image-tag": tag };
  const name = "workflow_dispatch" as const;
  // Only the stack's tags may deploy: the image's tag is the name of one.
  const ref = typeof start === "object" ? `refs/tags/${tag}` : branch;
  const event = { name, ref, workflow: basename(workflow), inputs };
  return runEvent(sandbox, stack, repository, event, options);
}

/** Runs the workflows and then the pipelines that an event starts. */
export async function runEvent(
  sandbox: Sandbox,
  stack: string,
  fullName: string,
  event: WorkflowEvent,
  options: RunOptions,
): Promise<readonly WorkflowResult[]> {
  const workflows = await runWorkflows({
    ...{ root: sandbox.githubRoot, fullName, event, actPath: sandbox.tools.act },
    ...{ env: await sandbox.env(stack, options), awsEndpoint: sandbox.endpoint },
    ...(options.onStart && { onStart: options.onStart }),
    ...(options.onLine && { onLine: options.onLine }),
  });
  return [...workflows, ...(await runPipelines(sandbox, stack, fullName, event, options))];
}
