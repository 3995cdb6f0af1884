import type * as aws from "@pulumi/aws";
import {
  branchOf,
  type CodePipelineSettings,
  type Patterns,
  type PipelineTriggers,
} from "./settings";
import { sourceAction } from "./stages";

type Trigger = aws.types.input.codepipeline.PipelineTrigger;

/**
 * The pipeline's triggers. Those of a V2 pipeline replace `DetectChanges` of the source action. CodeCommit has none: an EventBridge rule
 * starts the pipeline. https://docs.aws.amazon.com/codepipeline/latest/APIReference/API_PipelineTriggerDeclaration.html
 */
export function triggersOf({ source, triggers, promote }: CodePipelineSettings): Trigger[] {
  if (source.type === "codecommit") {
    return [];
  }
  const own = promote ? {} : { push: [{ branches: { includes: [branchOf(source)] } }] };
  const { push = [], pullRequest = [] }: PipelineTriggers = triggers ?? own;
  if (push.length + pullRequest.length === 0) {
    return [];
  }
  return [
    {
      providerType: "CodeStarSourceConnection",
      gitConfiguration: {
        sourceActionName: sourceAction,
        ...(push.length > 0 && {
          pushes: push.map(({ branches, filePaths, tags }) => ({
            ...(branches && { branches: copied(branches) }),
            ...(filePaths && { filePaths: copied(filePaths) }),
            ...(tags && { tags: copied(tags) }),
          })),
        }),
        ...(pullRequest.length > 0 && {
          pullRequests: pullRequest.map(({ events, branches, filePaths }) => ({
            ...(events && { events: [...events] }),
            branches: copied(branches),
            ...(filePaths && { filePaths: copied(filePaths) }),
          })),
        }),
      },
    },
  ];
}

function copied({ includes, excludes }: Patterns) {
  return {
    ...(includes && { includes: [...includes] }),
    ...(excludes && { excludes: [...excludes] }),
  };
}
