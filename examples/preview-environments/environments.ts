import { automation } from "@pulumi/pulumi";
import { deploy, destroy, openStack, terminalProgress } from "slipway/automation";
import { stackPrefix } from "./names";
import { environmentOf, hostOf, project } from "./settings";

/** An environment, as its stack's tags describe it. */
export interface Environment {
  /** The name of its stack. */
  readonly name: string;
  readonly branch: string;
  /** When its time is over. */
  readonly expires: Date;
}

/**
 * The state of an environment. Tags exist before the first update and without the program, so an update that fails leaves nothing that
 * `sweep` does not find.
 */
const tags = { branch: "preview:branch", expires: "preview:expires" };

/** How many seconds to wait for another update of the same environment. */
const lockTimeout = 600;

const options = (name: string) => ({
  lockTimeout,
  onProgress: terminalProgress(process.stderr, name),
});

/** A workspace without a program: enough to list and to destroy. */
let opened: Promise<automation.LocalWorkspace> | undefined;

function workspace(): Promise<automation.LocalWorkspace> {
  opened ??= automation.LocalWorkspace.create({
    projectSettings: { name: project, runtime: "nodejs" },
  });
  return opened;
}

/** The stacks of all environments. */
export async function environmentNames(): Promise<readonly string[]> {
  const stacks = await (await workspace()).listStacks();
  const names = stacks.map(({ name }) => name);
  // In Pulumi Cloud, a stack of another organization begins with its name.
  return names.filter((name) => name.startsWith(stackPrefix)).sort();
}

/** Reads an environment; undefined if its creation ended before it set the tags. */
export async function readEnvironment(name: string): Promise<Environment | undefined> {
  return environmentIn(name, await (await workspace()).listTags(name));
}

function environmentIn(name: string, found: automation.TagMap): Environment | undefined {
  const { [tags.branch]: branch, [tags.expires]: expires } = found;
  if (branch === undefined || expires === undefined) {
    return undefined;
  }
  if (Number.isNaN(Date.parse(expires))) {
    throw new Error(`${name}: the tag ${tags.expires} is not a time: ${expires}`);
  }
  return { name, branch, expires: new Date(expires) };
}

/** The output of `create`. */
export interface Created {
  readonly url: string;
  /** The workflow that deploys the branch. */
  readonly workflow: string;
}

/** Creates or updates the environment of a branch. */
export async function createEnvironment(branch: string, expires: Date): Promise<Created> {
  const args = environmentOf(branch);
  const stack = await openStack(args);
  const present = environmentIn(args.stack, await stack.listTags());
  if (present && present.branch !== branch) {
    throw new Error(`${args.stack} is the environment of ${present.branch}. Rename ${branch}.`);
  }
  await stack.setTag(tags.branch, branch);
  await stack.setTag(tags.expires, expires.toISOString());
  // An engine that is too old ignores tags in a file, S3, Google or Azure backend.
  if (!environmentIn(args.stack, await stack.listTags())) {
    throw new Error("The state's backend has not kept the stack's tags. Update Pulumi.");
  }
  const { outputs } = await deploy(stack, options(args.stack));
  if (outputs.url === undefined) {
    throw new Error("Nobody can open the environment: it has only workers.");
  }
  const { protocol } = new URL(outputs.url);
  const [service] = Object.values(outputs.services);
  return { url: `${protocol}//${hostOf(branch)}`, workflow: service?.workflow ?? "" };
}

/** Destroys an environment with its stack, its GitHub environment and its workflow. The program does not run. */
export async function destroyEnvironment(name: string): Promise<void> {
  const stack = await automation.Stack.select(name, await workspace());
  await destroy(stack, { ...options(name), remove: true });
}
