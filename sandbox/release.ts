/** The commands `release` and `logs`. */
import { tagOf } from "../components/shared/image";
import { info, print } from "./base/terminal";
import { type Failure, orderFailure } from "./emulator/orders";
import type { WorkflowResult } from "./github";
import {
  type Outputs,
  type Running,
  runningServices,
  runningSite,
  type ServiceOutputs,
} from "./running";
import type { Sandbox } from "./sandbox";
import { type Commit, findOrCreate, type RunOptions, release, releaseImage } from "./stack";
import type { Service } from "./stack-settings";
import { formatRun, formatService } from "./status";

/** The user typed a wrong command. */
export class UsageError extends Error {}

export interface ReleaseFlags {
  readonly service?: string | undefined;
  readonly fail?: Failure | undefined;
  readonly "image-tag"?: string | undefined;
  /** For a site: the release to go back to. */
  readonly commit?: string | undefined;
}

/** A service of the stack file that an update has deployed. */
type Deployed = Service & ServiceOutputs;

export async function releaseService(
  sandbox: Sandbox,
  stack: string,
  services: readonly Service[],
  { service: wanted, fail, "image-tag": tag, commit: ofSite }: ReleaseFlags,
): Promise<number> {
  if (ofSite) throw new UsageError("only a site has --commit: add --service frontend");
  if (fail && tag) {
    throw new UsageError("--fail makes a new release, --image-tag deploys an old one");
  }
  const service = await findDeployed(sandbox, stack, services, wanted);
  const before = await runningService(sandbox, stack, service.name);
  const output = new Output();
  const workflows =
    tag === undefined
      ? await commit(sandbox, stack, service, fail, output)
      : await releaseImage(sandbox, stack, service, tag, output);
  if (workflows.length === 0) return startedNothing();
  output.writeResults(workflows);
  const ok = workflows.every((workflow) => workflow.ok);
  const after = await runningService(sandbox, stack, service.name);
  if (after) info(formatService(after).join("\n"));
  const rest = flagsOf(stack, wanted);
  info(ok ? afterSuccess(rest, before, after, fail) : afterFailure(rest));
  return ok ? 0 : 1;
}

export function startedNothing(): number {
  info(
    "The push started no workflow and no pipeline: do its path filter and its branch match the commit? If a pull request brings the workflow file: npm run sandbox -- merge",
  );
  return 1;
}

/** Creates a repository for another project, or changes its app and runs the workflows that this starts. */
export async function pushTo(sandbox: Sandbox, fullName: string): Promise<number> {
  const { repository, isNew } = await findOrCreate(sandbox, fullName);
  if (isNew) {
    info(`Created ${fullName}, with the app of examples/api. Next: pulumi up in your project.`);
    return 0;
  }
  const output = new Output();
  const name = fullName.split("/").at(-1) ?? "";
  const { workflows } = await release(
    sandbox,
    "dev",
    { name, repository: fullName, context: "." },
    { ...output, branch: repository.settings.defaultBranch },
  );
  if (workflows.length === 0) return startedNothing();
  output.writeResults(workflows);
  return workflows.every(({ ok }) => ok) ? 0 : 1;
}

/** Prints the log of the newest run of a service's workflow. */
export async function printLog(sandbox: Sandbox, stack: string, wanted?: string): Promise<number> {
  const site = await runningSite(sandbox, stack);
  const all = [...(await runningServices(sandbox, stack)), ...(site ? [site] : [])];
  const service = wanted === undefined ? all[0] : all.find(({ name }) => name === wanted);
  if (!service) {
    throw new UsageError(`stack ${stack} has no service${wanted ? ` ${wanted}` : ""} that is up`);
  }
  const { release: run } = service;
  if (!run) {
    info(`${service.name} has no release yet: npm run sandbox -- release${flagsOf(stack, wanted)}`);
    return 1;
  }
  info([run.file, ...formatRun(run)].join("\n"));
  print(run.log);
  info("\nNo container runs in the sandbox, so the application writes no log of its own.");
  return 0;
}

