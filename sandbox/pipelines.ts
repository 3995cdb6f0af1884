/** Runs the stack's pipelines for events of a repository, and shows their executions as releases. */
import { join } from "node:path";
import type { Change, Place, RecordedExecution, RunOptions } from "./codepipeline";
import { readDefinitions } from "./codepipeline/definitions";
import { newestExecution } from "./codepipeline/run-log";
import type { RecordedRun, WorkflowEvent, WorkflowResult } from "./github";
import { changedFiles, parentOf, resolveRef } from "./github/commits";
import { git } from "./github/git";
import { getRepository } from "./github/repositories";
import type { Sandbox } from "./sandbox";
import type { StackOptions } from "./stack-file";

/** The pipeline's variable that names the image of a release by hand. */
const IMAGE_TAG = "IMAGE_TAG";

export interface PipelineOptions extends StackOptions {
  /** Receives each line of the log at once, with the pipeline's name. */
  readonly onLine?: (line: string, pipeline: string) => void;
}

/** Only commands that run pipelines load what that needs. */
const runner = (): typeof import("./codepipeline") => require("./codepipeline");

export function stackFolder(sandbox: Sandbox, stack: string): string {
  return join(sandbox.folder, "stacks", stack);
}

/** Runs the pipelines that the event starts. */
export async function runPipelines(
  sandbox: Sandbox,
  stack: string,
  fullName: string,
  event: WorkflowEvent,
  options: PipelineOptions,
): Promise<readonly WorkflowResult[]> {
  const place = await placeOf(sandbox, stack, options);
  const { pipelines } = await readDefinitions(place);
  if (pipelines.length === 0) return [];
  const { path } = await getRepository(sandbox.githubRoot, fullName);
  const change = await changeOf(path, fullName, event);
  if (!change) return [];
  return (await runner().runChange(place, change, linesOf(options))).map(resultOf);
}

/** Starts the pipeline with the tag of an image, as StartPipelineExecution does with a variable. */
export async function releaseWithPipeline(
  sandbox: Sandbox,
  stack: string,
  pipeline: string,
  imageTag: string,
  options: PipelineOptions,
): Promise<readonly WorkflowResult[]> {
  const place = await placeOf(sandbox, stack, options);
  const start = { pipeline, variables: { [IMAGE_TAG]: imageTag } };
  return (await runner().runPipeline(place, start, linesOf(options))).map(resultOf);
}

export async function placeOf(
  sandbox: Sandbox,
  stack: string,
  options: StackOptions,
): Promise<Place> {
  const { account } = await sandbox.credentials(stack, options);
  return {
    folder: stackFolder(sandbox, stack),
    repositories: sandbox.githubRoot,
    account,
    region: await sandbox.region(stack, options),
    endpoint: sandbox.endpoint,
    env: await sandbox.env(stack, options),
  };
}

function linesOf({ onLine }: PipelineOptions): RunOptions {
  return onLine ? { onLine } : {};
}

/** What the event changes in the repository; undefined if no pipeline starts by such an event. */
async function changeOf(
  path: string,
  repository: string,
  event: WorkflowEvent,
): Promise<Change | undefined> {
  if (event.name === "push") {
    const ref = event.ref.startsWith("refs/") ? event.ref : `refs/heads/${event.ref}`;
    const sha = event.sha ?? (await resolveRef(path, ref)) ?? "";
    const [, kind, name = ""] = /^refs\/(heads|tags)\/(.*)$/.exec(ref) ?? [];
    if (kind === "tags") return { kind: "tag", repository, sha, tag: name };
    const before = event.before ?? (await parentOf(path, sha));
    const files = await changedFiles(path, before, sha);
    return { kind: "branch", repository, sha, branch: name, files };
  }
  if (event.name !== "pull_request") return undefined;
  const { action, pullRequest } = event;
  const { base, head } = pullRequest;
  const before = await git(path, ["merge-base", base.sha, head.sha]);
  return {
    ...{ kind: "pull request", repository, sha: head.sha, branch: base.branch },
    event: action === "closed" ? "CLOSED" : action === "synchronize" ? "UPDATED" : "OPEN",
    files: await changedFiles(path, before, head.sha),
  };
}

function resultOf({ pipeline, status, log, failure }: RecordedExecution): WorkflowResult {
  const ok = status === "Succeeded";
  const conclusion = ok ? "success" : "failure";
  return { file: `The pipeline ${pipeline}`, name: pipeline, conclusion, ok, log, failure };
}

/** The newest execution of a pipeline, in the form of a workflow's run. */
export async function newestRelease(
  sandbox: Sandbox,
  stack: string,
  pipeline: string,
): Promise<RecordedRun | undefined> {
  const found = await newestExecution(stackFolder(sandbox, stack), pipeline);
  if (!found) return undefined;
  const { status, commit = "", given, failure, log, startedAt, endedAt, trigger, stages } = found;
  // A promotion exports the tag.
  const exported = stages.flatMap(({ actions }) =>
    actions.flatMap(({ outputVariables }) => outputVariables[IMAGE_TAG] ?? []),
  );
  const tag = given[IMAGE_TAG] ?? exported[0];
  return {
    ...{ file: `The pipeline ${pipeline}`, sha: commit, event: trigger },
    ...(tag !== undefined && { inputs: { "image-tag": tag } }),
    ...{ ok: status === "Succeeded", log, startedAt, endedAt },
    ...(failure !== undefined && { failure }),
  };
}
