/** The event of a run, as its context and its variables: https://docs.github.com/en/actions/reference/workflows-and-actions/contexts#github-context */
import { payload } from "./payloads";
import type { Run } from "./run";
import { refName } from "./triggers";
import type { WorkflowFile } from "./workflow-file";

/** The `github` context, with what the conditions of jobs read. A called workflow has the context of its caller. */
export function githubContext(run: Run, file: WorkflowFile): Record<string, unknown> {
  const { event, fullName, ref, sha } = run;
  const owner = fullName.split("/")[0] ?? "";
  return {
    ...{ event: payload(run), event_name: event.name, ref, sha, ref_name: refName(ref) },
    ...{ ref_type: refType(ref), base_ref: run.baseRef, head_ref: run.headRef },
    ...{ repository: fullName, repository_owner: owner, actor: owner, workflow: file.name },
  };
}

/** The variables that act takes for its `github` context, and hands on to the steps. */
export function githubVariables(run: Run, runId: string): Record<string, string> {
  const { fullName, ref, sha, baseRef, headRef } = run;
  return {
    GITHUB_REPOSITORY: fullName,
    GITHUB_REPOSITORY_OWNER: fullName.split("/")[0] ?? "",
    GITHUB_REF: ref,
    GITHUB_REF_NAME: refName(ref),
    GITHUB_REF_TYPE: refType(ref),
    GITHUB_BASE_REF: baseRef,
    GITHUB_HEAD_REF: headRef,
    // act's name for the value that it passes on as GITHUB_SHA.
    SHA_REF: sha,
    GITHUB_RUN_ID: runId,
    GITHUB_RUN_NUMBER: runId,
  };
}

/** A pull request's ref counts as a branch. */
export function refType(ref: string): "branch" | "tag" {
  return ref.startsWith("refs/tags/") ? "tag" : "branch";
}
