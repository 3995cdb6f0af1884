/**
 * Which changes of a repository start a pipeline: https://docs.aws.amazon.com/codepipeline/latest/userguide/pipelines-triggers.html
 * and https://docs.aws.amazon.com/codepipeline/latest/userguide/pipelines-filter.html
 */
import { minimatch } from "minimatch";
import type { Action, Pipeline } from "./definitions";

export type Change = { readonly repository: string; readonly sha: string } & (
  | { readonly kind: "branch"; readonly branch: string; readonly files: readonly string[] }
  | { readonly kind: "tag"; readonly tag: string }
  | {
      readonly kind: "pull request";
      /** The target branch. */
      readonly branch: string;
      readonly event: "OPEN" | "UPDATED" | "CLOSED";
      readonly files: readonly string[];
    }
);

interface Filter {
  readonly includes?: readonly string[] | undefined;
  readonly excludes?: readonly string[] | undefined;
}

/** The source actions that the change starts; empty if it does not start the pipeline. */
export function startedSources(
  pipeline: Pick<Pipeline, "stages" | "triggers">,
  change: Change,
): readonly Action[] {
  const sources = pipeline.stages[0]?.actions ?? [];
  return sources.filter((source) => {
    const { FullRepositoryId, BranchName, DetectChanges } = source.configuration ?? {};
    if (source.provider !== "CodeStarSourceConnection") return false;
    if (FullRepositoryId !== change.repository) return false;
    const trigger = pipeline.triggers?.find(
      ({ gitConfiguration }) => gitConfiguration.sourceActionName === source.name,
    );
    if (trigger) return matches(trigger.gitConfiguration, change);
    // Without a trigger, each push to the action's branch starts the pipeline, unless DetectChanges is false.
    return change.kind === "branch" && change.branch === BranchName && DetectChanges !== "false";
  });
}

type GitConfiguration = NonNullable<Pipeline["triggers"]>[number]["gitConfiguration"];

/** The filters of a trigger are alternatives; the conditions inside one filter must all hold. */
function matches({ pushes = [], pullRequests = [] }: GitConfiguration, change: Change): boolean {
  switch (change.kind) {
    case "branch":
      return pushes.some(
        ({ branches, filePaths, tags }) =>
          // A filter that has only tags matches no branch.
          !(tags && !branches && !filePaths) &&
          passes(branches, [change.branch]) &&
          passes(filePaths, change.files),
      );
    case "tag":
      return pushes.some(({ tags }) => tags !== undefined && passes(tags, [change.tag]));
    case "pull request":
      return pullRequests.some(
        ({ branches, events = ["OPEN", "UPDATED", "CLOSED"], filePaths }) =>
          events.includes(change.event) &&
          passes(branches, [change.branch]) &&
          passes(filePaths, change.files),
      );
  }
}

/** Excludes come before includes. One value that is included, and not excluded, is enough. */
export function passes(filter: Filter | undefined, values: readonly string[]): boolean {
  if (!filter) return true;
  const { includes = [], excludes = [] } = filter;
  const any = (patterns: readonly string[], value: string) =>
    patterns.some((pattern) => minimatch(value, pattern, { dot: true }));
  return values.some(
    (value) => (includes.length === 0 || any(includes, value)) && !any(excludes, value),
  );
}
