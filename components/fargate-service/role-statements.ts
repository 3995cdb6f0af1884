import { type Location, locationOf } from "../shared/arn";
import { type Problem, refuse } from "../shared/errors";
import { type PolicyStatement, serviceTrust } from "../shared/policy";

/** Trusts only ECS tasks of this account and region: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/cross-service-confused-deputy-prevention.html */
export function trustOfTasks({ partition, region, account }: Location): string {
  return serviceTrust("ecs-tasks.amazonaws.com", {
    StringEquals: { "aws:SourceAccount": account },
    ArnLike: { "aws:SourceArn": `arn:${partition}:ecs:${region}:${account}:*` },
  });
}

export interface ExecutionScope {
  readonly repositoryArns: readonly string[];
  readonly logGroupArn: string;
  readonly secrets: readonly string[];
}

export function executionStatements(location: Location, scope: ExecutionScope): PolicyStatement[] {
  refuse("The execution role", checkReferences(scope.secrets));
  const secretArns = scope.secrets.map((reference) => secretArn(reference, location));
  const of = (service: string) =>
    [...new Set(secretArns.filter((arn) => arn.split(":")[2] === service))].sort();
  const [secrets, parameters] = [of("secretsmanager"), of("ssm")];
  return [
    // IAM has no resource-level permissions for ecr:GetAuthorizationToken.
    { Action: "ecr:GetAuthorizationToken", Resource: "*" },
    {
      Action: [
        "ecr:BatchCheckLayerAvailability",
        "ecr:GetDownloadUrlForLayer",
        "ecr:BatchGetImage",
      ],
      Resource: [...scope.repositoryArns],
    },
    {
      Action: ["logs:CreateLogStream", "logs:PutLogEvents"],
      Resource: `${scope.logGroupArn}:*`,
    },
    ...(secrets.length > 0 ? [{ Action: "secretsmanager:GetSecretValue", Resource: secrets }] : []),
    ...(parameters.length > 0 ? [{ Action: "ssm:GetParameters", Resource: parameters }] : []),
  ];
}

/** Checks references that other resources create, so they are known only now. In a policy, `*` and `?` are wildcards. */
function checkReferences(references: readonly string[]): Problem[] {
  return references
    .filter((reference) => /[*?]/.test(reference))
    .map((reference) => ({
      path: "secrets",
      value: reference,
      allowed: "the ARN of one secret or parameter, or a parameter's path",
      fix: "name one secret, without * and ?",
    }));
}

/** The ARN for the policy: a secret's ARN without key and version, or a parameter's ARN made from its path. */
export function secretArn(reference: string, { partition, region, account }: Location): string {
  if (!reference.startsWith("arn:")) {
    return `arn:${partition}:ssm:${region}:${account}:parameter${reference}`;
  }
  return reference
    .split(":")
    .slice(0, reference.includes(":secretsmanager:") ? 7 : 6)
    .join(":");
}

/** The ARNs of the private ECR repositories of these images. Public images need no permission. */
export function ecrRepositoryArns(images: readonly string[], neighbourArn: string): string[] {
  const { partition } = locationOf(neighbourArn);
  const registry = /^(\d{12})\.dkr\.ecr\.([\w-]+)\.amazonaws\.com(?:\.cn)?\/([^:@]+)/;
  const arns = images.flatMap((image) => {
    const [, account, region, repository] = registry.exec(image) ?? [];
    return account ? [`arn:${partition}:ecr:${region}:${account}:repository/${repository}`] : [];
  });
  return [...new Set(arns)];
}

/** IAM has no resource-level permissions for ECS Exec's channels: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-iam-roles.html */
export const executeCommandStatement: PolicyStatement = {
  Action: [
    "ssmmessages:CreateControlChannel",
    "ssmmessages:CreateDataChannel",
    "ssmmessages:OpenControlChannel",
    "ssmmessages:OpenDataChannel",
  ],
  Resource: "*",
};
