/** Reads and formats the status of a sandbox. */
import { frontendName } from "../components/github/frontend/render";
import { COLUMNS, shownPath, wrap } from "./base/terminal";
import { exists } from "./engine/cache";
import { listRepositories, type RecordedRun, type RepositorySettings } from "./github";
import {
  type Outputs,
  type Running,
  type RunningSite,
  runningServices,
  runningSite,
} from "./running";
import { DEFAULT_FOLDER, Sandbox } from "./sandbox";

interface StackStatus {
  readonly account: string;
  readonly outputs: Record<string, unknown> & Outputs;
  readonly running: readonly Running[];
  readonly site?: RunningSite;
}

export interface Status {
  readonly running: boolean;
  readonly folder: string;
  readonly aws?: { readonly endpoint: string };
  readonly stacks?: Record<string, StackStatus>;
  /** The outputs of stacks of other projects, by `<project>/<stack>`. */
  readonly others?: Record<string, Record<string, unknown>>;
  readonly github?: {
    readonly root: string;
    readonly repositories: Record<
      string,
      { readonly path: string; readonly settings: RepositorySettings }
    >;
  };
}

export async function readStatus(folder = DEFAULT_FOLDER): Promise<Status> {
  if (!(await exists(folder)) || !(await Sandbox.isUp(folder))) return { running: false, folder };
  const sandbox = await Sandbox.open(folder);
  const stacks: Record<string, StackStatus> = {};
  for (const stack of await sandbox.stacks()) {
    const { account } = await sandbox.credentials(stack);
    const outputs = (await sandbox.outputs(stack)) ?? {};
    const running = await runningServices(sandbox, stack);
    const site = await runningSite(sandbox, stack);
    stacks[stack] = { account, outputs, running, ...(site && { site }) };
  }
  const repositories = await listRepositories(sandbox.githubRoot);
  return {
    running: true,
    folder,
    aws: { endpoint: sandbox.endpoint },
    stacks,
    others: await sandbox.otherStacks(),
    github: {
      root: sandbox.githubRoot,
      repositories: Object.fromEntries(
        repositories.map(({ fullName, path, settings }) => [fullName, { path, settings }]),
      ),
    },
  };
}

export function formatStatus(status: Status): string {
  if (!status.running) {
    return "No sandbox is running. Start one with `npm run sandbox -- up`, or take the\ntour with `npm start`.";
  }
  const lines = [
    `Folder  ${shownPath(status.folder)}`,
    `AWS     ${status.aws?.endpoint} (moto, emulated)`,
  ];
  for (const [stack, { account, running, outputs, site }] of Object.entries(status.stacks ?? {})) {
    lines.push("", `Stack ${stack}, AWS account ${account}`);
    if (running.length === 0) lines.push("  nothing deployed");
    else if (outputs.url !== undefined) lines.push(`  url          ${outputs.url}`);
    for (const service of running) {
      const { pendingDeployment } = outputs.services?.[service.name] ?? {};
      lines.push(...formatService(service), ...formatRelease(service));
      if (pendingDeployment) lines.push(...formatText("pending", pendingDeployment));
    }
    if (site) lines.push(...formatSite(site), ...formatRelease({ ...site, events: [] }));
  }
  for (const [stack, outputs] of Object.entries(status.others ?? {})) {
    lines.push("", `Stack ${stack}, of another project`);
    for (const [name, value] of Object.entries(outputs)) {
      lines.push(
        `  ${name.padEnd(12)} ${typeof value === "string" ? value : JSON.stringify(value)}`,
      );
    }
  }
  for (const [fullName, { path, settings }] of Object.entries(status.github?.repositories ?? {})) {
    // CodeCommit's repositories have no owner.
    const shown = fullName.startsWith("codecommit/") ? "CodeCommit" : "GitHub";
    lines.push(
      "",
      `${shown} ${fullName.replace(/^codecommit\//, "")}`,
      `  git          ${shownPath(path)}`,
    );
    const { secrets, variables, environments } = settings;
    lines.push(...formatValues("repository", { secrets, variables }));
    for (const [name, values] of Object.entries(environments)) {
      lines.push(...formatValues(`environment ${name}`, values));
    }
  }
  return lines.join("\n");
}

export function formatService(service: Running): string[] {
  return [
    `  service      ${service.service}: ${service.runningCount} of ${service.desiredCount} tasks run`,
    `  task         ${service.taskDefinition}, ${service.cpu} CPU units, ${service.memory} MiB`,
    `  image        ${shortImage(service.image)}`,
    `  pointer      ${shortImage(service.releasePointer)}`,
  ];
}

export function formatSite({ bucket, releasePointer }: RunningSite): string[] {
  return [`  site         bucket ${bucket}`, `  pointer      ${releasePointer}`];
}

/** An image without the address of the account's registry and most of its digest, which would fill the line. */
export function shortImage(image: string): string {
  return image.replace(/^\d{12}\.dkr\.ecr\.[^/]+\//, "").replace(/(@sha256:.{12}).*/, "$1…");
}

/** The last run of the workflow. */
export function formatRun(run: RecordedRun): string[] {
  const of = run.file.includes(`deploy-${frontendName}-`) ? "commit       " : "image tag    ";
  return [
    `  release      ${run.ok ? "succeeded" : "failed"} at ${run.endedAt.slice(0, 19)}Z`,
    `  ${of}${run.inputs?.["image-tag"] ?? run.inputs?.commit ?? run.sha}`,
  ];
}

/** The last run, and if it failed the reason: ECS's, then the workflow's. */
function formatRelease({ release: run, events }: Pick<Running, "release" | "events">): string[] {
  if (!run) return [];
  if (run.failure === undefined) return formatRun(run);
  const failed = events.find(
    ({ at, message }) => at >= run.startedAt && message.includes("deployment failed"),
  );
  const told = run.failure.split("\n").map(shorten).join("\n");
  return [
    ...formatRun(run),
    ...(failed ? formatText("ECS", failed.message) : []),
    ...formatText("why", told),
  ];
}

/** An error may contain a whole answer of AWS: only its beginning helps here. */
function shorten(line: string): string {
  if (line.length <= LONGEST_LINE) return line;
  return `${line.slice(0, LONGEST_LINE / 4)}... (all of it: npm run sandbox -- logs)`;
}

const MARGIN = 15;
const LONGEST_LINE = 600;

function formatText(label: string, text: string): string[] {
  const lines = wrap(text, COLUMNS - MARGIN);
  return lines.map((line, i) => `${(i === 0 ? `  ${label}` : "").padEnd(MARGIN)}${line}`);
}

function formatValues(
  place: string,
  values: { secrets: Record<string, string>; variables: Record<string, string> },
): string[] {
  const secrets = Object.keys(values.secrets).map((name) => `${name} (secret)`);
  const variables = Object.entries(values.variables).map(([name, value]) => `${name}=${value}`);
  const all = [...secrets, ...variables];
  return all.length > 0 ? [`  ${place}`, ...all.map((line) => `    ${line}`)] : [];
}
