/** The events that start workflows: https://docs.github.com/en/actions/reference/workflows-and-actions/events-that-trigger-workflows */

export interface PushEvent {
  readonly name: "push";
  /** `refs/heads/…` or `refs/tags/…`; a bare name is a branch. */
  readonly ref: string;
  /** @default the commit of the ref */
  readonly sha?: string;
  /** The commit of the ref before the push. @default the commit's first parent */
  readonly before?: string;
}

export interface DispatchEvent {
  readonly name: "workflow_dispatch";
  /** `refs/heads/…` or `refs/tags/…`; a bare name is a branch. */
  readonly ref: string;
  /** The file name of the workflow. */
  readonly workflow: string;
  readonly inputs?: Readonly<Record<string, string>>;
}

export interface PullRequest {
  readonly number: number;
  readonly title: string;
  readonly head: Head;
  /** The branch into which it is to be merged, and its commit before the merge. */
  readonly base: { readonly branch: string; readonly sha: string };
  /** The trial merge of head into base; undefined if they conflict. Once merged, the commit on the base branch. */
  readonly mergeCommit: string | undefined;
  readonly merged: boolean;
}

export interface PullRequestEvent {
  readonly name: "pull_request";
  readonly action: "opened" | "synchronize" | "reopened" | "closed";
  readonly pullRequest: PullRequest;
}

export interface ScheduleEvent {
  readonly name: "schedule";
  /** The schedule that is due, as in the workflow file. */
  readonly cron: string;
}

/** A workflow's run has ended. `runWorkflows` plays this event after each run. */
export interface WorkflowRunEvent {
  readonly name: "workflow_run";
  readonly run: CompletedRun;
}

export type WorkflowEvent =
  | PushEvent
  | DispatchEvent
  | PullRequestEvent
  | ScheduleEvent
  | WorkflowRunEvent;

export type Conclusion = "success" | "failure" | "skipped";

/** A run that has ended: https://docs.github.com/en/webhooks/webhook-events-and-payloads#workflow_run */
export interface CompletedRun {
  readonly id: number;
  /** The workflow's name and file. */
  readonly name: string;
  readonly path: string;
  /** The name of the event that started the run. */
  readonly event: WorkflowEvent["name"];
  readonly conclusion: Conclusion;
  readonly head: Head;
  /** The message of the head's commit. @default none */
  readonly message?: string;
}

/** The branch or tag of a run. For a pull request it is the source branch, which can be in a fork. */
export interface Head {
  /** The name of the branch, or of the tag. */
  readonly branch: string;
  readonly sha: string;
  /** `owner/name` */
  readonly repository: string;
}
