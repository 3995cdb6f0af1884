/** A pipeline on the emulator, without Pulumi: what an update would have created is written by hand. */
import assert from "node:assert/strict";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { ECR } from "@aws-sdk/client-ecr";
import { S3 } from "@aws-sdk/client-s3";
import { newestExecution, type Place, runChange, runPipeline } from "../../../sandbox/codepipeline";
import { installAwsCli } from "../../../sandbox/emulator/process";
import { pythonEnvironment } from "../../../sandbox/engine/python";
import { createRepository, push } from "../../../sandbox/github";
import { ACCOUNT, CLUSTER, Emulator, REGION } from "../emulator/emulator";

const arn = (service: string, resource: string) =>
  `arn:aws:${service}:${REGION}:${ACCOUNT}:${resource}`;
const connection = arn("codeconnections", "connection/1");
const registry = `${ACCOUNT}.dkr.ecr.${REGION}.amazonaws.com`;
const image = `${registry}/app`;

const buildspec = `
version: 0.2
env:
  shell: bash
  exported-variables: [IMAGE_TAG]
phases:
  pre_build:
    commands:
      - aws ecr get-login-password | docker login --username AWS --password-stdin "$REGISTRY"
      - export IMAGE_TAG="\${WANTED/commit/$CODEBUILD_RESOLVED_SOURCE_VERSION}"
  build:
    commands:
      - docker buildx create --use
      - docker buildx build --provenance=false --push --tag "$REGISTRY/app:$IMAGE_TAG" .
  post_build:
    commands:
      - printf '[{"name":"app","imageUri":"%s"}]' "$REGISTRY/app:$IMAGE_TAG" > imagedefinitions.json
artifacts:
  files: [imagedefinitions.json]
`;

const verify = `
version: 0.2
phases:
  build:
    commands:
      - echo "$EXECUTION of $PIPELINE was $STATE"
      - aws ssm put-parameter --name /released --value "$PIPELINE" --overwrite --type String
`;

