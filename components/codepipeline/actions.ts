import * as pulumi from "@pulumi/pulumi";
import type { DeployScope } from "../release/permissions";
import { siblingArn } from "../shared/arn";
import type { PolicyStatement } from "../shared/policy";
import type { ServicePipelineArgs } from "./args";
import type { Builds } from "./builds";
import {
  artifactStatements,
  deployActionStatements,
  publishStatements,
  sourceStatements,
  startStatements,
} from "./permissions";
import { ActionRole } from "./roles";
import type { PipelineSource } from "./settings";

export interface ActionRolesArgs extends ServicePipelineArgs {
  readonly account: pulumi.Input<string>;
  readonly source: PipelineSource;
  readonly builds: Builds;
  readonly scope: pulumi.Output<DeployScope>;
}

/** The pipeline's role, and a role for each kind of its actions. The pipeline's role assumes the others, and can do little else. */
export class ActionRoles extends pulumi.ComponentResource {
  /** The ARN of the pipeline's role; resolves once all roles have their policies, because CodePipeline runs a new pipeline at once. */
  readonly pipeline: pulumi.Output<string>;
  readonly source: pulumi.Output<string>;
  readonly builds: pulumi.Output<string>;
  /** Undefined if nobody approves, or without a topic: the action then needs no permission, and IAM refuses an empty policy. */
  readonly approval: pulumi.Output<string> | undefined;
  readonly deploy: pulumi.Output<string>;

  private readonly policies: pulumi.Output<string>[] = [];
  private readonly pipelineRole: ActionRole;

  constructor(
    private readonly name: string,
    args: ActionRolesArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("slipway:codepipeline:ActionRoles", name, {}, opts);
    const { account, pipelines, cluster, source, builds, scope } = args;
    const { bucketArn, connectionArn } = pipelines;
    this.pipelineRole = new ActionRole(
      `${name}-pipeline`,
      {
        trust: { service: "codepipeline.amazonaws.com", account },
        description: `Runs the pipeline of ${name}`,
      },
      { parent: this },
    );
    this.source = this.create(
      "source",
      `Reads the code of ${name}`,
      pulumi
        .all([bucketArn, connectionArn, siblingArn(cluster.arn, "codecommit", source.repository)])
        .apply(([bucket, connection, repository]) => [
          ...sourceStatements(source, connection, repository),
          ...artifactStatements(bucket, "write"),
        ]),
    );
    const projects = [builds.test, builds.build, builds.prepare, builds.verify];
    this.builds = this.create(
      "builds",
      `Starts the builds of ${name}`,
      pulumi
        .all([bucketArn, pulumi.all(projects.flatMap((project) => project?.arn ?? []))])
        .apply(([bucket, arns]) => [
          ...startStatements(arns),
          ...artifactStatements(bucket, "write"),
        ]),
    );
    const { notices } = args;
    this.approval =
      pipelines.settings.approval && notices
        ? this.create(
            "approval",
            `Asks for the approval of releases of ${name}`,
            notices.topicArn.apply((topic) => publishStatements(topic, notices.kmsKeyArn)),
          )
        : undefined;
    this.deploy = this.create(
      "deploy",
      `Deploys ${name}`,
      pulumi
        .all([bucketArn, scope])
        .apply(([bucket, it]) => [
          ...deployActionStatements(it),
          ...artifactStatements(bucket, "read"),
        ]),
    );
    const arns = [this.source, this.builds, this.deploy, ...(this.approval ? [this.approval] : [])];
    const policy = this.pipelineRole.allow(
      pulumi
        .all([bucketArn, pulumi.all(arns)])
        .apply(([bucket, roles]) => [
          { Action: "sts:AssumeRole", Resource: roles.sort() },
          ...artifactStatements(bucket, "write"),
        ]),
    );
    this.pipeline = pulumi
      .all([this.pipelineRole.arn, policy.id, pulumi.all(this.policies)])
      .apply(([arn]) => arn);
    this.registerOutputs({ pipeline: this.pipeline });
  }

  private create(
    action: string,
    description: string,
    statements: pulumi.Output<PolicyStatement[]>,
  ): pulumi.Output<string> {
    const role = new ActionRole(
      `${this.name}-${action}-action`,
      { trust: { role: this.pipelineRole.arn }, description },
      { parent: this },
    );
    this.policies.push(role.allow(statements).id);
    return role.arn;
  }
}
