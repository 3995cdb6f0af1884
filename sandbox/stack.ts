/** Prepares what a stack needs before its first `pulumi up` (repositories, a domain), and releases its services. */
import { readdir, readFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { withLock } from "./base/lock";
import {
  createRepository,
  listRepositories,
  push,
  type RunWorkflowsOptions,
  runWorkflows,
  type WorkflowEvent,
  type WorkflowResult,
} from "./github";
import { readFileAt, resolveRef } from "./github/commits";
import { git } from "./github/git";
import { repositoryPath } from "./github/settings";
import { releaseWithPipeline, runPipelines } from "./pipelines";
import type { InitOptions, Sandbox } from "./sandbox";
import { siteFiles } from "./site-seed";
import { CHECKOUT, type StackOptions } from "./stack-file";
import { type Service, type StackSettings, stackSettings } from "./stack-settings";

const SEED = join(CHECKOUT, "examples", "api");
/** The text of the example app, or of the site, that a release changes. */
const GREETING = /(Hello from (?:CloudFront|Fargate))[^\\"<]*/;

/** Creates the stack with an account that owns its domain, and the repositories of its services and its site. */
export async function prepare(
  sandbox: Sandbox,
  stack: string,
  options: Omit<InitOptions, "zone"> = {},
): Promise<StackSettings> {
  const settings = await stackSettings(stack, options);
  await sandbox.initStack(stack, { ...options, zone: settings.zone });
  const all = [...settings.services, ...(settings.site ? [settings.site] : [])];
  for (const fullName of new Set(all.map(({ repository }) => repository))) {
    // Commands that run at the same time may prepare the same repository.
    const lock = `${repositoryPath(sandbox.githubRoot, fullName)}.prepare.lock`;
    await withLock(lock, () => ensureRepository(sandbox, fullName, settings));
  }
  return settings;
}

async function ensureRepository(
  sandbox: Sandbox,
  fullName: string,
  { branches, services, site }: StackSettings,
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
    if (site?.repository !== fullName) continue;
    const files = siteFiles(site.context, site.outputDirectory);
    const [any] = await Promise.all(
      Object.keys(files).map((f) => readFileAt(repository.path, branch, f)),
    );
    if (any === undefined) await push(root, fullName, branch, files, `Add ${site.name}`);
  }
}

/** A repository; a new one has the files of the folder `seed`. */
export async function findOrCreate(
  { githubRoot: root }: Pick<Sandbox, "githubRoot">,
  fullName: string,
  seed = SEED,
) {
  return withLock(`${repositoryPath(root, fullName)}.create.lock`, async () => {
    const present = (await listRepositories(root)).find((one) => one.fullName === fullName);
    const repository = present ?? (await createRepository(root, fullName, { seed }));
    return { repository, isNew: present === undefined };
  });
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
  const { repository: fullName, context, greets = "server.mjs" } = service;
  const path = join(root, `${fullName}.git`);
  const number = await git(path, ["rev-list", "--count", branch]);
  const file = join(context, greets);
  const before = (await readFileAt(path, branch, file)) ?? "";
  const changes = GREETING.test(before)
    ? { [file]: before.replace(GREETING, `$1, greeting ${number}`) }
    : { [join(context, "release.txt")]: `Greeting ${number}\n` };
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

/** Runs the site's workflow manually with the commit of an earlier release. */
export async function releaseCommit(
  sandbox: Sandbox,
  stack: string,
  { repository, workflow }: { readonly repository: string; readonly workflow: string },
  commit: string,
  options: RunOptions = {},
): Promise<readonly WorkflowResult[]> {
  const { branch, start } = await stackSettings(stack, options);
  const path = join(sandbox.githubRoot, `${repository}.git`);
  // Only the stack's tags may deploy.
  const tags =
    typeof start === "object"
      ? await git(path, ["tag", "--points-at", commit]).catch(() => "")
      : "";
  const ref = tags === "" ? branch : `refs/tags/${tags.split("\n")[0]}`;
  const name = "workflow_dispatch" as const;
  const event = { name, ref, workflow: basename(workflow), inputs: { commit } };
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
