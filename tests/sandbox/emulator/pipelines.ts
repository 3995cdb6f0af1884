/** A pipeline on the emulator, without Pulumi: what an update would have created is written by hand. */
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { ECR } from "@aws-sdk/client-ecr";
import { EventBridge, type Target } from "@aws-sdk/client-eventbridge";
import { S3 } from "@aws-sdk/client-s3";
import { SSM } from "@aws-sdk/client-ssm";
import type { Place } from "../../../sandbox/codepipeline";
import { installAwsCli } from "../../../sandbox/emulator/process";
import { pythonEnvironment } from "../../../sandbox/engine/python";
import { createRepository } from "../../../sandbox/github";
import { ACCOUNT, CLUSTER, Emulator, REGION } from "./emulator";

export const arn = (service: string, resource: string) =>
  `arn:aws:${service}:${REGION}:${ACCOUNT}:${resource}`;
export const CONNECTION = arn("codeconnections", "connection/1");
export const REGISTRY = `${ACCOUNT}.dkr.ecr.${REGION}.amazonaws.com`;
export const BUCKET = "artifacts";

/** Without an image if the variable is `no-image`: each call of Docker or AWS is a process. */
const BUILD = String.raw`
version: 0.2
env:
  shell: bash
  exported-variables: [IMAGE_TAG]
phases:
  pre_build:
    commands:
      - export IMAGE_TAG="$([ "$WANTED" = commit ] && echo "$CODEBUILD_RESOLVED_SOURCE_VERSION" || echo "$WANTED")"
      - IMAGE="$REGISTRY/app:$IMAGE_TAG"
  build:
    commands:
      - |
        [ "$WANTED" = no-image ] || aws ecr get-login-password | docker login --username AWS --password-stdin "$REGISTRY"
        case "$WANTED" in
          no-image) ;;
          in-parts) docker build --tag local . && docker tag local "$IMAGE" && docker push "$IMAGE" ;;
          *) docker buildx create --use && docker buildx build --provenance=false --push --tag "$IMAGE" . ;;
        esac
  post_build:
    commands:
      - printf '[{"name":"%s","imageUri":"%s"}]' "$CONTAINER" "$IMAGE" > imagedefinitions.json
      - |
        [ "$CODEBUILD_INITIATOR" != codepipeline/commits ] || {
          aws ecs describe-task-definition --task-definition blue --query taskDefinition > all.json
          python3 -c 'import json; it = json.load(open("all.json")); it["containerDefinitions"][0]["image"] = "<IMAGE1_NAME>"; json.dump(it, open("taskdef.json", "w"))'
          printf '{"ImageURI":"%s"}' "$IMAGE" > imageDetail.json
          printf '%s\n' 'version: 0.0' 'Resources: [{TargetService: {Type: "AWS::ECS::Service", Properties: {TaskDefinition: <TASK_DEFINITION>,' \
            'LoadBalancerInfo: {ContainerName: app, ContainerPort: 8000}}}}]' > appspec.yaml
        }
artifacts:
  files: [imagedefinitions.json, imageDetail.json, taskdef.json, appspec.yaml]
`;

const VERIFY = `
version: 0.2
phases:
  build:
    commands:
      - aws ssm put-parameter --name /released --value "$PIPELINE $STATE" --overwrite --type String
`;

type Action = Readonly<Record<string, unknown>>;

function action(name: string, category: string, provider: string, rest: object): Action {
  return { name, category, provider, owner: "AWS", version: "1", ...rest };
}

export class Fixture {
  private constructor(
    readonly emulator: Emulator,
    private readonly root: string,
    readonly place: Place,
    readonly roles: Readonly<Record<string, string>>,
    readonly ssm: SSM,
    readonly s3: S3,
    readonly ecr: ECR,
    private readonly events: EventBridge,
  ) {}

  static async start(context: Mocha.Context): Promise<Fixture> {
    const emulator = await Emulator.start(context);
    const { endpoint } = emulator;
    const root = await mkdtemp(join(tmpdir(), "slipway-pipeline-"));
    const python = await pythonEnvironment();
    await installAwsCli(root, python);
    const env = { PATH: [join(root, "bin"), python, process.env.PATH].join(delimiter) };
    const repositories = join(root, "git");
    const place = {
      ...{ folder: join(root, "stack"), repositories, endpoint, env },
      ...{ account: ACCOUNT, region: REGION },
    };
    await mkdir(place.folder);
    const credentials = { accessKeyId: "sandbox", secretAccessKey: "sandbox" };
    const config = { endpoint, region: REGION, credentials };
    const s3 = new S3({ ...config, forcePathStyle: true });
    await s3.createBucket({
      Bucket: BUCKET,
      CreateBucketConfiguration: { LocationConstraint: REGION },
    });
    const ecr = new ECR(config);
    await ecr.createRepository({ repositoryName: "app" });
    for (const name of ["octo/app", "codecommit/app"]) {
      await createRepository(repositories, name, { seed: join("examples", "api") });
    }
    const roles: Record<string, string> = {};
    for (const [name, service] of [
      ["pipeline", "codepipeline"],
      ["build", "codebuild"],
      ["rule", "events"],
    ] as const) {
      const condition = { StringEquals: { "aws:SourceAccount": ACCOUNT } };
      roles[name] = await emulator.makeRole(name, `${service}.amazonaws.com`, condition);
      await emulator.allow(name, "*");
    }
    roles.deploy = await makeRoleFor(emulator, roles.pipeline ?? "");
    return new Fixture(
      emulator,
      root,
      place,
      roles,
      new SSM(config),
      s3,
      ecr,
      new EventBridge(config),
    );
  }

