/** CodePipeline. The sandbox executes pipelines: sandbox/codepipeline. */
import type * as codepipeline from "@pulumi/aws/codepipeline";
import { containsUnknown } from "../kit/values";
import { accountOf } from "./account";
import { invalidStages, invalidTriggers, NAME } from "./codepipeline-rules";
import { accepted, kept, replacing, stable } from "./definition";
import { arnOf } from "./partition";

/** https://www.pulumi.com/registry/packages/aws/api-docs/codepipeline/pipeline/ */
const pipeline = kept<codepipeline.PipelineArgs, codepipeline.PipelineState>({
  type: "aws:codepipeline/pipeline:Pipeline",
  name: { property: "name" },
  properties: {
    ...replacing("name"),
    ...accepted("roleArn"),
    artifactStores: {
      block: {
        members: ["encryptionKey", "location", "region", "type"],
        computed: ["region"],
      },
      validate: (stores) =>
        stores.length === 1 && stores[0]?.region
          ? "region cannot be set for a single-region CodePipeline"
          : undefined,
    },
    executionMode: { default: "SUPERSEDED" },
    pipelineType: { default: "V1" },
    stages: {
      block: {
        members: ["actions", "name"],
        ordered: true,
        blocks: { actions: { ordered: true, computed: ["region", "runOrder"] } },
      },
      validate: invalidStages,
    },
    triggers: { block: { members: ["gitConfiguration", "providerType"], ordered: true } },
    variables: {
      block: { members: ["defaultValue", "description", "name"], ordered: true },
      validate: (variables) =>
        variables.some(({ name }) => !/^[A-Za-z0-9@\-_]{1,128}$/.test(name))
          ? "the name of a variable has 1 to 128 letters, digits, @, - and _"
          : undefined,
    },
  },
  outputs: { ...stable("arn"), triggerAlls: { when: ["triggers"] } },
  tagging: true,
  id: ({ name }) => String(name),
  state: async (aws, name, { triggers }) => ({
    arn: arnOf(aws.region, "codepipeline", await accountOf(aws), name),
    triggerAlls: triggers ?? [],
  }),
  validate({ name, pipelineType, executionMode, stages, triggers, variables }) {
    if (name !== undefined && !containsUnknown(name) && !NAME.test(name)) {
      return `expected name to match ${NAME.source}: "${name}"`;
    }
    const onlyV2 = {
      triggers,
      variables,
      ...(executionMode !== "SUPERSEDED" && { executionMode }),
    };
    const used = Object.entries(onlyV2).find(([, value]) => value !== undefined);
    if (used && pipelineType !== "V2") {
      return `InvalidStructureException: ${used[0]} is only allowed for pipelines of type V2`;
    }
    return containsUnknown(stages) || containsUnknown(triggers)
      ? undefined
      : invalidTriggers(stages, triggers ?? []);
  },
});

export const resources = [pipeline];
