import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { Cluster } from "../cluster";
import type { Network } from "../network";
import type { ResolvedScheduledTask } from "../service/scheduled-task";
import type { CapacityProviderStrategy } from "../service/settings";
import { taskOverrides } from "../service/task-override";
import { type Location, locationOf } from "../shared/arn";
import { type PolicyStatement, policyDocument, serviceTrust } from "../shared/policy";
import type { TaskRoles } from "./roles";

export interface ScheduledTasksArgs {
  readonly tasks: Readonly<Record<string, ResolvedScheduledTask>>;
  readonly cluster: Cluster;
  readonly network: Network;
  readonly securityGroupId: pulumi.Input<string>;
  readonly containerName: string;
  /** The family whose newest revision runs, as an ARN without a revision. */
  readonly familyArn: pulumi.Input<string>;
  /** The revision that must exist. */
  readonly taskDefinition: pulumi.Resource;
  readonly roles: TaskRoles;
  /** Capacity on EC2. @default Fargate on demand */
  readonly capacity?: readonly Required<CapacityProviderStrategy>[];
}

/**
 * The schedules of a service's tasks, and the role with which EventBridge Scheduler starts them. A schedule names the family without a
 * revision: RunTask then takes the newest ACTIVE one (https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_RunTask.html). The
 * family is not the service's, whose newest revision can be a release that failed: CI registers a revision in it only after it has
 * verified the release.
 *
 * Cost: 14 million starts a month are free; tasks cost as on Fargate.
 */
export class ScheduledTasks extends pulumi.ComponentResource {
  constructor(name: string, args: ScheduledTasksArgs, opts?: pulumi.ComponentResourceOptions) {
    super("slipway:fargate-service:ScheduledTasks", name, {}, opts);
    const { cluster, network, roles } = args;
    const group = new aws.scheduler.ScheduleGroup(name, {}, { parent: this });
    const role = new aws.iam.Role(
      `${name}-scheduler`,
      {
        description: "Starts the scheduled tasks",
        assumeRolePolicy: group.arn.apply((arn) => trustOfScheduler(locationOf(arn), arn)),
      },
      { parent: this },
    );
    const deadLetterQueues = Object.values(args.tasks).flatMap(
      ({ deadLetterQueueArn }) => deadLetterQueueArn ?? [],
    );
    const policy = new aws.iam.RolePolicy(
      `${name}-scheduler`,
      {
        role: role.name,
        policy: pulumi
          .output({
            cluster: cluster.arn,
            family: args.familyArn,
            taskRoles: [roles.executionRole.arn, roles.taskRole.arn],
          })
          .apply((scope) => policyDocument(schedulerStatements({ ...scope, deadLetterQueues }))),
      },
      { parent: this },
    );
    for (const [task, settings] of Object.entries(args.tasks)) {
      new aws.scheduler.Schedule(
        `${name}-${task}`,
        {
          groupName: group.name,
          scheduleExpression: settings.schedule,
          scheduleExpressionTimezone: settings.timezone,
          state: settings.enabled ? "ENABLED" : "DISABLED",
          flexibleTimeWindow: { mode: "OFF" },
          target: {
            arn: cluster.arn,
            roleArn: role.arn,
            input: taskOverrides(args.containerName, settings),
            ecsParameters: {
              taskDefinitionArn: args.familyArn,
              ...(args.capacity
                ? { capacityProviderStrategies: [...args.capacity] }
                : { launchType: "FARGATE" }),
              taskCount: 1,
              networkConfiguration: {
                subnets: network.privateSubnetIds,
                securityGroups: [args.securityGroupId],
                assignPublicIp: false,
              },
            },
            retryPolicy: {
              maximumRetryAttempts: settings.retryAttempts,
              maximumEventAgeInSeconds: settings.maximumEventAgeInSeconds,
            },
            ...(settings.deadLetterQueueArn && {
              deadLetterConfig: { arn: settings.deadLetterQueueArn },
            }),
          },
        },
        // The scheduler checks whether it may assume the role.
        { parent: this, dependsOn: [policy, args.taskDefinition, roles.executionPolicy] },
      );
    }
    this.registerOutputs();
  }
}

/** A schedule's own ARN is not possible here: https://docs.aws.amazon.com/scheduler/latest/UserGuide/cross-service-confused-deputy-prevention.html */
function trustOfScheduler({ account }: Location, groupArn: string): string {
  return serviceTrust("scheduler.amazonaws.com", {
    StringEquals: { "aws:SourceAccount": account, "aws:SourceArn": groupArn },
  });
}

interface SchedulerScope {
  readonly cluster: string;
  readonly family: string;
  readonly taskRoles: readonly string[];
  readonly deadLetterQueues: readonly string[];
}

/** ECS authorizes a family by its newest revision: https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_RunTask.html */
function schedulerStatements(scope: SchedulerScope): PolicyStatement[] {
  return [
    {
      Action: "ecs:RunTask",
      Resource: `${scope.family}:*`,
      Condition: { ArnEquals: { "ecs:cluster": scope.cluster } },
    },
    {
      Action: "iam:PassRole",
      Resource: [...scope.taskRoles],
      Condition: { StringEquals: { "iam:PassedToService": "ecs-tasks.amazonaws.com" } },
    },
    ...(scope.deadLetterQueues.length > 0
      ? [{ Action: "sqs:SendMessage", Resource: [...new Set(scope.deadLetterQueues)].sort() }]
      : []),
  ];
}
