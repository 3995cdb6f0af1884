/**
 * The part of GitHub's workflow syntax that Slipway uses, with GitHub's own keys:
 * https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax
 */

export interface Workflow {
  readonly name: string;
  readonly on: Events;
  /** For jobs without their own permissions. Required: without it, GitHub uses the repository's settings. */
  readonly permissions: Permissions;
  readonly concurrency: { readonly group: string; readonly "cancel-in-progress": boolean };
  readonly jobs: Readonly<Record<string, Job | CallingJob>>;
}

export interface Events {
  readonly push?: {
    readonly branches?: readonly string[];
    readonly tags?: readonly string[];
    readonly paths?: readonly string[];
    readonly "paths-ignore"?: readonly string[];
  };
  readonly pull_request?: {
    readonly types?: readonly string[];
    readonly branches: readonly string[];
    readonly paths?: readonly string[];
    readonly "paths-ignore"?: readonly string[];
  };
  readonly workflow_run?: {
    readonly workflows: readonly string[];
    readonly types: readonly string[];
    readonly branches: readonly string[];
  };
  readonly schedule?: readonly { readonly cron: string }[];
  readonly workflow_call?: {
    readonly inputs: Readonly<Record<string, Input>>;
    readonly secrets?: Readonly<Record<string, { readonly required: boolean }>>;
  };
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
  readonly "pull-requests"?: "write";
}

export interface Job {
  readonly name: string;
  /** The jobs that must end first. */
  readonly needs?: string | readonly string[];
  readonly if?: string;
  readonly "runs-on": string;
  /** GitHub shows the URL beside the deployment. */
  readonly environment?: { readonly name: string; readonly url?: string };
  readonly "timeout-minutes": number;
  /** The permissions of the job's token. Required, so that each job is explicit. */
  readonly permissions: Permissions;
  readonly env?: Readonly<Record<string, string>>;
  readonly steps: readonly Step[];
}

/** A job that runs another workflow of the repository. */
export interface CallingJob {
  readonly name: string;
  readonly if?: string;
  readonly permissions: Permissions;
  /** `./.github/workflows/test.yml` */
  readonly uses: string;
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
  /** A bash script. */
  readonly run: string;
}

export type Step = ActionStep | RunStep;
