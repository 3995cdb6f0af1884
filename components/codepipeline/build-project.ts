import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { BuildRole } from "./roles";

export interface BuildProjectArgs {
  /** The builds' role. */
  readonly role: BuildRole;
  readonly logGroup: pulumi.Input<string>;
  readonly environment: { readonly type: string; readonly image: string };
  readonly computeType: string;
  /** YAML, or the path of a file in the repository. */
  readonly buildspec: string;
  readonly variables: Readonly<Record<string, pulumi.Input<string>>>;
  /** Minutes after which CodeBuild ends a build, 5 to 2160. */
  readonly timeoutMinutes: number;
  /** Whether a build can run Docker. @default false */
  readonly privileged?: boolean;
  /** Whether the pipeline starts the builds, and gives them their source. @default true */
  readonly inPipeline?: boolean;
}

/** A CodeBuild project. */
export class BuildProject extends pulumi.ComponentResource {
  readonly projectName: pulumi.Output<string>;
  readonly arn: pulumi.Output<string>;

  constructor(name: string, args: BuildProjectArgs, opts?: pulumi.ComponentResourceOptions) {
    super("slipway:codepipeline:BuildProject", name, {}, opts);
    const { inPipeline = true } = args;
    const project = new aws.codebuild.Project(
      name,
      {
        serviceRole: args.role.arn,
        buildTimeout: args.timeoutMinutes,
        environment: {
          ...args.environment,
          computeType: args.computeType,
          privilegedMode: args.privileged ?? false,
          environmentVariables: Object.entries(args.variables).map(([key, value]) => ({
            name: key,
            value,
          })),
        },
        source: { type: inPipeline ? "CODEPIPELINE" : "NO_SOURCE", buildspec: args.buildspec },
        artifacts: { type: inPipeline ? "CODEPIPELINE" : "NO_ARTIFACTS" },
        logsConfig: { cloudwatchLogs: { groupName: args.logGroup, streamName: name } },
      },
      { parent: this },
    );
    this.projectName = project.name;
    this.arn = project.arn;
    this.registerOutputs({ projectName: this.projectName });
  }
}
