import assert from "node:assert/strict";
import { parse } from "yaml";
import { json, only, type Recorded, runStack, stackConfig } from "../../harness";

type Config = Readonly<Record<string, unknown>>;

const source = { type: "github", repository: "octo-org/octo-app" };
const { "slipway:github": _, ...rest } = stackConfig("Pulumi.dev.yaml");

/** The stack `dev` with a pipeline in place of the workflow. */
const stackWith = (release: Config = {}, service: Config = {}): Config => ({
  ...rest,
  "slipway:services": [{ name: "api", port: 8000, ...service }],
  "slipway:release": { pipeline: "codepipeline", source, ...release },
});

interface Action {
  readonly name: string;
  readonly provider: string;
  readonly roleArn: string;
  readonly runOrder?: number;
  readonly configuration: Readonly<Record<string, string>>;
  readonly inputArtifacts?: readonly string[];
  readonly outputArtifacts?: readonly string[];
}
interface Stage {
  readonly name: string;
  readonly actions: readonly Action[];
}

const stagesIn = (resources: readonly Recorded[]) =>
  only(resources, "aws:codepipeline/pipeline:Pipeline").inputs.stages as Stage[];

const actionIn = (resources: readonly Recorded[], name: string) => {
  const found = stagesIn(resources)
    .flatMap(({ actions }) => actions)
    .find((action) => action.name === name);
  assert.ok(found, `no action ${name}`);
  return found;
};

const buildspecOf = (resources: readonly Recorded[], project: string) =>
  (only(resources, "aws:codebuild/project:Project", project).inputs.source as { buildspec: string })
    .buildspec;

/** The actions that a role may call, without those for artifacts and logs. */
const allowed = (resources: readonly Recorded[], role: string) =>
  json<{ Statement: { Action: string | string[] }[] }>(
    only(resources, "aws:iam/rolePolicy:RolePolicy", role),
    "policy",
  )
    .Statement.flatMap(({ Action }) => Action)
    .filter((action) => !/^(?:s3|logs):/.test(action))
    .sort();

