import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { ActionRole } from "./roles";
import { deployStage } from "./stages";

export interface FailedReleasesArgs {
  /** The pipeline's name. */
  readonly pipeline: pulumi.Output<string>;
  readonly account: pulumi.Input<string>;
  /** The project whose build ends a release. */
  readonly projectArn: pulumi.Output<string>;
}

/**
 * Records the end of a release whose stage failed or was stopped, and writes into the log why. A pipeline has no step that always runs, so
 * EventBridge starts the build: https://docs.aws.amazon.com/codepipeline/latest/userguide/detect-state-changes-cloudwatch-events.html
 */
export class FailedReleases extends pulumi.ComponentResource {
  constructor(name: string, args: FailedReleasesArgs, opts?: pulumi.ComponentResourceOptions) {
    super("slipway:codepipeline:FailedReleases", name, {}, opts);
    const child = { parent: this };
    const role = new ActionRole(
      `${name}-end-failed`,
      {
        trust: { service: "events.amazonaws.com", account: args.account },
        description: `Starts the build that ends failed releases of ${name}`,
      },
      child,
    );
    const policy = role.allow(
      args.projectArn.apply((arn) => [{ Action: "codebuild:StartBuild", Resource: arn }]),
    );
    const rule = new aws.cloudwatch.EventRule(
      `${name}-end-failed`,
      {
        description: `Releases of ${name} that fail or are stopped.`,
        eventPattern: args.pipeline.apply((pipeline) =>
          JSON.stringify({
            source: ["aws.codepipeline"],
            "detail-type": ["CodePipeline Stage Execution State Change"],
            detail: {
              pipeline: [pipeline],
              stage: [deployStage],
              state: ["FAILED", "STOPPED", "CANCELED"],
            },
          }),
        ),
      },
      child,
    );
    new aws.cloudwatch.EventTarget(
      `${name}-end-failed`,
      {
        rule: rule.name,
        arn: args.projectArn,
        roleArn: role.arn,
        // The fields of StartBuild: https://docs.aws.amazon.com/codebuild/latest/APIReference/API_StartBuild.html
        inputTransformer: {
          inputPaths: { execution: "$.detail.execution-id", pipeline: "$.detail.pipeline" },
          inputTemplate: JSON.stringify({
            environmentVariablesOverride: [
              { name: "EXECUTION_ID", value: "<execution>", type: "PLAINTEXT" },
              { name: "PIPELINE", value: "<pipeline>", type: "PLAINTEXT" },
            ],
          }),
        },
      },
      { ...child, dependsOn: policy },
    );
    this.registerOutputs();
  }
}
