/** What an action gets from its execution. */
import type { Credentials } from "../github/gate";
import type { StoredArtifact } from "./artifact-store";
import type { Action, Pipeline } from "./definitions";
import type { World } from "./world";

export interface ApprovalRequest {
  readonly pipeline: string;
  readonly stage: string;
  readonly action: string;
  /** What the pipeline tells the approver. */
  readonly customData: string | undefined;
  readonly externalEntityLink: string | undefined;
}

/** Returns whether the person approves. */
export type Approval = (request: ApprovalRequest) => boolean | Promise<boolean>;

export interface ActionRun {
  readonly world: World;
  readonly pipeline: Pipeline;
  readonly executionId: string;
  readonly stage: string;
  readonly action: Action;
  /** The action's role, or the pipeline's. */
  readonly credentials: Credentials;
  /** Variables are replaced by their values. */
  readonly configuration: Readonly<Record<string, string | undefined>>;
  readonly inputs: readonly StoredArtifact[];
  readonly outputArtifacts: readonly string[];
  /** Makes an output artifact known to later actions. */
  keep(artifact: StoredArtifact): void;
  /** For a source action: the commit, if it is not the branch's newest, and the branch, if it is not the configured one. */
  readonly revision?: string | undefined;
  readonly branch?: string | undefined;
  /** Answers a manual approval. */
  readonly approval: Approval;
  readonly onLine: (line: string) => void;
}
