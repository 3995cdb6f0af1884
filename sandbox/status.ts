/** Reads and formats the status of a sandbox. */
import { exists } from "./engine/cache";
import { listRepositories, type RepositorySettings } from "./github";
import { type Running, runningServices } from "./running";
import { DEFAULT_FOLDER, Sandbox } from "./sandbox";

interface StackStatus {
  readonly account: string;
  readonly outputs: Record<string, unknown>;
  readonly running: readonly Running[];
}

export interface Status {
  readonly running: boolean;
  readonly folder: string;
  readonly aws?: { readonly endpoint: string };
  readonly stacks?: Record<string, StackStatus>;
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
    stacks[stack] = { account, outputs, running: await runningServices(sandbox, stack) };
  }
  const repositories = await listRepositories(sandbox.githubRoot);
  return {
    running: true,
    folder,
    aws: { endpoint: sandbox.endpoint },
    stacks,
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
    return "No sandbox is running. Start one with `npm run sandbox -- up`, or take the tour with `npm start`.";
  }
  const lines = [`Folder  ${status.folder}`, `AWS     ${status.aws?.endpoint} (moto, emulated)`];
  for (const [stack, { account, running, outputs }] of Object.entries(status.stacks ?? {})) {
    lines.push("", `Stack ${stack}, AWS account ${account}`);
    if (running.length === 0) lines.push("  nothing deployed");
    else lines.push(`  url          ${outputs.url}`);
    for (const service of running) lines.push(...formatService(service));
  }
  for (const [fullName, { path, settings }] of Object.entries(status.github?.repositories ?? {})) {
    lines.push("", `GitHub ${fullName}`, `  git          ${path}`);
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
    `  image        ${service.image}`,
    `  pointer      ${service.releasePointer}`,
  ];
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
