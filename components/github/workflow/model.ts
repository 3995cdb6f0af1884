/**
 * GitHub's workflow syntax, as far as Slipway writes it; the keys are GitHub's own:
 * https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax
 */

export interface Workflow {
  readonly name: string;
  readonly on: Triggers;
  /** Of jobs that have none of their own. Required: without it GitHub gives what the repository's settings say. */
  readonly permissions: Permissions;
  readonly concurrency: { readonly group: string; readonly "cancel-in-progress": boolean };
  readonly jobs: Readonly<Record<string, Job>>;
}

export interface Triggers {
  readonly push?: { readonly branches: readonly string[]; readonly paths?: readonly string[] };
  readonly workflow_dispatch?: { readonly inputs: Readonly<Record<string, Input>> };
}

export interface Input {
  readonly description: string;
  readonly type: "string";
  readonly required: boolean;
}

export interface Permissions {
  readonly contents?: "read" | "write";
  readonly "id-token"?: "write";
}

export interface Job {
  readonly name: string;
  readonly "runs-on": string;
  readonly environment?: string;
  readonly "timeout-minutes": number;
  /** Required, so that each job says what its token may do. */
  readonly permissions: Permissions;
  readonly env: Readonly<Record<string, string>>;
  readonly steps: readonly Step[];
}

interface CommonStep {
  readonly name: string;
  readonly id?: string;
  readonly if?: string;
  readonly "continue-on-error"?: boolean;
  readonly env?: Readonly<Record<string, string>>;
}

export interface ActionStep extends CommonStep {
  /** `owner/repository@commit` */
  readonly uses: string;
  readonly with?: Readonly<Record<string, string | number | boolean>>;
}

export interface RunStep extends CommonStep {
  /** A script for bash. */
  readonly run: string;
}

export type Step = ActionStep | RunStep;
