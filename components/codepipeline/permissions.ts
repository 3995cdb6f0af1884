import { pullActions } from "../image-repository/plan";
import {
  type DeployScope,
  migrationStatements,
  parameterStatements,
  pushActions,
  registerStatement,
  revisionStatements,
  taskStatements,
  updateStatement,
  watchStatements,
} from "../release/permissions";
import type { PolicyStatement } from "../shared/policy";
import type { PipelineSource } from "./settings";

/** The permissions of the roles of a pipeline. */

/** Access to the artifacts in the bucket. `write` also allows new ones. */
export function artifactStatements(bucketArn: string, access: "read" | "write"): PolicyStatement[] {
  return [
    // https://docs.aws.amazon.com/codebuild/latest/userguide/setting-up-service-role.html
    { Action: ["s3:GetBucketAcl", "s3:GetBucketLocation"], Resource: bucketArn },
    {
      Action: [
        "s3:GetObject",
        "s3:GetObjectVersion",
        // Sources behind a connection give the bucket's owner the right to the object:
        // https://github.com/aws/aws-cdk/blob/main/packages/aws-cdk-lib/aws-codepipeline-actions/lib/codestar-connections/source-action.ts
        ...(access === "write" ? ["s3:PutObject", "s3:PutObjectAcl"] : []),
      ],
      Resource: `${bucketArn}/*`,
    },
  ];
}

export function logStatements(logGroupArn: string): PolicyStatement[] {
  return [{ Action: ["logs:CreateLogStream", "logs:PutLogEvents"], Resource: `${logGroupArn}:*` }];
}

/**
 * Reads the source.
 * https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-CodestarConnectionSource.html
 * https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-CodeCommit.html
 */
export function sourceStatements(
  { type, repository }: PipelineSource,
  connectionArn: string | undefined,
  repositoryArn: string | undefined,
): PolicyStatement[] {
  if (type === "codecommit") {
    return [
      {
        Action: [
          "codecommit:CancelUploadArchive",
          "codecommit:GetBranch",
          "codecommit:GetCommit",
          "codecommit:GetRepository",
          "codecommit:GetUploadArchiveStatus",
          "codecommit:UploadArchive",
        ],
        Resource: repositoryArn ?? "",
      },
    ];
  }
  const arn = connectionArn ?? "";
  return (["codeconnections", "codestar-connections"] as const).map((prefix) => ({
    // A connection has an ARN of either service, and AWS asks for either permission, whatever the ARN is.
    // https://docs.aws.amazon.com/codepipeline/latest/userguide/rename.html
    Action: `${prefix}:UseConnection`,
    Resource: arn,
    // The connection may see more repositories.
    Condition: { StringEqualsIfExists: { [`${prefix}:FullRepositoryId`]: repository } },
  }));
}

/** Starts the builds. https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-CodeBuild.html */
export function startStatements(projectArns: readonly string[]): PolicyStatement[] {
  return [
    {
      Action: ["codebuild:BatchGetBuilds", "codebuild:StartBuild", "codebuild:StopBuild"],
      Resource: [...projectArns].sort(),
    },
  ];
}

/** Builds and pushes the image. */
export function buildStatements(
  repository: string,
  secretArns: readonly string[],
): PolicyStatement[] {
  const secrets = secretArns.filter((arn) => arn.split(":")[2] === "secretsmanager");
  const parameters = secretArns.filter((arn) => arn.split(":")[2] === "ssm");
  return [
    { Action: "ecr:GetAuthorizationToken", Resource: "*" },
    { Action: pushActions, Resource: repository },
    ...(secrets.length > 0
      ? [{ Action: "secretsmanager:GetSecretValue", Resource: secrets.map(secretPattern) }]
      : []),
    ...(parameters.length > 0 ? [{ Action: "ssm:GetParameters", Resource: parameters }] : []),
  ];
}

/** Copies an image of another stack, which its release pointer names. */
export function promoteStatements(
  repository: string,
  { repository: source, pointer }: { readonly repository: string; readonly pointer: string },
): PolicyStatement[] {
  return [
    ...buildStatements(repository, []),
    { Action: pullActions, Resource: source },
    { Action: "ssm:GetParameters", Resource: pointer },
  ];
}

/** A secret's ARN has six characters at its end that people often leave out. */
function secretPattern(arn: string): string {
  return /-[A-Za-z0-9]{6}$/.test(arn) ? arn : `${arn}-??????`;
}

/** Prepares and verifies a release, and ends a failed one. */
export function releaseProjectStatements(scope: DeployScope): PolicyStatement[] {
  return [
    // IAM has no resource-level permissions for it.
    { Action: "ecs:DescribeTaskDefinition", Resource: "*" },
    {
      Action: ["ecr:BatchGetImage", "ecr:DescribeImages", "ecr:PutImage"],
      Resource: scope.repository,
    },
    registerStatement(scope),
    ...revisionStatements(scope),
    ...migrationStatements(scope),
    // The ECS action copies what the service runs, so the service gets the newest settings first.
    ...(scope.codeDeploy ? [] : [updateStatement(scope)]),
    ...watchStatements(scope),
    ...parameterStatements(scope),
  ];
}

/**
 * Deploys.
 * https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-ECS.html
 * https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-ECSbluegreen.html
 */
export function deployActionStatements(scope: DeployScope): PolicyStatement[] {
  const { codeDeploy } = scope;
  const revision = [registerStatement(scope), ...revisionStatements(scope)];
  if (!codeDeploy) {
    return [
      { Action: "ecs:DescribeTaskDefinition", Resource: "*" },
      ...revision,
      updateStatement(scope),
      { Action: "ecs:DescribeServices", Resource: scope.service },
      ...taskStatements(scope.cluster),
    ];
  }
  return [
    ...revision,
    {
      Action: ["codedeploy:CreateDeployment", "codedeploy:GetDeployment"],
      Resource: codeDeploy.deploymentGroup,
    },
    { Action: "codedeploy:GetDeploymentConfig", Resource: codeDeploy.deploymentConfig },
    {
      Action: [
        "codedeploy:GetApplication",
        "codedeploy:GetApplicationRevision",
        "codedeploy:RegisterApplicationRevision",
      ],
      Resource: codeDeploy.application,
    },
  ];
}

/** https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html */
export function publishStatements(topic: string, kmsKey: string | undefined): PolicyStatement[] {
  return [
    { Action: "sns:Publish", Resource: topic },
    ...(kmsKey ? [{ Action: ["kms:Decrypt", "kms:GenerateDataKey"], Resource: kmsKey }] : []),
  ];
}
