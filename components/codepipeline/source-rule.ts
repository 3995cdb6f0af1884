import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { ActionRole } from "./roles";

export interface SourceRuleArgs {
  readonly repositoryArn: pulumi.Input<string>;
  readonly branch: string;
  readonly pipelineArn: pulumi.Output<string>;
  readonly account: pulumi.Input<string>;
}

/** Starts the pipeline after a push to CodeCommit. https://docs.aws.amazon.com/codepipeline/latest/userguide/triggering.html */
export class SourceRule extends pulumi.ComponentResource {
  constructor(name: string, args: SourceRuleArgs, opts?: pulumi.ComponentResourceOptions) {
    super("slipway:codepipeline:SourceRule", name, {}, opts);
    const child = { parent: this };
    const role = new ActionRole(
      `${name}-push`,
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
      `${name}-push`,
      {
        description: `Pushes to ${args.branch} of the repository of ${name}.`,
        eventPattern: pulumi.output(args.repositoryArn).apply((arn) =>
          JSON.stringify({
            source: ["aws.codecommit"],
            "detail-type": ["CodeCommit Repository State Change"],
            resources: [arn],
            detail: {
              event: ["referenceCreated", "referenceUpdated"],
              referenceType: ["branch"],
              referenceName: [args.branch],
            },
          }),
        ),
      },
      child,
    );
    new aws.cloudwatch.EventTarget(
      `${name}-push`,
      { rule: rule.name, arn: args.pipelineArn, roleArn: role.arn },
      { ...child, dependsOn: policy },
    );
    this.registerOutputs();
  }
}
