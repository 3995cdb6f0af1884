import * as pulumi from "@pulumi/pulumi";
import { startByEvent } from "./event-start";
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
    startByEvent(
      `${name}-end-failed`,
      {
        description: `Releases of ${name} that fail or are stopped.`,
        roleDescription: `Starts the build that ends failed releases of ${name}`,
        account: args.account,
        pattern: {
          source: ["aws.codepipeline"],
          "detail-type": ["CodePipeline Stage Execution State Change"],
          detail: {
            pipeline: [args.pipeline],
            stage: [deployStage],
            state: ["FAILED", "STOPPED", "CANCELED"],
          },
        },
        targetArn: args.projectArn,
        action: "codebuild:StartBuild",
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
      this,
    );
    this.registerOutputs();
  }
}
