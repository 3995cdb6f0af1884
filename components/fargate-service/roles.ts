import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { Database } from "../database";
import { type Location, locationOf } from "../shared/arn";
import { type Problem, refuse } from "../shared/errors";
import { type PolicyStatement, policyDocument, serviceTrust } from "../shared/policy";
import { transformed } from "../shared/transform";
import type { FargateServiceArgs } from "./args";

/** The arguments of {@link TaskRoles}. */
export interface TaskRolesArgs {
  /** Any ARN in the account and region in which the tasks run. */
  readonly neighbourArn: pulumi.Input<string>;
  /** The ARN of the image repository. */
  readonly repositoryArn: pulumi.Input<string>;
  /** The ARN of the log group. */
  readonly logGroupArn: pulumi.Input<string>;
  /** Images of the task's other containers, and the placeholder's. */
  readonly otherImages: readonly string[];
  /** The `valueFrom` of each secret of the containers. */
  readonly secrets: pulumi.Input<readonly string[]>;
  /** The application's permissions in AWS. */
  readonly taskRolePolicy: readonly PolicyStatement[];
  /** Further permissions with which ECS starts tasks. */
  readonly executionRolePolicy: readonly PolicyStatement[];
  /** Whether ECS Exec is enabled, which needs permissions. */
  readonly enableExecuteCommand: boolean;
  /** Changes the arguments of both roles. @default none */
  readonly transform?: FargateServiceArgs["transform"];
  /** What a worker may do with its queue. @default none */
  readonly queueStatements?: pulumi.Output<PolicyStatement[]> | undefined;
  /** The database whose secret the tasks read. @default none */
  readonly database?: Database | undefined;
}

/**
 * The two roles of a task: ECS uses the execution role to pull images, read secrets and write logs. The application uses the
 * task role.
 */
export class TaskRoles extends pulumi.ComponentResource {
  /** The role with which ECS starts tasks. */
  readonly executionRole: aws.iam.Role;
  /** Depend on this policy to be sure that ECS can start tasks. */
  readonly executionPolicy: aws.iam.RolePolicy;
  /** The application's role. */
  readonly taskRole: aws.iam.Role;
  /** The placeholder's role, without the application's permissions. It exists only if ECS Exec needs it. */
  readonly placeholderRole: aws.iam.Role | undefined;

  constructor(name: string, args: TaskRolesArgs, opts?: pulumi.ComponentResourceOptions) {
    super("slipway:fargate-service:TaskRoles", name, {}, opts);

    const assumeRolePolicy = pulumi
      .output(args.neighbourArn)
      .apply((arn) => trustOfTasks(locationOf(arn)));
    this.executionRole = new aws.iam.Role(
      `${name}-execution`,
      transformed(args.transform?.executionRole, {
        description: "Starts the tasks: images, secrets, logs",
        assumeRolePolicy,
      }),
      { parent: this },
    );
    this.executionPolicy = new aws.iam.RolePolicy(
      `${name}-execution`,
      {
        role: this.executionRole.name,
        policy: pulumi
          .all([
            args.neighbourArn,
            args.repositoryArn,
            args.logGroupArn,
            args.secrets,
            args.database?.keyStatements() ?? [],
          ])
          .apply(([neighbour, repositoryArn, logGroupArn, secrets, keyStatements]) =>
            policyDocument([
              ...executionStatements(locationOf(neighbour), {
                repositoryArns: [repositoryArn, ...ecrRepositoryArns(args.otherImages, neighbour)],
                logGroupArn,
                secrets,
              }),
              ...keyStatements,
              ...args.executionRolePolicy,
            ]),
          ),
      },
      { parent: this },
    );
    this.taskRole = new aws.iam.Role(
      `${name}-task`,
      transformed(args.transform?.taskRole, {
        description: "What the application may do",
        assumeRolePolicy,
      }),
      { parent: this },
    );
    const statements = [
      ...args.taskRolePolicy,
      ...(args.enableExecuteCommand ? [executeCommandStatement] : []),
    ];
    const ofDatabase = args.database?.taskStatements(name);
    const ofQueue = args.queueStatements;
    if (statements.length > 0 || ofDatabase || ofQueue) {
      new aws.iam.RolePolicy(
        `${name}-task`,
        {
          role: this.taskRole.name,
          policy: pulumi
            .all([ofDatabase ?? [], ofQueue ?? []])
            .apply((more) => policyDocument([...statements, ...more.flat()])),
        },
        { parent: this },
      );
    }
    this.placeholderRole = args.enableExecuteCommand
      ? this.createPlaceholderRole(name, assumeRolePolicy)
      : undefined;
    this.registerOutputs();
  }

  /** ECS refuses ECS Exec if the task definition has no task role. */
  private createPlaceholderRole(
    name: string,
    assumeRolePolicy: pulumi.Output<string>,
  ): aws.iam.Role {
    const role = new aws.iam.Role(
      `${name}-placeholder`,
      { description: "What the placeholder may do: ECS Exec", assumeRolePolicy },
      { parent: this },
    );
    new aws.iam.RolePolicy(
      `${name}-placeholder`,
      { role: role.name, policy: policyDocument([executeCommandStatement]) },
      { parent: this },
    );
    return role;
  }
}

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
const executeCommandStatement: PolicyStatement = {
  Action: [
    "ssmmessages:CreateControlChannel",
    "ssmmessages:CreateDataChannel",
    "ssmmessages:OpenControlChannel",
    "ssmmessages:OpenDataChannel",
  ],
  Resource: "*",
};
