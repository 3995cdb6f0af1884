/** The events of a pipeline: https://docs.aws.amazon.com/codepipeline/latest/userguide/detect-state-changes-cloudwatch-events.html */
import { randomUUID } from "node:crypto";
import type { ActionResult } from "./action";
import type { Action } from "./definitions";

export interface Event {
  readonly source: string;
  readonly "detail-type": string;
  readonly account: string;
  readonly region: string;
  readonly resources: readonly string[];
  readonly detail: Readonly<Record<string, unknown>>;
  readonly version: "0";
  readonly id: string;
  readonly time: string;
}

export interface Subject {
  readonly account: string;
  readonly region: string;
  /** ARN of the pipeline. */
  readonly arn: string;
  readonly pipeline: string;
  readonly executionId: string;
}

export function event(
  { account, region }: Pick<Subject, "account" | "region">,
  what: Pick<Event, "source" | "detail-type" | "resources" | "detail">,
): Event {
  return {
    version: "0",
    id: randomUUID(),
    time: new Date().toISOString(),
    account,
    region,
    ...what,
  };
}

function ofPipeline(subject: Subject, kind: string, detail: object): Event {
  const { arn, pipeline, executionId } = subject;
  return event(subject, {
    source: "aws.codepipeline",
    "detail-type": `CodePipeline ${kind} Execution State Change`,
    resources: [arn],
    detail: { pipeline, "execution-id": executionId, version: 1, ...detail },
  });
}

export function pipelineEvent(subject: Subject, state: string, trigger: string): Event {
  return ofPipeline(subject, "Pipeline", {
    ...{ state, "execution-trigger": { "trigger-type": trigger } },
    "pipeline-execution-attempt": 1,
  });
}

export function stageEvent(
  subject: Subject,
  stage: string,
  state: string,
  actions: readonly ActionResult[],
): Event {
  const failed = actions.filter(({ status }) => status === "Failed");
  return ofPipeline(subject, "Stage", {
    ...{ stage, state, "pipeline-execution-attempt": 1 },
    ...(failed.length > 0 && {
      failedActionCount: failed.length,
      failedActions: failed.map(({ name, error }) => ({
        action: name,
        additionalInformation: error?.message ?? "",
      })),
    }),
  });
}

export function actionEvent(
  subject: Subject,
  stage: string,
  action: Action,
  state: string,
  result: ActionResult | undefined,
): Event {
  const { name, owner, provider, category, version } = action;
  const { error } = result ?? {};
  return ofPipeline(subject, "Action", {
    ...{ stage, action: name, state, region: subject.region },
    type: { owner, provider, category, version },
    ...(error && { "execution-result": { "error-code": error.code, summary: error.message } }),
  });
}