async function findDeployed(
  sandbox: Sandbox,
  stack: string,
  services: readonly Service[],
  wanted?: string,
): Promise<Deployed> {
  const { services: deployed = {} } = ((await sandbox.outputs(stack)) ?? {}) as Outputs;
  const service = services.find(({ name }) => (wanted ? name === wanted : name in deployed));
  if (wanted && !service) {
    const known = services.map(({ name }) => name).join(", ") || "none";
    throw new UsageError(`Pulumi.${stack}.yaml has no service '${wanted}': it has ${known}`);
  }
  const outputs = service && deployed[service.name];
  if (service && outputs) return { ...service, ...outputs };
  const names = wanted ?? services.map(({ name }) => name).join(", ");
  throw new Error(
    `Stack ${stack} is not up with ${names || "a service"}, so nothing can deploy a release.\n` +
      `First: npm run sandbox -- up${flagsOf(stack)}`,
  );
}

async function runningService(sandbox: Sandbox, stack: string, wanted: string) {
  return (await runningServices(sandbox, stack)).find(({ name }) => name === wanted);
}

async function commit(
  sandbox: Sandbox,
  stack: string,
  service: Deployed,
  fail: Failure | undefined,
  output: RunOptions,
): Promise<readonly WorkflowResult[]> {
  const onCommit = async ({ sha, message, imageTag }: Commit) => {
    const tag = imageTag === sha ? "" : ` with the tag ${imageTag}`;
    info(`Pushed ${sha.slice(0, 12)}${tag} to ${service.repository}: ${message}`);
    if (!fail) return;
    const { account } = await sandbox.credentials(stack);
    const region = await sandbox.region(stack);
    const image = `${service.imageRepository}:${imageTag}`;
    await orderFailure(sandbox.endpoint, { account, region, image, behaviour: fail });
  };
  return (await release(sandbox, stack, service, { ...output, onCommit })).workflows;
}

/** Prints the lines of the runs, each once; those of several runs with the workflow's name. */
export class Output {
  private several = false;
  private readonly printed = new Set<string>();

  readonly onStart = (workflows: readonly string[]) => {
    this.several = workflows.length > 1;
  };

  readonly onLine = (line: string, workflow: string) => {
    this.printed.add(workflow);
    print(this.several ? `[${workflow}] ${line}` : line);
  };

  writeResults(workflows: readonly WorkflowResult[]): void {
    for (const { file, name, ok, log } of workflows) {
      // A run that could not start has written no line yet.
      if (!this.printed.has(name)) print(log);
      info(`\n${file}: ${ok ? "succeeded" : "failed"}`);
    }
  }
}

function afterFailure(rest: string): string {
  return `\nWhy it failed:  npm run sandbox -- status\nThe whole log:  npm run sandbox -- logs${rest}`;
}

/** A bad release that nothing stopped. */
const unnoticed = {
  wrong:
    "\nThe release passed every check, but its answers are wrong. No alarm stopped it,\nso users get them until somebody goes back.\n",
  crashes:
    "\nThe release passed every check, but its tasks exit again and again. No alarm\nstopped it, so ECS replaces them until somebody goes back.\n",
};

function afterSuccess(rest: string, before?: Running, after?: Running, fail?: Failure): string {
  const told = fail === "wrong" || fail === "crashes" ? unnoticed[fail] : "\n";
  const tag = before && tagBefore(before);
  if (!tag || before?.releasePointer === after?.releasePointer)
    return `${told}Next: npm run sandbox -- preview`;
  return `${told}To go back: npm run sandbox -- release${rest} --image-tag ${tag}`;
}

/** The tag of the released image: a pipeline's pointer has none, but its last execution does. */
function tagBefore({ releasePointer, release: run }: Running): string | undefined {
  const tag = tagOf(releasePointer);
  if (tag !== undefined || !releasePointer.includes("@") || !run?.ok) return tag;
  return run.inputs?.["image-tag"] ?? run.sha;
}

/** The options that a command needs to mean the same stack and service. */
export function flagsOf(stack: string, service?: string): string {
  return `${stack === "dev" ? "" : ` --stack ${stack}`}${service ? ` --service ${service}` : ""}`;
}
