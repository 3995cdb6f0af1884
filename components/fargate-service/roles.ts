import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { Database } from "../database";
import { withDatabase } from "../database/variables";
import { locationOf } from "../shared/arn";
import { type PolicyStatement, policyDocument } from "../shared/policy";
import { transformed } from "../shared/transform";
import type { FargateServiceArgs } from "./args";
import type { ServiceContext } from "./context";
import type { LogGroup } from "./log-group";
import type { WorkerQueue } from "./queue";
import {
  ecrRepositoryArns,
  executeCommandStatement,
  executionStatements,
  trustOfTasks,
} from "./role-statements";

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

/** The roles of a service's tasks. */
export function rolesOf(
  { name, args, service, opts }: ServiceContext,
  logGroup: LogGroup,
  queue: WorkerQueue | undefined,
): TaskRoles {
  const { placeholderImage, sidecars, taskRolePolicy, executionRolePolicy, enableExecuteCommand } =
    service;
  return new TaskRoles(
    name,
    {
      ...{ taskRolePolicy, executionRolePolicy, enableExecuteCommand },
      neighbourArn: args.cluster.arn,
      repositoryArn: args.imageRepository.arn,
      logGroupArn: logGroup.arn,
      otherImages: [placeholderImage, ...sidecars.map(({ image }) => image)],
      secrets: pulumi.all([
        ...Object.values(withDatabase(args).secrets),
        ...sidecars.flatMap(({ secrets }) => Object.values(secrets)),
      ]),
      transform: args.transform,
      database: args.database,
      queueStatements: queue?.taskStatements(),
    },
    opts,
  );
}
