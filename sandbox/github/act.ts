/** Runs act, which executes a workflow on this machine: https://nektosact.com */
import { mkdir, writeFile } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { run } from "../base/processes";
import { Log } from "./act-log";
import { jobsOf } from "./jobs";
import { localRepositories, runsOn, SUPPORTED_ACTIONS } from "./supported";
import type { WorkflowFile } from "./workflow-file";

export interface ActRun {
  readonly actPath: string;
  readonly file: WorkflowFile;
  readonly event: { readonly name: string; readonly payload: unknown };
  readonly actor: string;
  readonly defaultBranch: string;
  /** The clone of the repository at the commit. */
  readonly clone: string;
  /** Folder for the run's own files. */
  readonly folder: string;
  /** PATH must contain node, bash, git and the AWS CLI. Of the other variables, the steps see the language and the time zone. */
  readonly environment: NodeJS.ProcessEnv;
  readonly variables: Readonly<Record<string, string>>;
  readonly secrets: Readonly<Record<string, string>>;
  /** Variables that the steps see in addition to the runner's own. */
  readonly stepEnvironment: Readonly<Record<string, string>>;
  readonly onLine?: (line: string) => void;
}

export interface ActResult {
  readonly ok: boolean;
  readonly log: string;
  /** The first step that failed, and why, with the errors that later steps reported. */
  readonly failure?: string;
}

/** The folder with the replacement for Docker's client. */
const DOCKER = join(SUPPORTED_ACTIONS, "docker", "cli");

/** act copies its whole environment into the steps, so it gets only variables that a GitHub runner has. */
const INHERITED = ["PATH", "LANG", "LC_ALL", "TZ"];

export async function runAct(options: ActRun): Promise<ActResult> {
  const log = new Log(options.onLine);
  const { folder, environment } = options;
  const home = join(folder, "home");
  await mkdir(home, { recursive: true });
  const inherited = INHERITED.map((name) => [name, environment[name]] as const);
  const { code, stderr } = await run(options.actPath, await actArguments(options), {
    cwd: folder,
    env: {
      ...Object.fromEntries(inherited.filter(([, value]) => value !== undefined)),
      PATH: [DOCKER, environment.PATH].join(delimiter),
      HOME: home,
      XDG_CACHE_HOME: join(home, ".cache"),
      XDG_CONFIG_HOME: join(home, ".config"),
      TMPDIR: folder,
    },
    onLine: (line) => log.add(line),
  });
  if (code === 0) return { ok: true, log: log.text };
  return {
    ok: false,
    log: log.text,
    failure: log.failure ?? (stderr.trim() || `act ended with ${code}`),
  };
}

async function actArguments(options: ActRun): Promise<string[]> {
  const { file, folder } = options;
  const labels = new Set(jobsOf(file).map(({ job }) => runsOn(job["runs-on"]) ?? ""));
  const write = async (name: string, content: unknown) => {
    const path = join(folder, name);
    // JSON is valid YAML, and keeps every character of a value.
    await writeFile(path, JSON.stringify(content), { mode: 0o600 });
    return path;
  };
  return [
    options.event.name,
    ...["--directory", options.clone, "--workflows", file.path, "--json"],
    ...["--eventpath", await write("event.json", options.event.payload)],
    ...["--env-file", await write("env.yaml", options.stepEnvironment)],
    ...["--secret-file", await write("secrets.yaml", options.secrets)],
    ...["--var-file", await write("variables.yaml", options.variables)],
    ...["--input-file", await write("inputs.yaml", {})],
    ...["--actor", options.actor, "--defaultbranch", options.defaultBranch],
    ...[...labels].flatMap((label) => ["--platform", `${label}=-self-hosted`]),
    // No downloads, no actions except our replacements, and no check-out by act itself.
    ...["--no-skip-checkout", "--action-offline-mode", "--pull=false", "--no-cache-server"],
    ...["--artifact-server-addr", "127.0.0.1", "--action-cache-path", join(folder, "cache")],
    ...localRepositories(),
  ];
}
