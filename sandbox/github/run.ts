/** Types of an event on GitHub and of the workflow runs that it starts. */
import type { Repository } from "./repositories";

export interface WorkflowEvent {
  readonly name: "push" | "workflow_dispatch";
  /** `refs/heads/…` or `refs/tags/…`; a bare name is a branch. */
  readonly ref: string;
  /** @default the commit of the ref */
  readonly sha?: string;
  /** The commit of the ref before the push. @default the commit's first parent */
  readonly before?: string;
  /** The inputs of a workflow_dispatch. */
  readonly inputs?: Readonly<Record<string, string>>;
  /** The file name of the workflow that a workflow_dispatch starts. */
  readonly workflow?: string;
}

export interface RunWorkflowsOptions {
  readonly root: string;
  readonly fullName: string;
  readonly event: WorkflowEvent;
  readonly actPath: string;
  /** Its PATH must contain the AWS CLI; the steps see few of the other variables. */
  readonly env: NodeJS.ProcessEnv;
  /** The emulator's endpoint; workflows reach it only through a gate. */
  readonly awsEndpoint: string;
  /** Receives the names of the workflows that the event starts, before they run. */
  readonly onStart?: (workflows: readonly string[]) => void;
  /** Receives each line of the log at once. */
  readonly onLine?: (line: string, workflow: string) => void;
}

/** An event whose commit has been looked up. */
export interface Run extends RunWorkflowsOptions {
  readonly repository: Repository;
  readonly ref: string;
  readonly sha: string;
  readonly before: string | undefined;
  readonly message: string;
}