describe("a pipeline", () => {
  let emulator: Emulator;
  let place: Place;
  let folder: string;
  const roles: Record<string, string> = {};

  before(async function () {
    emulator = await Emulator.start(this);
    folder = await mkdtemp(join(tmpdir(), "slipway-pipeline-"));
    const python = await pythonEnvironment();
    await installAwsCli(folder, python);
    const env = {
      ...process.env,
      SLIPWAY_SANDBOX: folder,
      PATH: [join(folder, "bin"), python, process.env.PATH].join(delimiter),
    };
    place = {
      folder: join(folder, "stack"),
      repositories: join(folder, "git"),
      ...{ account: ACCOUNT, region: REGION, endpoint: emulator.endpoint, env },
    };
    const credentials = { accessKeyId: "sandbox", secretAccessKey: "sandbox" };
    const config = { endpoint: emulator.endpoint, region: REGION, credentials };
    await new S3({ ...config, forcePathStyle: true }).createBucket({
      Bucket: "artifacts",
      CreateBucketConfiguration: { LocationConstraint: REGION },
    });
    await new ECR(config).createRepository({ repositoryName: "app" });
    await createRepository(place.repositories, "octo/app", { seed: join("examples", "api") });
    await emulator.create("api");
    for (const [name, service] of [
      ["pipeline", "codepipeline"],
      ["build", "codebuild"],
      ["rule", "events"],
    ] as const) {
      roles[name] = await emulator.makeRole(name, `${service}.amazonaws.com`);
      await emulator.allow(name, "*");
    }
    const Statement = [
      { Effect: "Allow", Principal: { AWS: roles.pipeline }, Action: "sts:AssumeRole" },
    ];
    const { Role } = await emulator.iam.createRole({
      RoleName: "deploy",
      AssumeRolePolicyDocument: JSON.stringify({ Version: "2012-10-17", Statement }),
    });
    roles.deploy = Role?.Arn ?? "";
    await emulator.allow("deploy", "*");
    await define("AVAILABLE");
  });

  after(async () => {
    await emulator?.stop();
    if (folder) await rm(folder, { recursive: true, force: true });
  });

  async function define(connectionStatus: string): Promise<void> {
    const environment = {
      computeType: "BUILD_GENERAL1_SMALL",
      image: "standard",
      type: "LINUX_CONTAINER",
    };
    const project = (name: string, source: object, variables: Record<string, string>) => ({
      ...{ name, arn: arn("codebuild", `project/${name}`), serviceRole: roles.build, source },
      environment: {
        ...{ ...environment, privilegedMode: true },
        environmentVariables: Object.entries(variables).map(([key, value]) => ({
          name: key,
          value,
        })),
      },
    });
    const action = (name: string, category: string, provider: string, configuration: object) => ({
      ...{ name, category, provider, owner: "AWS", version: "1", configuration },
    });
    const kept = {
      "aws:codeconnections/connection:Connection 1": {
        arn: connection,
        connectionStatus,
        name: "git",
      },
      "aws:codebuild/project:Project build": project(
        "build",
        { type: "CODEPIPELINE", buildspec },
        { REGISTRY: registry },
      ),
      "aws:codebuild/project:Project verify": project(
        "verify",
        { type: "NO_SOURCE", buildspec: verify },
        {},
      ),
      "aws:cloudwatch/eventRule:EventRule done": {
        name: "done",
        arn: arn("events", "rule/done"),
        eventPattern: JSON.stringify({
          source: ["aws.codepipeline"],
          "detail-type": ["CodePipeline Pipeline Execution State Change"],
          detail: { state: ["SUCCEEDED"], pipeline: ["api"] },
        }),
      },
      "aws:cloudwatch/eventTarget:EventTarget done": {
        ...{ rule: "done", arn: arn("codebuild", "project/verify"), roleArn: roles.rule },
        inputTransformer: {
          inputPaths: {
            pipeline: "$.detail.pipeline",
            state: "$.detail.state",
            id: "$.detail['execution-id']",
          },
          inputTemplate: `{"environmentVariablesOverride":[{"name":"PIPELINE","value":<pipeline>},{"name":"STATE","value":"<state>"},{"name":"EXECUTION","value":<id>}]}`,
        },
      },
      "aws:codepipeline/pipeline:Pipeline api": {
        ...{ name: "api", arn: arn("codepipeline", "api"), roleArn: roles.pipeline },
        artifactStores: [{ location: "artifacts", type: "S3" }],
        variables: [{ name: "IMAGE_TAG", defaultValue: "commit" }],
        triggers: [
          {
            providerType: "CodeStarSourceConnection",
            gitConfiguration: {
              sourceActionName: "Source",
              pushes: [{ branches: { includes: ["main"] } }],
            },
          },
        ],
        stages: [
          {
            name: "Source",
            actions: [
              {
                ...action("Source", "Source", "CodeStarSourceConnection", {
                  ...{
                    ConnectionArn: connection,
                    FullRepositoryId: "octo/app",
                    BranchName: "main",
                  },
                }),
                ...{ outputArtifacts: ["Source"], namespace: "Source" },
              },
            ],
          },
          {
            name: "Build",
            actions: [
              {
                ...action("Build", "Build", "CodeBuild", {
                  ProjectName: "build",
                  EnvironmentVariables: JSON.stringify([
                    { name: "WANTED", value: "#{variables.IMAGE_TAG}" },
                  ]),
                }),
                ...{ inputArtifacts: ["Source"], outputArtifacts: ["Image"], namespace: "Build" },
              },
            ],
          },
          {
            name: "Deploy",
            actions: [
              {
                ...action("Approve", "Approval", "Manual", { CustomData: "#{Build.IMAGE_TAG}" }),
              },
              {
                ...action("Deploy", "Deploy", "ECS", {
                  ClusterName: CLUSTER,
                  ServiceName: "api",
                  DeploymentTimeout: "10",
                }),
                ...{ inputArtifacts: ["Image"], roleArn: roles.deploy, runOrder: 2 },
              },
            ],
          },
        ],
      },
    };
    await mkdir(place.folder, { recursive: true });
    const store = Object.entries(kept).map(([key, properties]) => [key, { properties, tags: {} }]);
    await writeFile(join(place.folder, "kept.json"), JSON.stringify(Object.fromEntries(store)));
  }

  it("builds the pushed commit, deploys it, and tells its rules", async () => {
    const sha = await push(place.repositories, "octo/app", "main", { "x.txt": "1" }, "Change x");
    const change = {
      kind: "branch",
      repository: "octo/app",
      branch: "main",
      files: ["x.txt"],
      sha,
    } as const;
    const lines: string[] = [];
    const [execution] = await runChange(place, change, { onLine: (line) => lines.push(line) });
    if (process.env.SHOW) console.log(lines.join("\n"), execution?.failure);
    assert.equal(execution?.failure, undefined, "the execution fails");
  });
});
