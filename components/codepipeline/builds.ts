import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { jobTimeoutMinutes } from "../forecast";
import type { Promotion } from "../github/promotion";
import { type BuildArgs, platformOf, type TestArgs } from "../github/workflow/args";
import { capacityOf } from "../github/workflow/migration-steps";
import { repositoryArn } from "../image-repository/plan";
import type { DeployScope } from "../release/permissions";
import { taskOverrides } from "../service/tasks/override";
import { locationOf, siblingArn } from "../shared/arn";
import { versionLabel } from "../shared/image";
import type { ServicePipelineArgs } from "./args";
import { BuildProject, type BuildProjectArgs } from "./build-project";
import {
  buildBuildspec,
  commandBuildspec,
  prepareBuildspec,
  promoteBuildspec,
  testBuildspec,
} from "./buildspecs";
import { buildStatements, promoteStatements, releaseProjectStatements } from "./permissions";
import { BuildRole, type BuildRoleArgs } from "./roles";
import { codePipelineDefaults } from "./settings";
import { imagePlaceholder } from "./stages";

export interface BuildsArgs extends ServicePipelineArgs {
  readonly account: pulumi.Input<string>;
  readonly scope: pulumi.Output<DeployScope>;
}

/** The newest image of CodeBuild for each processor. https://docs.aws.amazon.com/codebuild/latest/userguide/build-env-ref-available.html */
const environments = {
  X86_64: { type: "LINUX_CONTAINER", image: "aws/codebuild/amazonlinux-x86_64-standard:5.0" },
  ARM64: { type: "ARM_CONTAINER", image: "aws/codebuild/amazonlinux-aarch64-standard:3.0" },
} as const;

/** Minutes after which CodeBuild ends the tests, and a build of the image. */
const buildMinutes = 60;

/** The builds of a pipeline, with one log group and three roles: the tests cannot push, and the build cannot release. */
export class Builds extends pulumi.ComponentResource {
  /** Undefined if there are no tests. */
  readonly test: BuildProject | undefined;
  readonly build: BuildProject;
  readonly prepare: BuildProject;
  readonly verify: BuildProject;
  /** The project that ends a failed release. EventBridge starts its builds. */
  readonly endFailed: BuildProject;

  private readonly common: Pick<BuildProjectArgs, "environment" | "logGroup" | "timeoutMinutes">;
  private readonly logGroup: aws.cloudwatch.LogGroup;

  constructor(
    private readonly name: string,
    private readonly args: BuildsArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("slipway:codepipeline:Builds", name, {}, opts);
    const { settings } = args.pipelines;
    const retentionInDays = settings.logRetentionInDays ?? codePipelineDefaults.logRetentionInDays;
    this.logGroup = new aws.cloudwatch.LogGroup(
      `${name}-pipeline`,
      { retentionInDays },
      { parent: this },
    );
    this.common = {
      logGroup: this.logGroup.name,
      environment: environments[args.service.cpuArchitecture],
      timeoutMinutes: buildMinutes,
    };
    this.test = this.createTest(args.test);
    this.build = args.promote ? this.createCopy(args.promote) : this.createBuild(args.build ?? {});
    [this.prepare, this.verify, this.endFailed] = this.createRelease();
    this.registerOutputs();
  }

  private createTest(test: TestArgs | undefined): BuildProject | undefined {
    if (!test || !("run" in test)) {
      return undefined;
    }
    return this.project("test", {
      ...this.common,
      computeType: this.computeType(),
      role: this.role("test", "read", []),
      buildspec: testBuildspec(test.run),
      variables: {},
    });
  }

  private createBuild(build: BuildArgs): BuildProject {
    const { imageRepository } = this.args;
    const secretArns = Object.values(build.secrets ?? {});
    const statements = imageRepository.arn.apply((arn) => buildStatements(arn, secretArns));
    return this.project("build", {
      ...this.common,
      computeType: this.computeType(),
      role: this.role("build", "read", statements),
      // Docker needs it.
      privileged: true,
      buildspec:
        build.buildspec ?? buildBuildspec(build, platformOf(this.args.service.cpuArchitecture)),
      variables: {
        ...this.names(),
        // Only if the repository allows a tag to move.
        TAG_LATEST: imageRepository.imageTagMutability.apply((it) => String(it === "MUTABLE")),
      },
    });
  }

