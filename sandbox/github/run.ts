/** An event on GitHub, and what is needed to run the workflows that it starts. */
import type { Repository } from "./repositories";

export interface WorkflowEvent {
  readonly name: "push" | "workflow_dispatch";
  /** `refs/heads/…` or `refs/tags/…`; a bare name is a branch. */
  readonly ref: string;
  /** @default the commit of the ref */
  readonly sha?: string;
  /** What the ref was before the push. @default the commit's first parent */
  readonly before?: string;
  /** Of a workflow_dispatch. */
  readonly inputs?: Readonly<Record<string, string>>;
  /** File name of the workflow that a workflow_dispatch starts. */
  readonly workflow?: string;
}

export interface RunWorkflowsOptions {
  readonly root: string;
  readonly fullName: string;
  readonly event: WorkflowEvent;
  readonly actPath: string;
  /** Its PATH has to hold the AWS CLI; little else of it reaches the steps. */
  readonly env: NodeJS.ProcessEnv;
  /** Endpoint of the emulator; workflows reach it through a gate alone. */
  readonly awsEndpoint: string;
  /** Each line of the log as it comes. */
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
