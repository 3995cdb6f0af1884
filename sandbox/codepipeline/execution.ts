/** Runs a pipeline: its stages one after the other, and a stage's actions by their run order. */
import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { withLock } from "../base/lock";
import type { Credentials } from "../github/gate";
import { type ActionResult, runAction } from "./action";
import type { Approval } from "./action-run";
import type { StoredArtifact } from "./artifact-store";
import { type Pipeline, pipelineNamed, type Stage } from "./definitions";
import { actionEvent, type Event, pipelineEvent, stageEvent } from "./pipeline-events";
import { pipelineVariables } from "./variables";
import type { World } from "./world";

export interface StartOptions {
  readonly pipeline: string;
  /** Values of the pipeline's variables. */
  readonly variables?: Readonly<Record<string, string>>;
  /** The commit that the source actions use in place of the newest one of their branch. */
  readonly source?: SourceOverride;
  /** Why the execution starts. @default "StartPipelineExecution" */
  readonly trigger?: string;
  /** @default everybody approves */
  readonly approval?: Approval;
}

export interface SourceOverride {
  readonly commit: string;
  readonly branch?: string;
  /** The source actions that take it. @default all */
  readonly actions?: readonly string[];
}

export interface StageResult {
  readonly name: string;
  readonly status: "Succeeded" | "Failed";
  readonly actions: readonly ActionResult[];
}

export interface PipelineExecution {
  readonly pipeline: string;
  readonly executionId: string;
  readonly status: "Succeeded" | "Failed";
  readonly trigger: string;
  readonly variables: Readonly<Record<string, string>>;
  /** The values given at the start. */
  readonly given: Readonly<Record<string, string>>;
  readonly stages: readonly StageResult[];
  /** The commit of the first source. */
  readonly commit?: string;
  /** The action that failed, and why. */
  readonly failure?: string;
  /** Both in ISO 8601. */
  readonly startedAt: string;
  readonly endedAt: string;
}

/** Receives each state change, in order; the next stage waits for it. */
export type OnEvent = (event: Event) => Promise<void>;

/** Longer than a pipeline's executions take here. */
const QUEUE_MS = 60 * 60_000;

/** Executions of a pipeline run one after the other: the sandbox treats every execution mode as QUEUED. */
export async function execute(
  world: World,
  options: StartOptions,
  onEvent: OnEvent,
): Promise<PipelineExecution> {
  const pipeline = pipelineNamed(world.definitions, options.pipeline);
  const variables = pipelineVariables(pipeline, options.variables ?? {});
  const queue = join(pipeline.folder, "pipelines", `${pipeline.name}.lock`);
  return withLock(
    queue,
    () => new Execution(world, pipeline, variables, options, onEvent).run(),
    QUEUE_MS,
  );
}

class Execution {
  private readonly id = randomUUID();
  private readonly startedAt = new Date().toISOString();
  private readonly artifacts = new Map<string, StoredArtifact>();
  private readonly namespaces: Record<string, Readonly<Record<string, string>>>;

  constructor(
    private readonly world: World,
    private readonly pipeline: Pipeline,
    private readonly variables: Readonly<Record<string, string>>,
    private readonly options: StartOptions,
    private readonly onEvent: OnEvent,
  ) {
    this.namespaces = { variables, codepipeline: { PipelineExecutionId: this.id } };
  }

  async run(): Promise<PipelineExecution> {
    const { pipeline, world } = this;
    await this.tell("STARTED");
    const stages: StageResult[] = [];
    let failure: string | undefined;
    try {
      const role = await world.gate.assume({
        service: "codepipeline.amazonaws.com",
        roleArn: pipeline.roleArn,
        sessionName: this.id,
        sourceArn: pipeline.arn,
      });
      for (const stage of pipeline.stages) {
        const result = await this.stage(stage, role);
        stages.push(result);
        const failed = result.actions.find(({ status }) => status === "Failed");
        if (!failed) continue;
        failure = `${result.name}/${failed.name}: ${failed.error?.message}`;
        break;
      }
    } catch (error) {
      failure = (error as Error).message;
      world.onLine(failure);
    }
    await this.tell(failure === undefined ? "SUCCEEDED" : "FAILED");
    const commit = [...this.artifacts.values()].find(({ revision }) => revision)?.revision;
    return {
      ...{ pipeline: pipeline.name, executionId: this.id, trigger: this.trigger, stages },
      ...{ variables: this.variables, given: this.options.variables ?? {} },
      status: failure === undefined ? "Succeeded" : "Failed",
      ...(commit && { commit }),
      ...(failure !== undefined && { failure }),
      ...{ startedAt: this.startedAt, endedAt: new Date().toISOString() },
    };
  }

  private async stage(stage: Stage, role: Credentials): Promise<StageResult> {
    await this.onEvent(stageEvent(this.subject, stage.name, "STARTED", []));
    const actions: ActionResult[] = [];
    const orders = [...new Set(stage.actions.map(orderOf))].sort((a, b) => a - b);
    for (const order of orders) {
      // On AWS, actions with the same run order run at the same time: all of them end, even if one fails.
      for (const action of stage.actions.filter((one) => orderOf(one) === order)) {
        actions.push(await this.action(stage, action, role));
      }
      if (actions.some(({ status }) => status === "Failed")) break;
    }
    const ok = actions.every(({ status }) => status === "Succeeded");
    await this.onEvent(stageEvent(this.subject, stage.name, ok ? "SUCCEEDED" : "FAILED", actions));
    return { name: stage.name, status: ok ? "Succeeded" : "Failed", actions };
  }

  private async action(stage: Stage, action: Stage["actions"][number], role: Credentials) {
    const { artifacts, namespaces, options, pipeline, world } = this;
    const { source, approval } = options;
    const takes = source && (source.actions?.includes(action.name) ?? true);
    const tell = (state: string, result?: ActionResult) =>
      this.onEvent(actionEvent(this.subject, stage.name, action, state, result));
    await tell("STARTED");
    const result = await runAction({
      ...{ world, pipeline, stage, action, artifacts, namespaces, executionId: this.id },
      ...(takes && { revision: source.commit, branch: source.branch }),
      pipelineCredentials: role,
      keep: (artifact) => artifacts.set(artifact.name, artifact),
      approval: approval ?? approveEverything(world),
    });
    if (action.namespace) namespaces[action.namespace] = result.outputVariables;
    await tell(result.status === "Succeeded" ? "SUCCEEDED" : "FAILED", result);
    return result;
  }

  private get subject() {
    const { account, region } = this.world;
    const { arn, name } = this.pipeline;
    return { account, region, arn, pipeline: name, executionId: this.id };
  }

  private get trigger(): string {
    return this.options.trigger ?? "StartPipelineExecution";
  }

  private tell(state: string): Promise<void> {
    return this.onEvent(pipelineEvent(this.subject, state, this.trigger));
  }
}

function orderOf({ runOrder = 1 }: { readonly runOrder?: number | undefined }): number {
  return runOrder;
}

function approveEverything({ onLine }: World): Approval {
  return ({ action }) => {
    onLine(`[${action}] Waits for a person on AWS; the sandbox approves at once`);
    return true;
  };
}
