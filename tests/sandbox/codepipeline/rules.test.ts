import assert from "node:assert/strict";
import { resources } from "../../../sandbox/plugins/aws/codepipeline";
import { check } from "../../../sandbox/plugins/kit/check";
import type { AnyShape } from "../../../sandbox/plugins/kit/definition";
import type { Properties } from "../../../sandbox/plugins/kit/provider";

const [pipeline] = resources;

const source = {
  ...{ name: "Source", category: "Source", provider: "CodeStarSourceConnection", owner: "AWS" },
  ...{ version: "1", outputArtifacts: ["Source"], namespace: "Source" },
  configuration: { ConnectionArn: "arn", FullRepositoryId: "octo/app", BranchName: "main" },
};
const build = {
  ...{ name: "Build", category: "Build", provider: "CodeBuild", owner: "AWS", version: "1" },
  ...{ inputArtifacts: ["Source"], outputArtifacts: ["Image"] },
  configuration: { ProjectName: "build" },
};
const deploy = {
  ...{ name: "Deploy", category: "Deploy", provider: "ECS", owner: "AWS", version: "1" },
  ...{ inputArtifacts: ["Image"], configuration: { ClusterName: "c", ServiceName: "s" } },
};

type Block = Record<string, unknown>;

function refusal(inputs: Properties): string | undefined {
  const type = "aws:codepipeline/pipeline:Pipeline";
  const request = {
    ...{ type, name: "api", urn: `urn:pulumi:dev::slipway::${type}::api`, oldInputs: {} },
    ...{ inputs, randomSeed: new Uint8Array([1]) },
  };
  const { failures } = check(pipeline as AnyShape, request, { region: "eu-central-1" });
  return failures?.[0]?.reason;
}

function inputs(stages: readonly (readonly Block[])[], rest: Properties = {}): Properties {
  return {
    ...{ name: "api", pipelineType: "V2", roleArn: "role" },
    artifactStores: [{ location: "bucket", type: "S3" }],
    stages: stages.map((actions, index) => ({ name: `Stage${index}`, actions })),
    ...rest,
  };
}

const good = [[source], [build], [deploy]];
const pushes = (...filters: Block[]) => ({
  triggers: [
    {
      providerType: "CodeStarSourceConnection",
      gitConfiguration: { sourceActionName: "Source", pushes: filters },
    },
  ],
});
const branches = { includes: ["main"] };
const many = { includes: Array.from({ length: 9 }, (_, i) => `b${i}`) };

describe("the sandbox's CodePipeline", () => {
  it("accepts a pipeline", () => {
    assert.equal(refusal(inputs(good, pushes({ branches }))), undefined);
  });

  for (const [title, given, message] of [
    ["a name", inputs(good, { name: "a b" }), /expected name to match/],
    ["one stage", inputs([[source]]), /at least two stages/],
    [
      "a source in the middle",
      inputs([[source], [build, { ...source, name: "S", namespace: "S" }]]),
      /only source actions/,
    ],
    [
      "two actions with the same name",
      inputs([[source], [build, { ...build, outputArtifacts: [] }]]),
      /Action names must be unique/,
    ],
    [
      "an artifact that no action makes",
      inputs([[source], [deploy]]),
      /Image is no output artifact/,
    ],
    [
      "an artifact of an action with the same run order",
      inputs([[source], [deploy, build]]),
      /Image is made by an action that does not run before it/,
    ],
    [
      "an artifact made twice",
      inputs([[source], [build, { ...build, name: "B" }]]),
      /must be unique within the pipeline: Image/,
    ],
    [
      "a namespace twice",
      inputs([[source], [{ ...build, namespace: "Source" }]]),
      /Namespaces must be unique/,
    ],
    [
      "an unknown key",
      inputs([[source], [{ ...build, configuration: { ProjectName: "b", X: "1" } }]]),
      /no key X/,
    ],
    ["a missing key", inputs([[source], [{ ...build, configuration: {} }]]), /needs ProjectName/],
    [
      "an empty value",
      inputs([
        [source],
        [{ ...build, configuration: { ProjectName: "b", EnvironmentVariables: "" } }],
      ]),
      /value of EnvironmentVariables is empty/,
    ],
    [
      "a long time-out",
      inputs([
        [source],
        [build],
        [{ ...deploy, configuration: { ...deploy.configuration, DeploymentTimeout: "61" } }],
      ]),
      /1 to 60 minutes/,
    ],
    [
      "a deployment without an artifact",
      inputs([[source], [{ ...deploy, inputArtifacts: [] }]]),
      /0 input artifacts, and may have 1 to 1/,
    ],
    [
      "triggers of a V1 pipeline",
      inputs(good, { ...pushes({ branches }), pipelineType: "V1" }),
      /triggers is only allowed for pipelines of type V2/,
    ],
    [
      "variables of a V1 pipeline",
      inputs(good, { variables: [{ name: "A" }], pipelineType: "V1" }),
      /variables is only allowed/,
    ],
    [
      "tags and file paths",
      inputs(good, pushes({ branches, tags: branches, filePaths: branches })),
      /tags or file paths, not both/,
    ],
    [
      "file paths without branches",
      inputs(good, pushes({ filePaths: branches })),
      /needs branches/,
    ],
    [
      "four filters",
      inputs(good, pushes({ branches }, { branches }, { branches }, { branches })),
      /at most 3 push filters/,
    ],
    ["nine patterns", inputs(good, pushes({ branches: many })), /at most 8/],
    [
      "a trigger of CodeCommit",
      inputs(
        [
          [
            {
              ...{ ...source, provider: "CodeCommit" },
              configuration: { RepositoryName: "app", BranchName: "main" },
            },
          ],
          [build],
        ],
        pushes({ branches }),
      ),
      /only a source action by CodeStarSourceConnection has triggers/,
    ],
  ] as const) {
    it(`refuses ${title}`, () => {
      assert.match(refusal(given as Properties) ?? "", message);
    });
  }
});
