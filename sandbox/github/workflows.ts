/** Runs the workflows that an event starts, with the same choice, secrets and tokens as on GitHub. */
import { rmSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { withLock } from "../base/lock";
import { onStop } from "../base/processes";
import { changedFiles, listFilesAt, readFileAt } from "./commits";
import { githubContext } from "./context";
import type { CompletedRun, Conclusion, DispatchEvent } from "./event";
import { runInFolder, runJobsApart } from "./job";
import { startingJobs } from "./jobs";
import { lookUp, type Run, type RunWorkflowsOptions } from "./run";
import { recordRun } from "./run-log";
import { runsApart, unsupported } from "./supported";
import { skipsWorkflows, starts } from "./triggers";
import { parseWorkflowFile, type WorkflowFile } from "./workflow-file";

export interface WorkflowResult {
  /** `.github/workflows/deploy.yml` */
  readonly file: string;
  readonly name: string;
  readonly conclusion: Conclusion;
  /** Whether nothing failed. */
  readonly ok: boolean;
  readonly log: string;
  /** The first step that failed, and why, with the errors that later steps reported. */
  readonly failure?: string | undefined;
}

const FOLDER = ".github/workflows";

/** "You can't use `workflow_run` to chain together more than three levels of workflows." */
const LEVELS = 3;

/** Folders of runs that have not ended: a command that is stopped has no time for their own clean-up. */
const folders = new Set<string>();
onStop(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

/** The runs that the event starts, then those that start because these have ended. */
export function runWorkflows(options: RunWorkflowsOptions): Promise<WorkflowResult[]> {
  return play(options, LEVELS);
}

async function play(options: RunWorkflowsOptions, levels: number): Promise<WorkflowResult[]> {
  const run = await lookUp(options);
  if (!run || skipsWorkflows(options.event.name, run.message)) return [];
  const files = await started(run, await workflowFiles(run));
  if (levels === LEVELS) options.onStart?.(files.map(({ name }) => name));
  const results = await Promise.all(files.map((file) => recorded(run, file)));
  if (levels === 0) return results;
  const later = results.map((result) => {
    const event = { name: "workflow_run", run: completed(run, result) } as const;
    return play({ ...options, event }, levels - 1);
  });
  return [...results, ...(await Promise.all(later)).flat()];
}

/** Runs a workflow, and keeps the run in the repository as GitHub does. A skipped run has nothing to show. */
async function recorded(run: Run, file: WorkflowFile | WorkflowResult): Promise<WorkflowResult> {
  const startedAt = new Date().toISOString();
  const result = await runWorkflow(run, file);
  const { conclusion, ok, log, failure } = result;
  if (conclusion === "skipped") return result;
  const { event } = run;
  await recordRun(run.repository.path, {
    ...{ file: result.file, sha: run.sha, event: event.name, ok, log },
    ...("inputs" in event && { inputs: event.inputs }),
    ...(failure !== undefined && { failure }),
    ...{ startedAt, endedAt: new Date().toISOString() },
  });
  return result;
}

function completed(
  { event, head, message }: Run,
  { name, file, conclusion }: WorkflowResult,
): CompletedRun {
  return { id: Date.now(), name, path: file, event: event.name, conclusion, head, message };
}

/** A file that GitHub cannot read becomes a failed run with the file's name. */
async function workflowFiles({ repository, sha }: Run): Promise<(WorkflowFile | WorkflowResult)[]> {
  const paths = await listFilesAt(repository.path, sha, FOLDER);
  const read = (path: string) => readFileAt(repository.path, sha, path);
  return Promise.all(
    paths
      .filter((path) => /\.ya?ml$/.test(path))
      .map(async (path) =>
        parseWorkflowFile(path, (await read(path)) ?? "", read).catch((error: Error) =>
          failed(path, path, error.message),
        ),
      ),
  );
}

async function started(
  run: Run,
  files: readonly (WorkflowFile | WorkflowResult)[],
): Promise<(WorkflowFile | WorkflowResult)[]> {
  const { event, repository, ref, baseRef } = run;
  if (event.name === "workflow_dispatch") return [await dispatched(run, event, files)];
  const compares = event.name === "push" || event.name === "pull_request";
  const changed = compares ? await changedFiles(repository.path, run.before, run.head.sha) : [];
  return files.filter((file) =>
    // The events of a file that cannot be read are not known: only a push shows the mistake.
    "ok" in file
      ? event.name === "push"
      : starts(file.on, { event, ref, baseRef, changedFiles: changed }),
  );
}

/** With the errors of https://docs.github.com/en/rest/actions/workflows#create-a-workflow-dispatch-event */
async function dispatched(
  { repository }: Run,
  event: DispatchEvent,
  files: readonly (WorkflowFile | WorkflowResult)[],
): Promise<WorkflowFile | WorkflowResult> {
  const path = `${FOLDER}/${event.workflow}`;
  // "This event will only trigger a workflow run if the workflow file exists on the default branch."
  const known = `refs/heads/${repository.settings.defaultBranch}`;
  if ((await readFileAt(repository.path, known, path)) === undefined) {
    throw new Error(
      `${path} does not exist on ${repository.settings.defaultBranch}, the default branch`,
    );
  }
  const file = files.find((one) => ("ok" in one ? one.file : one.path) === path);
  if (file === undefined) throw new Error(`${path} does not exist on ${event.ref}`);
  if ("ok" in file) return file;
  if (!file.dispatch) throw new Error("Workflow does not have 'workflow_dispatch' trigger");
  const given = Object.keys(event.inputs ?? {});
  const unexpected = given.filter((name) => !Object.hasOwn(file.dispatch ?? {}, name));
  if (unexpected.length > 0) {
    throw new Error(`Unexpected inputs provided: ${JSON.stringify(unexpected)}`);
  }
  for (const [name, input] of Object.entries(file.dispatch)) {
    if (input.required && input.default === undefined && !event.inputs?.[name]) {
      throw new Error(`Required input '${name}' not provided`);
    }
  }
  return file;
}

async function runWorkflow(run: Run, file: WorkflowFile | WorkflowResult): Promise<WorkflowResult> {
  if ("ok" in file) return file;
  const { path, name } = file;
  const problems = unsupported(file);
  if (problems.length > 0) {
    return failed(path, name, `The sandbox cannot run this workflow: ${problems.join("; ")}`);
  }
  const jobs = await startingJobs(file, githubContext(run, file));
  const [job] = jobs;
  if (!job) return { file: path, name, conclusion: "skipped", ok: true, log: "" };
  const execute = async (): Promise<WorkflowResult> => {
    const folder = await mkdtemp(join(tmpdir(), "slipway-run-"));
    folders.add(folder);
    try {
      const result = runsApart(file)
        ? await runJobsApart(run, file, jobs, folder)
        : await runInFolder(run, file, job, folder);
      return { file: path, name, conclusion: result.ok ? "success" : "failure", ...result };
    } finally {
      await rm(folder, { recursive: true, force: true });
      folders.delete(folder);
    }
  };
  const groups = [file, job.file].flatMap(({ concurrency }) => concurrency?.group ?? []);
  return [...new Set(groups)].reduceRight<() => Promise<WorkflowResult>>(
    (inner, group) => () => withLock(lockOf(run, group), inner, 6 * 60 * 60 * 1000),
    execute,
  )();
}

function lockOf({ repository }: Run, group: string): string {
  return `${repository.path}.${encodeURIComponent(group)}.lock`;
}

function failed(file: string, name: string, failure: string): WorkflowResult {
  return { file, name, conclusion: "failure", ok: false, log: failure, failure };
}
