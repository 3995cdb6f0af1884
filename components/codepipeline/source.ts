import type * as aws from "@pulumi/aws";
import { branchOf, type PipelineSource } from "./settings";

type Action = aws.types.input.codepipeline.PipelineStageAction;

/** CodeConnections' names of the hosts. */
export const providerTypes = {
  github: "GitHub",
  gitlab: "GitLab",
  bitbucket: "Bitbucket",
} as const;

/**
 * https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-CodestarConnectionSource.html
 * https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-CodeCommit.html
 */
export function codeSourceOf(
  source: PipelineSource,
  connectionArn: string | undefined,
): Pick<Action, "provider" | "configuration"> {
  const { type, repository } = source;
  const branch = branchOf(source);
  return type === "codecommit"
    ? {
        provider: "CodeCommit",
        configuration: {
          RepositoryName: repository,
          BranchName: branch,
          // An EventBridge rule starts the pipeline.
          PollForSourceChanges: "false",
          OutputArtifactFormat: "CODE_ZIP",
        },
      }
    : {
        provider: "CodeStarSourceConnection",
        configuration: {
          ConnectionArn: connectionArn ?? "",
          FullRepositoryId: repository,
          BranchName: branch,
          // The pipeline's triggers start it. https://docs.aws.amazon.com/codepipeline/latest/userguide/pipelines-triggers.html
          DetectChanges: "false",
          OutputArtifactFormat: "CODE_ZIP",
        },
      };
}
