import * as pulumi from "@pulumi/pulumi";
import { locationOf } from "../shared/arn";
import { createNoticeRule, type Labels } from "./event-rule";
import { pipelineMessage, pipelinePattern } from "./events";
import type { Notices } from "./notices";

export interface PipelineNoticesArgs {
  readonly notices: Notices;
  /** The ARN of the pipeline. */
  readonly pipelineArn: pulumi.Input<string>;
}

/** Sends the end of each execution of a service's pipeline to a topic. */
export class PipelineNotices extends pulumi.ComponentResource {
  constructor(
    name: string,
    { notices, pipelineArn }: PipelineNoticesArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("slipway:notices:PipelineNotices", name, {}, opts);
    createNoticeRule(
      `${name}-pipeline`,
      {
        notices,
        service: name,
        description: `Executions of the pipeline of ${name} that end.`,
        events: pulumi.output(pipelineArn).apply((arn) => ({
          pattern: pipelinePattern(nameOf(arn)),
          transformer: (message: Labels) =>
            pipelineMessage({ ...message, console: consoleOf(arn) }),
        })),
      },
      { parent: this },
    );
    this.registerOutputs();
  }
}

const nameOf = (pipelineArn: string) => pipelineArn.split(":").at(-1) ?? "";

/** The address of the execution in the console. EventBridge fills in the execution's id. */
function consoleOf(pipelineArn: string): string {
  const { region } = locationOf(pipelineArn);
  return `https://${region}.console.aws.amazon.com/codesuite/codepipeline/pipelines/${nameOf(pipelineArn)}/executions/<execution>/timeline?region=${region}`;
}
