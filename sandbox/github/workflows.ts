/** Runs the workflows that an event starts, chosen and equipped as on GitHub. */
import { rmSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { withLock } from "../base/lock";
import { onStop } from "../base/processes";
import type { ActResult } from "./act";
import { changedFiles, listFilesAt, newestCommit, readFileAt, resolveRef } from "./git";
import { runInFolder } from "./job";
import { getRepository } from "./repositories";
import type { Run, RunWorkflowsOptions } from "./run";
import { recordRun } from "./run-log";
import { unsupported } from "./supported";
import { pushStarts, skipsWorkflows } from "./triggers";
import { parseWorkflowFile, type WorkflowFile } from "./workflow-file";

export interface WorkflowResult extends ActResult {
  /** `.github/workflows/deploy.yml` */
  readonly file: string;
  readonly name: string;
}

const FOLDER = ".github/workflows";

/** Folders of runs that have not ended: a command that is stopped has no time for their own clean-up. */
const folders = new Set<string>();
onStop(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

export async function runWorkflows(options: RunWorkflowsOptions): Promise<WorkflowResult[]> {
  const repository = await getRepository(options.root, options.fullName);
  const { event } = options;
  const ref = event.ref.startsWith("refs/") ? event.ref : `refs/heads/${event.ref}`;
  const sha = await resolveRef(repository.path, event.sha ?? ref);
  if (sha === undefined) throw new Error(`${options.fullName} has no ${event.sha ?? ref}`);
  const before = event.before ?? (await resolveRef(repository.path, `${sha}~1`));
  const message = (await newestCommit(repository.path, sha))?.message ?? "";
  const run: Run = { ...options, repository, ref, sha, before, message };
  if (event.name === "push" && skipsWorkflows(message)) return [];

  const files = await started(run, await workflowFiles(run));
  options.onStart?.(files.map(({ name }) => name));
  return Promise.all(
    files.map(async (file) => {
      const startedAt = new Date().toISOString();
      const result = await runWorkflow(run, file);
      const { ok, log, failure } = result;
      await recordRun(repository.path, {
        ...{ file: result.file, sha, event: event.name, ok, log },
        ...(event.inputs && { inputs: event.inputs }),
        ...(failure !== undefined && { failure }),
        ...{ startedAt, endedAt: new Date().toISOString() },
      });
      return result;
    }),
  );
}

/** A file that GitHub cannot read becomes a failed run with the file's name. */
async function workflowFiles({ repository, sha }: Run): Promise<(WorkflowFile | WorkflowResult)[]> {
  const paths = await listFilesAt(repository.path, sha, FOLDER);
  const workflows = paths.filter((path) => /\.ya?ml$/.test(path));
  return Promise.all(
    workflows.map(async (path) => {
      const content = (await readFileAt(repository.path, sha, path)) ?? "";
      return parseWorkflowFile(path, content).catch((error: Error) =>
        failed(path, path, error.message),
      );
    }),
  );
}

async function started(
  run: Run,
  files: readonly (WorkflowFile | WorkflowResult)[],
): Promise<(WorkflowFile | WorkflowResult)[]> {
  if (run.event.name === "workflow_dispatch") return [await dispatched(run, files)];
  const changed = await changedFiles(run.repository.path, run.before, run.sha);
  return files.filter(
    (file) =>
      "ok" in file || (file.push && pushStarts(file.push, { ref: run.ref, changedFiles: changed })),
  );
}

/** With the errors of https://docs.github.com/en/rest/actions/workflows#create-a-workflow-dispatch-event */
async function dispatched(
  { event, repository }: Run,
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
  const problems = unsupported(file);
  if (problems.length > 0) {
    return failed(
      file.path,
      file.name,
      `The sandbox cannot run this workflow: ${problems.join("; ")}`,
    );
  }
  const execute = async () => {
    const folder = await mkdtemp(join(tmpdir(), "slipway-run-"));
    folders.add(folder);
    try {
      return { file: file.path, name: file.name, ...(await runInFolder(run, file, folder)) };
    } finally {
      await rm(folder, { recursive: true, force: true });
      folders.delete(folder);
    }
  };
  if (!file.concurrency) return execute();
  const lock = `${run.repository.path}.${encodeURIComponent(file.concurrency.group)}.lock`;
  return withLock(lock, execute, 6 * 60 * 60 * 1000);
}

function failed(file: string, name: string, failure: string): WorkflowResult {
  return { file, name, ok: false, log: failure, failure };
}