  stop(): Promise<void> {
    return rm(this.root, { recursive: true, force: true });
  }

  /** A service behind a route, which CodeDeploy deploys with the group of the same name. */
  async makeBlueGreen(): Promise<void> {
    const { emulator } = this;
    const route = await emulator.makeRoute("blue");
    await emulator.create("blue", {
      deploymentController: { type: "CODE_DEPLOY" },
      loadBalancers: [
        { targetGroupArn: route.groups[0], containerName: "app", containerPort: 8000 },
      ],
    });
    const application = { applicationName: "blue", computePlatform: "ECS" };
    await emulator.codeDeploy("CreateApplication", application);
    await emulator.codeDeploy("CreateDeploymentGroup", {
      ...{ applicationName: "blue", deploymentGroupName: "blue" },
      serviceRoleArn: await emulator.makeRole("codedeploy", "codedeploy.amazonaws.com"),
      deploymentStyle: { deploymentType: "BLUE_GREEN", deploymentOption: "WITH_TRAFFIC_CONTROL" },
      blueGreenDeploymentConfiguration: {
        deploymentReadyOption: { actionOnTimeout: "CONTINUE_DEPLOYMENT", waitTimeInMinutes: 0 },
        terminateBlueInstancesOnDeploymentSuccess: {
          ...{ action: "TERMINATE", terminationWaitTimeInMinutes: 0 },
        },
      },
      ecsServices: [{ clusterName: CLUSTER, serviceName: "blue" }],
      loadBalancerInfo: {
        targetGroupPairInfoList: [
          {
            targetGroups: [{ name: "blue" }, { name: "blue-2" }],
            prodTrafficRoute: { listenerArns: [route.listener] },
          },
        ],
      },
    });
  }

  /** Writes what an update would have created. */
  async define(options: DefineOptions = {}): Promise<void> {
    const { roles } = this;
    const {
      status = "AVAILABLE",
      container = "app",
      privileged = true,
      told = "SUCCEEDED",
    } = options;
    const project = (name: string, source: object, variables: Record<string, string>) => ({
      ...{ name, arn: arn("codebuild", `project/${name}`), serviceRole: roles.build, source },
      environment: {
        ...{ computeType: "BUILD_GENERAL1_SMALL", image: "standard", type: "LINUX_CONTAINER" },
        privilegedMode: privileged,
        environmentVariables: Object.entries(variables).map(([key, value]) => ({
          ...{ name: key, value },
        })),
      },
    });
    const { events } = this;
    const rule = async (Rule: string, pattern: object, target: Omit<Target, "Id">) => {
      await events.putRule({ Name: Rule, EventPattern: JSON.stringify(pattern) });
      await events.putTargets({ Rule, Targets: [{ Id: "1", RoleArn: roles.rule, ...target }] });
    };
    await rule(
      "done",
      {
        source: ["aws.codepipeline"],
        "detail-type": ["CodePipeline Pipeline Execution State Change"],
        detail: { state: [told], pipeline: ["api"] },
      },
      {
        Arn: arn("codebuild", "project/verify"),
        InputTransformer: {
          InputPathsMap: { pipeline: "$.detail.pipeline", state: "$.detail['state']" },
          InputTemplate: `{"environmentVariablesOverride":[{"name":"PIPELINE","value":<pipeline>},{"name":"STATE","value":"was <state>"}]}`,
        },
      },
    );
    await rule(
      "pushed",
      {
        source: ["aws.codecommit"],
        "detail-type": ["CodeCommit Repository State Change"],
        resources: [arn("codecommit", "app")],
        detail: { referenceType: ["branch"], referenceName: ["main"] },
      },
      { Arn: arn("codepipeline", "commits") },
    );
    const build = { type: "CODEPIPELINE", buildspec: BUILD };
    await this.write({
      [`aws:codeconnections/connection:Connection ${CONNECTION}`]: {
        ...{ arn: CONNECTION, connectionStatus: status, name: "git", providerType: "GitHub" },
      },
      "aws:codebuild/project:Project build": project("build", build, {
        ...{ REGISTRY, CONTAINER: container },
      }),
      "aws:codebuild/project:Project verify": project(
        "verify",
        { type: "NO_SOURCE", buildspec: VERIFY },
        {},
      ),
      "aws:codepipeline/pipeline:Pipeline api": this.pipeline("api", fromGitHub, [
        action("Approve", "Approval", "Manual", {
          configuration: {
            CustomData: "#{Build.IMAGE_TAG} of #{Source.CommitId}",
            NotificationArn: arn("sns", "notices"),
          },
        }),
        action("Deploy", "Deploy", "ECS", {
          ...{ inputArtifacts: ["ImageDefinitions"], roleArn: roles.deploy, runOrder: 2 },
          configuration: { ClusterName: CLUSTER, ServiceName: "api", DeploymentTimeout: "10" },
        }),
      ]),
      "aws:codepipeline/pipeline:Pipeline commits": this.pipeline("commits", fromCodeCommit, [
        action("Deploy", "Deploy", "CodeDeployToECS", {
          inputArtifacts: ["ImageDefinitions"],
          configuration: {
            ...{ ApplicationName: "blue", DeploymentGroupName: "blue" },
            AppSpecTemplateArtifact: "ImageDefinitions",
            TaskDefinitionTemplateArtifact: "ImageDefinitions",
            Image1ArtifactName: "ImageDefinitions",
            Image1ContainerName: "IMAGE1_NAME",
          },
        }),
      ]),
    });
  }