describe("release: { pipeline: codepipeline }", () => {
  it("makes a pipeline for each service, and nothing on GitHub", async () => {
    const { resources, outputs } = await runStack(stackWith());
    const types = new Set(resources.map(({ type }) => type));
    assert.deepEqual(
      [...types].filter((type) => /github/i.test(type)),
      [],
    );
    assert.deepEqual(
      stagesIn(resources).map(({ name, actions }) => [
        name,
        ...actions.map((action) => `${action.runOrder ?? 1} ${action.name} ${action.provider}`),
      ]),
      [
        ["Source", "1 Source CodeStarSourceConnection"],
        ["Build", "1 Build CodeBuild"],
        ["Deploy", "1 Prepare CodeBuild", "2 Deploy ECS", "3 Verify CodeBuild"],
      ],
    );
    const { services } = outputs as { services: Record<string, Record<string, unknown>> };
    assert.equal(services.api?.pipeline, "api");
    assert.ok(!("workflow" in (services.api ?? {})), "there is no workflow");
  });

  it("changes nothing except the way of release", async () => {
    const { resources: before } = await runStack(
      {
        ...rest,
        "slipway:services": [{ name: "api", port: 8000 }],
        "slipway:github": {
          repository: "octo-org/octo-app",
          trigger: { type: "push", branch: "main" },
        },
      },
      {},
    );
    const { resources: after } = await runStack(stackWith());
    const service = (all: readonly Recorded[]) =>
      all
        .filter(({ type }) => !/github|codepipeline|codebuild|codeconnections/i.test(type))
        .filter(({ urn }) => !/slipway:(?:github|codepipeline):/.test(urn))
        .map(({ urn, inputs }) => [urn, JSON.stringify(inputs)]);
    assert.deepEqual(Object.fromEntries(service(after)), Object.fromEntries(service(before)));
  });

  it("tests, asks for approval, and gives every action the variables that it needs", async () => {
    const { resources } = await runStack({
      ...stackWith({ approval: true }, { test: { run: "npm ci && npm test" } }),
      "slipway:notices": { emails: ["operations@example.com"] },
    });
    assert.deepEqual(
      stagesIn(resources).map(({ name, actions }) => [name, ...actions.map((one) => one.name)]),
      [
        ["Source", "Source"],
        ["Build", "Test", "Build"],
        ["Approval", "Approve"],
        ["Deploy", "Prepare", "Deploy", "Verify"],
      ],
    );
    const test = parse(buildspecOf(resources, "api-test"));
    assert.match(test.phases.build.commands[0], /bash -eo pipefail -c 'npm ci && npm test'/);
    const verify = JSON.parse(
      actionIn(resources, "Verify").configuration.EnvironmentVariables ?? "",
    );
    assert.deepEqual(
      verify.map(({ name, value }: { name: string; value: string }) => `${name}=${value}`),
      [
        "EXECUTION_ID=#{codepipeline.PipelineExecutionId}",
        "COMMIT=#{Source.CommitId}",
        "REQUESTED_TAG=#{variables.IMAGE_TAG}",
        "DEADLINE=#{Prepare.DEADLINE}",
        "RELEASE=#{Prepare.RELEASE}",
      ],
    );
    assert.match(
      actionIn(resources, "Approve").configuration.NotificationArn ?? "",
      /^arn:aws:sns:/,
    );
    assert.deepEqual(allowed(resources, "api-approval-action"), ["sns:Publish"]);
    const kmsKeyArn = "arn:aws:kms:us-east-1:123456789012:key/0a1b2c3d";
    const encrypted = { ...stackWith({ approval: true }), "slipway:notices": { kmsKeyArn } };
    assert.deepEqual(allowed((await runStack(encrypted)).resources, "api-approval-action"), [
      "kms:Decrypt",
      "kms:GenerateDataKey",
      "sns:Publish",
    ]);
  });

  it("may use the key of the topic to ask for approval", async () => {
    const kmsKeyArn = "arn:aws:kms:us-east-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab";
    const notices = { emails: ["operations@example.com"], kmsKeyArn };
    const { resources } = await runStack({
      ...stackWith({ approval: true }),
      "slipway:notices": notices,
    });
    const { Statement } = json<{ Statement: object[] }>(
      only(resources, "aws:iam/rolePolicy:RolePolicy", "api-approval-action"),
      "policy",
    );
    assert.deepEqual(Statement[1], {
      ...{ Effect: "Allow", Action: ["kms:Decrypt", "kms:GenerateDataKey"] },
      Resource: kmsKeyArn,
    });
  });

  it("asks for approval without a topic, and needs no role for it", async () => {
    const { resources } = await runStack(stackWith({ approval: true }));
    const { roleArn, configuration } = actionIn(resources, "Approve");
    assert.equal(roleArn, undefined);
    assert.deepEqual(Object.keys(configuration).sort(), ["CustomData", "ExternalEntityLink"]);
    const empty = resources.filter(
      ({ type, inputs }) =>
        type === "aws:iam/rolePolicy:RolePolicy" &&
        JSON.parse(String(inputs.policy)).Statement.length === 0,
    );
    assert.deepEqual(empty, [], "IAM refuses a policy without a statement");
  });

  it("gives each role what its action does, and no more", async () => {
    const { resources } = await runStack(stackWith({}, { test: { run: "npm test" } }));
    assert.deepEqual(allowed(resources, "api-test"), []);
    assert.deepEqual(
      allowed(resources, "api-build").filter((action) => !action.startsWith("ecr:")),
      [],
    );
    assert.deepEqual(allowed(resources, "api-pipeline"), ["sts:AssumeRole"]);
    assert.deepEqual(allowed(resources, "api-source-action"), [
      "codeconnections:UseConnection",
      "codestar-connections:UseConnection",
    ]);
    assert.deepEqual(allowed(resources, "api-builds-action"), [
      "codebuild:BatchGetBuilds",
      "codebuild:StartBuild",
      "codebuild:StopBuild",
    ]);
    assert.deepEqual(allowed(resources, "api-deploy-action"), [
      "ecs:DescribeServices",
      "ecs:DescribeTaskDefinition",
      "ecs:DescribeTasks",
      "ecs:ListTasks",
      "ecs:RegisterTaskDefinition",
      "ecs:TagResource",
      "ecs:UpdateService",
      "iam:PassRole",
    ]);
    const release = allowed(resources, "api-release");
    assert.ok(release.includes("ssm:PutParameter"), "it moves the pointer");
    assert.ok(!release.includes("ecr:UploadLayerPart"), "it cannot push an image");
    for (const { type, name, inputs } of resources) {
      if (type === "aws:iam/role:Role" && name.endsWith("-action")) {
        const { Statement } = JSON.parse(String(inputs.assumeRolePolicy));
        assert.match(Statement[0].Principal.AWS, /role\/api-pipeline$/, name);
      }
    }
  });

  it("deploys with CodeDeploy under code-deploy", async () => {
    const { resources } = await runStack(stackWith({}, { strategy: { type: "code-deploy" } }));
    const deploy = actionIn(resources, "Deploy");
    assert.equal(deploy.provider, "CodeDeployToECS");
    assert.equal(deploy.configuration.Image1ContainerName, "IMAGE1_NAME");
    assert.ok(
      !allowed(resources, "api-deploy-action").includes("ecs:UpdateService"),
      "CodeDeploy does",
    );
    assert.ok(!allowed(resources, "api-release").includes("ecs:UpdateService"), "CodeDeploy does");
  });

  it("starts after pushes to the branch, or as the triggers say", async () => {
    const triggers = async (release: Config) => {
      const { resources } = await runStack(stackWith(release));
      const { inputs } = only(resources, "aws:codepipeline/pipeline:Pipeline");
      return (inputs.triggers as { gitConfiguration: object }[]).map(
        ({ gitConfiguration }) => gitConfiguration,
      );
    };
    const push = (filter: object) => [{ sourceActionName: "Source", pushes: [filter] }];
    assert.deepEqual(await triggers({}), push({ branches: { includes: ["main"] } }));
    assert.deepEqual(
      await triggers({ source: { ...source, branch: "release" } }),
      push({ branches: { includes: ["release"] } }),
    );
    assert.deepEqual(
      await triggers({ triggers: { push: [{ tags: { includes: ["v*"] } }] } }),
      push({ tags: { includes: ["v*"] } }),
    );
    assert.deepEqual(await triggers({ triggers: {} }), []);
    assert.deepEqual(
      await triggers({
        triggers: { pullRequest: [{ events: ["CLOSED"], branches: { includes: ["main"] } }] },
      }),
      [
        {
          sourceActionName: "Source",
          pullRequests: [{ events: ["CLOSED"], branches: { includes: ["main"] } }],
        },
      ],
    );
  });

  it("starts after pushes to CodeCommit by a rule", async () => {
    const codecommit = { type: "codecommit", repository: "octo-app" };
    const calls = {
      "aws:codecommit/getRepository:getRepository": ({ repositoryName }: Config) => ({
        repositoryName,
        arn: `arn:aws:codecommit:us-east-1:123456789012:${repositoryName}`,
      }),
    };
    const { resources } = await runStack(stackWith({ source: codecommit }), { calls });
    const rule = only(resources, "aws:cloudwatch/eventRule:EventRule", "api-start");
    assert.deepEqual(json<Config>(rule, "eventPattern").resources, [
      "arn:aws:codecommit:eu-central-1:123456789012:octo-app",
    ]);
    assert.equal(actionIn(resources, "Source").configuration.PollForSourceChanges, "false");
    assert.ok(
      !resources.some(({ type }) => type === "aws:codeconnections/connection:Connection"),
      "CodeCommit needs no connection",
    );
  });

  it("ends a release whose stage failed", async () => {
    const { resources } = await runStack(stackWith());
    const rule = only(resources, "aws:cloudwatch/eventRule:EventRule", "api-end-failed");
    assert.deepEqual(json<Config>(rule, "eventPattern").detail, {
      pipeline: ["api"],
      stage: ["Deploy"],
      state: ["FAILED", "STOPPED", "CANCELED"],
    });
    const project = only(resources, "aws:codebuild/project:Project", "api-end-failed");
    assert.equal((project.inputs.source as Config).type, "NO_SOURCE");
  });

  it("sends the end of each execution to the topic that the deployments' notices go to", async () => {
    const { resources: silent } = await runStack(stackWith());
    assert.ok(
      !silent.some(({ urn }) => urn.includes("slipway:notices:")),
      "without notices there is no rule",
    );
    const slack = { workspaceId: "T07EA123LEP", channelId: "C07EZ1ABC23" };
    for (const notices of [{ emails: ["operations@example.com"] }, { slack }]) {
      const { resources } = await runStack({ ...stackWith(), "slipway:notices": notices });
      const rule = only(resources, "aws:cloudwatch/eventRule:EventRule", "api-pipeline");
      assert.deepEqual(json(rule, "eventPattern"), {
        source: ["aws.codepipeline"],
        "detail-type": ["CodePipeline Pipeline Execution State Change"],
        detail: { pipeline: ["api"], state: ["SUCCEEDED", "FAILED", "STOPPED", "CANCELED"] },
      });
      const target = (name: string) =>
        only(resources, "aws:cloudwatch/eventTarget:EventTarget", name).inputs;
      const { arn, roleArn, inputTransformer } = target("api-pipeline");
      assert.match(String(arn), /^arn:aws:sns:/);
      assert.deepEqual([arn, roleArn], [target("api").arn, undefined]);
      const { inputTemplate } = inputTransformer as { inputTemplate: string };
      const sent = JSON.parse(inputTemplate);
      const title = "api (dev): pipeline <state>";
      const console =
        "https://eu-central-1.console.aws.amazon.com/codesuite/codepipeline/pipelines/api/executions/<execution>/timeline?region=eu-central-1";
      if ("slack" in notices) {
        assert.deepEqual([sent.content.title, sent.content.nextSteps], [title, [console]]);
      } else {
        assert.equal(sent, `${title}. Execution <execution>. ${console}`);
      }
    }
  });

  it("builds as the service says, quoted for bash", async () => {
    const { resources } = await runStack(
      stackWith(
        {},
        {
          build: {
            ...{ context: "services/api", target: "runtime", cache: "registry" },
            args: { GREETING: "it's a $HOME" },
            secrets: {
              npm_token: "arn:aws:secretsmanager:us-east-1:123456789012:secret:npm-a1b2c3",
              pip: "arn:aws:ssm:us-east-1:123456789012:parameter/team/pip",
            },
          },
        },
      ),
    );
    const { env, phases } = parse(buildspecOf(resources, "api-build"));
    assert.deepEqual(env["secrets-manager"], {
      BUILD_SECRET_1: "arn:aws:secretsmanager:us-east-1:123456789012:secret:npm-a1b2c3",
    });
    assert.deepEqual(env["parameter-store"], { BUILD_SECRET_2: "/team/pip" });
    assert.equal(
      phases.build.commands[0],
      `bash "$CODEBUILD_SRC_DIR/../scripts/pipeline.sh" build --file services/api/Dockerfile --platform linux/amd64 --target runtime --build-arg 'GREETING=it'\\''s a $HOME' --secret id=npm_token,env=BUILD_SECRET_1 --secret id=pip,env=BUILD_SECRET_2 --cache-from "type=registry,ref=$IMAGE_REPOSITORY:buildcache" --cache-to "type=registry,ref=$IMAGE_REPOSITORY:buildcache,mode=max,image-manifest=true,oci-mediatypes=true" --provenance=false services/api`,
    );
  });

  it("adds attestations with a builder that can make them", async () => {
    const of = async (build: Config) => {
      const { resources } = await runStack(stackWith({}, { build }));
      const { phases } = parse(buildspecOf(resources, "api-build"));
      const creates = phases.pre_build.commands.includes("docker buildx create --use");
      return [creates, / --provenance=\S+( --sbom=true)?/.exec(phases.build.commands[0])?.[0]];
    };
    assert.deepEqual(await of({}), [false, " --provenance=false"]);
    assert.deepEqual(await of({ provenance: "max" }), [true, " --provenance=mode=max"]);
    assert.deepEqual(await of({ sbom: true }), [true, " --provenance=false --sbom=true"]);
  });

  it("copies what another stack has released, after its pipeline has succeeded", async () => {
    const calls = {
      "pulumi:pulumi:readStackOutputs": () => ({
        outputs: {
          services: {
            api: {
              repository: "octo-org/octo-app",
              imageRepository: "123456789012.dkr.ecr.eu-central-1.amazonaws.com/api-dev",
              releasePointer: "/slipway/slipway/dev/api/image",
              pipeline: "api-dev",
            },
          },
        },
      }),
    };
    const { resources } = await runStack(
      stackWith({ promote: { from: "dev" }, approval: true }),
      { calls },
      "prod",
    );
    const rule = only(resources, "aws:cloudwatch/eventRule:EventRule", "api-start");
    assert.deepEqual(json<Config>(rule, "eventPattern").detail, {
      pipeline: ["api-dev"],
      state: ["SUCCEEDED"],
    });
    assert.deepEqual(only(resources, "aws:codepipeline/pipeline:Pipeline").inputs.triggers, []);
    const { phases } = parse(buildspecOf(resources, "api-build"));
    assert.match(phases.build.commands[0], /pipeline\.sh" promote$/);
    const prepare = actionIn(resources, "Prepare").configuration.EnvironmentVariables ?? "";
    assert.match(prepare, /#\{Build\.IMAGE_TAG\}/);
    const { CustomData } = actionIn(resources, "Approve").configuration;
    assert.equal(CustomData, "Deploy the image #{Build.IMAGE_TAG}?");
    assert.ok(allowed(resources, "api-build").includes("ssm:GetParameters"), "reads the pointer");
  });
});
