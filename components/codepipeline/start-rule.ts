import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { ActionRole } from "./roles";

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
    const child = { parent: this };
    const role = new ActionRole(
      `${name}-start`,
      {
        trust: { service: "events.amazonaws.com", account: args.account },
        description: `Starts the pipeline of ${name}`,
      },
      child,
    );
    const policy = role.allow(
      args.pipelineArn.apply((arn) => [
        { Action: "codepipeline:StartPipelineExecution", Resource: arn },
      ]),
    );
    const rule = new aws.cloudwatch.EventRule(
      `${name}-start`,
      {
        description: `Starts the pipeline of ${name}.`,
        eventPattern: pulumi.output(patternOf(args.event)).apply((it) => JSON.stringify(it)),
      },
      child,
    );
    new aws.cloudwatch.EventTarget(
      `${name}-start`,
      { rule: rule.name, arn: args.pipelineArn, roleArn: role.arn },
      { ...child, dependsOn: policy },
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