  /** Copies the image that another stack has released, instead of a build. */
  private createCopy({ from, imageRepository, releasePointer = "" }: Promotion): BuildProject {
    const { cluster, imageRepository: own } = this.args;
    const statements = pulumi
      .all([
        own.arn,
        siblingArn(cluster.arn, "ssm", `parameter${releasePointer}`),
        cluster.arn.apply((arn) => repositoryArn(imageRepository, locationOf(arn).partition)),
      ])
      .apply(([repository, pointer, source]) =>
        promoteStatements(repository, { repository: source, pointer }),
      );
    return this.project("build", {
      ...this.common,
      computeType: codePipelineDefaults.computeType,
      role: this.role("build", "read", statements),
      privileged: true,
      buildspec: promoteBuildspec(),
      variables: {
        ...this.names(),
        ...{ SOURCE: imageRepository, SOURCE_STACK: from, SOURCE_POINTER: releasePointer },
      },
    });
  }

  private createRelease(): [BuildProject, BuildProject, BuildProject] {
    const release = {
      ...this.common,
      computeType: codePipelineDefaults.computeType,
      role: this.role("release", "write", this.args.scope.apply(releaseProjectStatements)),
      timeoutMinutes: this.releaseMinutes(),
      variables: { ...this.names(), ...this.releaseVariables() },
    };
    return [
      this.project("prepare", { ...release, buildspec: prepareBuildspec() }),
      this.project("verify", { ...release, buildspec: commandBuildspec("verify") }),
      this.project("end-failed", {
        ...release,
        inPipeline: false,
        buildspec: commandBuildspec("end-failed"),
      }),
    ];
  }

  private project(kind: string, args: BuildProjectArgs): BuildProject {
    return new BuildProject(`${this.name}-${kind}`, args, { parent: this });
  }

  private role(
    kind: string,
    access: BuildRoleArgs["access"],
    statements: BuildRoleArgs["statements"],
  ): BuildRole {
    const { account, pipelines } = this.args;
    const { bucketArn } = pipelines;
    return new BuildRole(
      `${this.name}-${kind}`,
      { account, logGroupArn: this.logGroup.arn, bucketArn, access, statements },
      { parent: this },
    );
  }

  private computeType(): string {
    return this.args.pipelines.settings.computeType ?? codePipelineDefaults.computeType;
  }

  /** Minutes that a release may take. They set the record's deadline. */
  private releaseMinutes(): number {
    return jobTimeoutMinutes(this.args.service.forecast);
  }

  /** The variables of every build except the tests. */
  private names(): BuildProjectArgs["variables"] {
    const { imageRepository, pipelines, cluster, service } = this.args;
    return {
      SCRIPTS: pipelines.scripts,
      REGISTRY: imageRepository.repositoryUrl.apply((url) => url.split("/")[0] ?? ""),
      IMAGE_REPOSITORY: imageRepository.repositoryUrl,
      ECR_REPOSITORY: imageRepository.repositoryName,
      ECS_CLUSTER: cluster.clusterName,
      ECS_SERVICE: service.serviceName,
      RELEASE_POINTER: service.releasePointer.parameterName,
      RELEASE_RECORD: service.releasePointer.recordName,
      TIMEOUT_MINUTES: String(this.releaseMinutes()),
    };
  }

  /** The variables of the builds that change the service. */
  private releaseVariables(): BuildProjectArgs["variables"] {
    const { migration, codeDeploy, containerName, family, scheduledFamily } = this.args.service;
    return {
      CONTAINER: containerName,
      ECS_TASK_DEFINITION: family,
      VERSION_LABEL: versionLabel,
      ...(scheduledFamily && { ECS_SCHEDULED_TASK_DEFINITION: scheduledFamily }),
      ...(codeDeploy && { APPSPEC: codeDeploy.appSpec, IMAGE_PLACEHOLDER: imagePlaceholder }),
      ...(migration && {
        OVERRIDES: taskOverrides(containerName, migration),
        CAPACITY: capacityOf(migration),
        MIGRATION_MINUTES: String(migration.timeoutMinutes),
      }),
    };
  }
}
