import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { actionWaitMinutes, longestMinutes } from "../forecast";
import { PipelineNotices } from "../notices/pipeline-notices";
import { releaseScope } from "../release/scope";
import { locationOf, siblingArn } from "../shared/arn";
import { ActionRoles } from "./actions";
import type { ServicePipelineArgs } from "./args";
import { Builds } from "./builds";
import { FailedReleases } from "./failed-releases";
import { branchOf, longestDeployment, type PipelineSource } from "./settings";
import { imageTagVariable, type StagesArgs, stagesOf } from "./stages";
import { type StartEvent, StartRule } from "./start-rule";
import { triggersOf } from "./triggers";

/**
 * The pipeline of one service: source, tests, build, approval, deployment, and the verification that moves the release pointer. Each action has
 * a role that may do what the action does.
 *
 * Cost: USD 0.002 for each minute of an action, less 100 free minutes a month, and CodeBuild's minutes; `docs/codepipeline.md` has examples.
 */
export class ServicePipeline extends pulumi.ComponentResource {
  /** The name of the pipeline. */
  readonly pipelineName: pulumi.Output<string>;

  constructor(
    name: string,
    private readonly args: ServicePipelineArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("slipway:codepipeline:ServicePipeline", name, {}, opts);
    const { pipelines, service, cluster } = args;
    const { settings } = pipelines;
    const child = { parent: this };
    const source = sourceOf(args);
    const account = cluster.arn.apply((arn) => locationOf(arn).account);
    const scope = pulumi.output(releaseScope(args));
    const builds = new Builds(name, { ...args, account, scope }, child);
    const roles = new ActionRoles(name, { ...args, account, scope, source, builds }, child);
    this.warnOfLongDeployments(name);
    const pipeline = new aws.codepipeline.Pipeline(
      name,
      {
        pipelineType: "V2",
        // Each push is released, one after the other.
        executionMode: "QUEUED",
        roleArn: roles.pipeline,
        artifactStores: [{ type: "S3", location: pipelines.bucket }],
        variables: [imageTagVariable],
        stages: this.stages(source, builds, roles),
        triggers: triggersOf({ ...settings, source }),
      },
      { ...child, dependsOn: service },
    );
    this.pipelineName = pipeline.name;
    new FailedReleases(
      name,
      { pipeline: pipeline.name, account, projectArn: builds.endFailed.arn },
      child,
    );
    if (args.notices) {
      new PipelineNotices(name, { notices: args.notices, pipelineArn: pipeline.arn }, child);
    }
    const starts = (event: StartEvent) =>
      new StartRule(name, { event, pipelineArn: pipeline.arn, account }, child);
    if (args.promote?.pipeline) {
      starts({ pipeline: args.promote.pipeline });
    } else if (source.type === "codecommit" && !settings.triggers && !args.promote) {
      starts({
        repositoryArn: siblingArn(cluster.arn, "codecommit", source.repository),
        branch: branchOf(source),
      });
    }
    this.registerOutputs({ pipelineName: this.pipelineName });
  }

  private stages(source: PipelineSource, builds: Builds, roles: ActionRoles) {
    const { pipelines, cluster, service, notices } = this.args;
    const { codeDeploy, forecast } = service;
    const found: { [Name in keyof StagesArgs]: pulumi.Input<StagesArgs[Name]> } = {
      source,
      connectionArn: pipelines.connectionArn,
      promoted: this.args.promote !== undefined,
      projects: pulumi.output({
        test: builds.test?.projectName,
        build: builds.build.projectName,
        prepare: builds.prepare.projectName,
        verify: builds.verify.projectName,
      }),
      roles: pulumi.output({
        source: roles.source,
        builds: roles.builds,
        approval: roles.approval,
        deploy: roles.deploy,
      }),
      approval: pipelines.settings.approval
        ? pulumi.output({ topicArn: notices?.topicArn, url: service.url })
        : undefined,
      cluster: cluster.clusterName,
      service: service.serviceName,
      deploymentTimeout: Math.min(longestDeployment, actionWaitMinutes(forecast)),
      codeDeploy:
        codeDeploy &&
        pulumi.output({
          applicationName: codeDeploy.applicationName,
          deploymentGroupName: codeDeploy.deploymentGroupName,
        }),
    };
    return pulumi.output(found).apply((all) => stagesOf(all as StagesArgs));
  }

  /** Only for ECS's action: CodeDeploy's action waits for days. */
  private warnOfLongDeployments(name: string): void {
    const { codeDeploy, forecast } = this.args.service;
    const minutes = longestMinutes(forecast);
    if (!codeDeploy && minutes > longestDeployment) {
      void pulumi.log.warn(
        `A deployment of ${name} may take ${minutes} minutes, but CodePipeline's ECS action waits ${longestDeployment} at most. The execution then fails although the deployment continues, and the release pointer does not move. Shorten the bake, or start the pipeline again when the deployment is over: aws codepipeline start-pipeline-execution.`,
        this,
      );
    }
  }
}

function sourceOf({ pipelines, repository }: ServicePipelineArgs): PipelineSource {
  const { source } = pipelines.settings;
  return { ...source, repository: repository ?? source.repository };
}