  private pipeline(name: string, source: Action, deploy: readonly Action[]) {
    const build = action("Build", "Build", "CodeBuild", {
      ...{ inputArtifacts: ["Source"], outputArtifacts: ["ImageDefinitions"], namespace: "Build" },
      configuration: {
        ProjectName: "build",
        EnvironmentVariables: `[{"name":"WANTED","value":"#{variables.IMAGE_TAG}"}]`,
      },
    });
    return {
      ...{ name, arn: arn("codepipeline", name), roleArn: this.roles.pipeline },
      artifactStores: [
        { location: BUCKET, type: "S3", encryptionKey: { id: arn("kms", "key/1"), type: "KMS" } },
      ],
      variables: [{ name: "IMAGE_TAG", defaultValue: "commit" }],
      stages: [
        { name: "Source", actions: [source] },
        { name: "Build", actions: [build] },
        { name: "Deploy", actions: deploy },
      ],
    };
  }

  /** Another stack in the account, whose pipeline starts after `api` has succeeded, and one in another region. Returns the folder of the first. */
  async defineOther(): Promise<string> {
    const { events, roles } = this;
    const Rule = "next";
    const EventPattern = JSON.stringify({
      source: ["aws.codepipeline"],
      "detail-type": ["CodePipeline Pipeline Execution State Change"],
      detail: { state: ["SUCCEEDED"], pipeline: ["api"] },
    });
    await events.putRule({ Name: Rule, EventPattern });
    const Targets = [{ Id: "1", Arn: arn("codepipeline", "next"), RoleArn: roles.rule }];
    await events.putTargets({ Rule, Targets });
    const next = this.pipeline("next", fromCodeCommit, [
      action("Approve", "Approval", "Manual", { configuration: {} }),
    ]);
    const key = "aws:codepipeline/pipeline:Pipeline next";
    const elsewhere = { ...next, arn: next.arn.replace(REGION, "us-west-1"), stages: [] };
    await this.write({ [key]: elsewhere }, join(this.root, "elsewhere"));
    const folder = join(this.root, "other");
    const variables = [{ name: "IMAGE_TAG", defaultValue: "no-image" }];
    await this.write({ [key]: { ...next, variables } }, folder);
    return folder;
  }

  private async write(
    kept: Readonly<Record<string, object>>,
    folder = this.place.folder,
  ): Promise<void> {
    const store = Object.entries(kept).map(([key, properties]) => [key, { properties, tags: {} }]);
    const text = JSON.stringify(Object.fromEntries(store));
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, "kept.json"), text);
  }
}

interface DefineOptions {
  readonly status?: string;
  /** The container in `imagedefinitions.json`. */
  readonly container?: string;
  readonly privileged?: boolean;
  /** The state of an execution for which the rule notifies its target. */
  readonly told?: string;
}

const fromGitHub = action("Source", "Source", "CodeStarSourceConnection", {
  ...{ outputArtifacts: ["Source"], namespace: "Source" },
  configuration: {
    ...{ ConnectionArn: CONNECTION, FullRepositoryId: "octo/app", BranchName: "main" },
  },
});

const fromCodeCommit = action("Source", "Source", "CodeCommit", {
  ...{ outputArtifacts: ["Source"], namespace: "Source" },
  configuration: { RepositoryName: "app", BranchName: "main", PollForSourceChanges: "false" },
});

/** The role of an action, which the pipeline's role may assume. */
async function makeRoleFor(emulator: Emulator, principal: string): Promise<string> {
  const Statement = [{ Effect: "Allow", Principal: { AWS: principal }, Action: "sts:AssumeRole" }];
  const { Role } = await emulator.iam.createRole({
    RoleName: "deploy",
    AssumeRolePolicyDocument: JSON.stringify({ Version: "2012-10-17", Statement }),
  });
  await emulator.allow("deploy", "*");
  return Role?.Arn ?? "";
}
