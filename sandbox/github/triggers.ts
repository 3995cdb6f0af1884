/** Decides whether an event starts a workflow. */
import type { CompletedRun, WorkflowEvent } from "./event";
import { matchesFilters } from "./patterns";

interface BranchFilters {
  readonly branches?: readonly string[] | undefined;
  readonly "branches-ignore"?: readonly string[] | undefined;
}

interface PathFilters {
  readonly paths?: readonly string[] | undefined;
  readonly "paths-ignore"?: readonly string[] | undefined;
}

export interface PushFilters extends BranchFilters, PathFilters {
  readonly tags?: readonly string[] | undefined;
  readonly "tags-ignore"?: readonly string[] | undefined;
}

export interface PullRequestFilters extends BranchFilters, PathFilters {
  readonly types?: readonly string[] | undefined;
}

export interface WorkflowRunFilters extends BranchFilters {
  readonly workflows?: readonly string[] | undefined;
  readonly types?: readonly string[] | undefined;
}

/** The `on:` of a workflow: for each event, its filters. An event that is missing does not start the workflow. */
export interface Events {
  readonly push?: PushFilters;
  readonly pull_request?: PullRequestFilters;
  readonly workflow_run?: WorkflowRunFilters;
  readonly schedule?: readonly { readonly cron: string }[];
}

/** The values that filters look at. */
export interface Occasion {
  readonly event: WorkflowEvent;
  readonly ref: string;
  readonly baseRef: string;
  readonly changedFiles: readonly string[];
}

/** A run by hand names its workflow, so nothing is decided here. */
export function starts(on: Events, occasion: Occasion): boolean {
  const { event, ref, baseRef, changedFiles } = occasion;
  switch (event.name) {
    case "push":
      return on.push !== undefined && pushStarts(on.push, { ref, changedFiles });
    case "pull_request":
      return (
        on.pull_request !== undefined &&
        pullRequestStarts(on.pull_request, event.action, baseRef, changedFiles)
      );
    case "workflow_run":
      return on.workflow_run !== undefined && workflowRunStarts(on.workflow_run, event.run);
    case "schedule":
      return on.schedule?.some(({ cron }) => cron === event.cron) ?? false;
    case "workflow_dispatch":
      return false;
  }
}

/** https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax#onpushbranchestagsbranches-ignoretags-ignore */
export function pushStarts(
  filters: PushFilters,
  push: Pick<Occasion, "ref" | "changedFiles">,
): boolean {
  const tag = push.ref.startsWith("refs/tags/");
  const branchFilters = filters.branches ?? filters["branches-ignore"];
  const tagFilters = filters.tags ?? filters["tags-ignore"];
  // If there are filters for only one kind of ref, the other kind starts nothing.
  if (tag ? !tagFilters && branchFilters : !branchFilters && tagFilters) return false;
  const names = tag
    ? { branches: filters.tags, "branches-ignore": filters["tags-ignore"] }
    : filters;
  // "Path filters are not evaluated for pushes of tags."
  return branchStarts(names, refName(push.ref)) && (tag || pathsStart(filters, push.changedFiles));
}

/** "By default, a workflow only runs when a `pull_request` event's activity type is `opened`, `synchronize`, or `reopened`." */
const DEFAULT_TYPES = ["opened", "synchronize", "reopened"];

/** The branches are those into which the pull request is to be merged. */
function pullRequestStarts(
  filters: PullRequestFilters,
  action: string,
  base: string,
  changedFiles: readonly string[],
): boolean {
  return (
    (filters.types ?? DEFAULT_TYPES).includes(action) &&
    branchStarts(filters, base) &&
    pathsStart(filters, changedFiles)
  );
}

/**
 * The branches are those of the run that has ended; a fork's branch of the same name counts.
 * https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax#onworkflow_runbranchesbranches-ignore
 */
function workflowRunStarts(filters: WorkflowRunFilters, run: CompletedRun): boolean {
  return (
    (filters.workflows ?? []).includes(run.name) &&
    (filters.types ?? ["completed"]).includes("completed") &&
    branchStarts(filters, run.head.branch)
  );
}

function branchStarts(filters: BranchFilters, name: string): boolean {
  const { branches, "branches-ignore": ignored } = filters;
  if (branches && !matchesFilters(branches, name)) return false;
  return !(ignored && matchesFilters(ignored, name));
}

function pathsStart(filters: PathFilters, changed: readonly string[]): boolean {
  const { paths, "paths-ignore": ignored } = filters;
  if (paths) return changed.some((file) => matchesFilters(paths, file));
  if (ignored) return changed.some((file) => !matchesFilters(ignored, file));
  return true;
}

/**
 * Only pushes and pull requests are skipped, by the message of their head commit. That includes a pushed tag.
 * https://docs.github.com/en/actions/how-tos/manage-workflow-runs/skip-workflow-runs
 */
export function skipsWorkflows(event: WorkflowEvent["name"], message: string): boolean {
  if (event !== "push" && event !== "pull_request") return false;
  return (
    /\[(skip ci|ci skip|no ci|skip actions|actions skip)\]/.test(message) ||
    /\n\nskip-checks:\s*true\s*$/.test(message)
  );
}

/** GITHUB_REF_NAME: `main`, `v1` or `7/merge`. */
export function refName(ref: string): string {
  return ref.replace(/^refs\/(heads|tags|pull)\//, "");
}
