import * as pulumi from "@pulumi/pulumi";
import { startByEvent } from "./event-start";

/** What starts a pipeline by an event: a push to a branch in CodeCommit, or the success of another pipeline of the account and region. */
export type StartEvent =
  | { readonly repositoryArn: pulumi.Input<string>; readonly branch: string }
  | { readonly pipeline: string };

export interface StartRuleArgs {
  readonly event: StartEvent;
  readonly pipelineArn: pulumi.Output<string>;
  readonly account: pulumi.Input<string>;
}

/** Starts a pipeline after an event. https://docs.aws.amazon.com/codepipeline/latest/userguide/triggering.html */
export class StartRule extends pulumi.ComponentResource {
  constructor(name: string, args: StartRuleArgs, opts?: pulumi.ComponentResourceOptions) {
    super("slipway:codepipeline:StartRule", name, {}, opts);
    startByEvent(
      `${name}-start`,
      {
        description: `Starts the pipeline of ${name}.`,
        roleDescription: `Starts the pipeline of ${name}`,
        account: args.account,
        pattern: patternOf(args.event),
        targetArn: args.pipelineArn,
        action: "codepipeline:StartPipelineExecution",
      },
      this,
    );
    this.registerOutputs();
  }
}

function patternOf(event: StartEvent) {
  return "pipeline" in event
    ? {
        source: ["aws.codepipeline"],
        "detail-type": ["CodePipeline Pipeline Execution State Change"],
        detail: { pipeline: [event.pipeline], state: ["SUCCEEDED"] },
      }
    : {
        source: ["aws.codecommit"],
        "detail-type": ["CodeCommit Repository State Change"],
        resources: [event.repositoryArn],
        detail: {
          event: ["referenceCreated", "referenceUpdated"],
          referenceType: ["branch"],
          referenceName: [event.branch],
        },
      };
}
