import type * as aws from "@pulumi/aws";
import type { PipelineSource } from "./settings";
import { codeSourceOf } from "./source";

type Stage = aws.types.input.codepipeline.PipelineStage;
type Action = aws.types.input.codepipeline.PipelineStageAction;

/** The name of the source action, and of the namespace of its variables. */
export const sourceAction = "Source";

/** The stage in which the service changes. A failure of it ends a release. */
export const deployStage = "Deploy";

/** The variable of the pipeline with which people deploy an image that exists. Its default means the commit's image. */
export const imageTagVariable = { name: "IMAGE_TAG", defaultValue: "commit" };

/** The values that the stages of a service's pipeline contain. */
export interface StagesArgs {
  readonly source: PipelineSource;
  /** The ARN of the connection; undefined with CodeCommit. */
  readonly connectionArn: string | undefined;
  /** The CodeBuild projects. `test` is undefined if there are no tests. */
  readonly projects: {
    readonly test: string | undefined;
    readonly build: string;
    readonly prepare: string;
    readonly verify: string;
  };
  /** Whether the build copies an image of another stack. It then decides on the image's tag. */
  readonly promoted: boolean;
  /** The roles of the actions. */
  readonly roles: {
    readonly source: string;
    readonly builds: string;
    readonly approval: string | undefined;
    readonly deploy: string;
  };
  /** The topic that gets a notice of an approval. */
  readonly approval: { readonly topicArn: string | undefined; readonly url: string } | undefined;
  readonly cluster: string;
  readonly service: string;
  /** Minutes that the ECS action waits, 1 to 60. */
  readonly deploymentTimeout: number;
  /** The names in CodeDeploy; undefined if ECS deploys. */
  readonly codeDeploy:
    | { readonly applicationName: string; readonly deploymentGroupName: string }
    | undefined;
}

/** The placeholder in taskdef.json: `<IMAGE1_NAME>`. */
export const imagePlaceholder = "IMAGE1_NAME";

/**
 * The stages of a service's pipeline. All actions that change the service are in one stage, because a stage has one execution at a time: no
 * release overtakes another one between its preparation and its verification.
 * https://docs.aws.amazon.com/codepipeline/latest/userguide/concepts-how-it-works.html
 */
export function stagesOf(args: StagesArgs): Stage[] {
  const { projects, roles, approval, promoted } = args;
  const requested = `#{variables.${imageTagVariable.name}}`;
  const released = promoted ? `#{Build.${imageTagVariable.name}}` : requested;
  const build = (name: string, project: string, more: Partial<Action>): Action => ({
    name,
    category: "Build",
    owner: "AWS",
    provider: "CodeBuild",
    version: "1",
    roleArn: roles.builds,
    inputArtifacts: ["source"],
    configuration: {
      ProjectName: project,
      EnvironmentVariables: JSON.stringify([
        variable("EXECUTION_ID", "#{codepipeline.PipelineExecutionId}"),
        variable("COMMIT", `#{${sourceAction}.CommitId}`),
        variable("REQUESTED_TAG", name === "Prepare" || name === "Verify" ? released : requested),
        ...(name === "Verify" ? prepared : []),
      ]),
    },
    ...more,
  });
  return [
    { name: "Source", actions: [source(args)] },
    {
      name: "Build",
      actions: [
        ...(projects.test ? [build("Test", projects.test, { category: "Test", runOrder: 1 })] : []),
        build("Build", projects.build, {
          runOrder: projects.test ? 2 : 1,
          ...(promoted && { namespace: "Build" }),
        }),
      ],
    },
    ...(approval ? [approvalStage(approval, roles.approval, promoted)] : []),
    {
      name: deployStage,
      actions: [
        build("Prepare", projects.prepare, {
          runOrder: 1,
          outputArtifacts: ["release"],
          namespace: "Prepare",
        }),
        { ...deploy(args), runOrder: 2, roleArn: roles.deploy },
        build("Verify", projects.verify, { runOrder: 3 }),
      ],
    },
  ];
}

/** The variables that Prepare exports. */
export const exported = ["DEADLINE", "RELEASE"] as const;

const prepared = exported.map((name) => variable(name, `#{Prepare.${name}}`));

function variable(name: string, value: string) {
  return { name, value, type: "PLAINTEXT" };
}

function source({ source, connectionArn, roles }: StagesArgs): Action {
  return {
    name: sourceAction,
    namespace: sourceAction,
    category: "Source",
    owner: "AWS",
    version: "1",
    roleArn: roles.source,
    outputArtifacts: ["source"],
    ...codeSourceOf(source, connectionArn),
  };
}

/** https://docs.aws.amazon.com/codepipeline/latest/userguide/approvals-action-add.html */
function approvalStage(
  { topicArn, url }: NonNullable<StagesArgs["approval"]>,
  roleArn: string | undefined,
  promoted: boolean,
): Stage {
  return {
    name: "Approval",
    actions: [
      {
        name: "Approve",
        category: "Approval",
        owner: "AWS",
        provider: "Manual",
        version: "1",
        ...(roleArn && { roleArn }),
        configuration: {
          ...(topicArn && { NotificationArn: topicArn }),
          // The promoted image can have another commit than the source.
          CustomData: promoted
            ? `Deploy the image #{Build.${imageTagVariable.name}}?`
            : `Deploy the commit #{${sourceAction}.CommitId}?`,
          ExternalEntityLink: url,
        },
      },
    ],
  };
}

/**
 * https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-ECS.html
 * https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-ECSbluegreen.html
 */
function deploy({ codeDeploy, cluster, service, deploymentTimeout }: StagesArgs): Action {
  const action = { name: "Deploy", category: "Deploy", owner: "AWS", version: "1" };
  return codeDeploy
    ? {
        ...action,
        provider: "CodeDeployToECS",
        inputArtifacts: ["release"],
        configuration: {
          ApplicationName: codeDeploy.applicationName,
          DeploymentGroupName: codeDeploy.deploymentGroupName,
          TaskDefinitionTemplateArtifact: "release",
          TaskDefinitionTemplatePath: "taskdef.json",
          AppSpecTemplateArtifact: "release",
          AppSpecTemplatePath: "appspec.yaml",
          Image1ArtifactName: "release",
          Image1ContainerName: imagePlaceholder,
        },
      }
    : {
        ...action,
        provider: "ECS",
        inputArtifacts: ["release"],
        configuration: {
          ClusterName: cluster,
          ServiceName: service,
          FileName: "imagedefinitions.json",
          DeploymentTimeout: String(deploymentTimeout),
        },
      };
}
