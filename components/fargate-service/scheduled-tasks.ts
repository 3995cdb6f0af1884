import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { taskOverrides } from "../service/tasks/override";
import { type Location, locationOf, siblingArn } from "../shared/arn";
import { type PolicyStatement, policyDocument, serviceTrust } from "../shared/policy";
import type { ServiceContext } from "./context";
import type { TaskRoles } from "./roles";
import type { TaskDefinitions } from "./task-definitions";

interface TaskParts {
  /** The revision that must exist. */
  readonly taskDefinition: pulumi.Resource;
  readonly roles: TaskRoles;
  readonly securityGroupId: pulumi.Output<string>;
}

/**
 * The schedules of a service's tasks, and the role with which EventBridge Scheduler starts them. A schedule names the family without a
 * revision: RunTask then takes the newest ACTIVE one (https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_RunTask.html). The
 * scheduled tasks have a family of their own, because the newest revision of the service's family can be a release that failed. CI
 * registers a revision in their family only after it has verified the release.
 *
 * Cost: 14 million starts a month are free; tasks cost as on Fargate.
 */
class ScheduledTasks extends pulumi.ComponentResource {
  constructor(family: string, context: ServiceContext, parts: TaskParts) {
    const { name, args, service, ec2Capacity } = context;
    super("slipway:fargate-service:ScheduledTasks", name, {}, context.opts);
    const { cluster, network } = args;
    const { roles, securityGroupId, taskDefinition } = parts;
    const familyArn = siblingArn(cluster.arn, "ecs", `task-definition/${family}`);
    const group = new aws.scheduler.ScheduleGroup(name, {}, { parent: this });
    const role = new aws.iam.Role(
      `${name}-scheduler`,
      {
        description: "Starts the scheduled tasks",
        assumeRolePolicy: group.arn.apply((arn) => trustOfScheduler(locationOf(arn), arn)),
      },
      { parent: this },
    );
    const deadLetterQueues = Object.values(service.scheduledTasks).flatMap(
      ({ deadLetterQueueArn }) => deadLetterQueueArn ?? [],
    );
    const policy = new aws.iam.RolePolicy(
      `${name}-scheduler`,
      {
        role: role.name,
        policy: pulumi
          .output({
            cluster: cluster.arn,
            family: familyArn,
            taskRoles: [roles.executionRole.arn, roles.taskRole.arn],
          })
          .apply((scope) => policyDocument(schedulerStatements({ ...scope, deadLetterQueues }))),
      },
      { parent: this },
    );
    for (const [task, settings] of Object.entries(service.scheduledTasks)) {
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
            input: taskOverrides(name, settings),
            ecsParameters: {
              taskDefinitionArn: familyArn,
              ...(ec2Capacity
                ? { capacityProviderStrategies: [...ec2Capacity] }
                : { launchType: "FARGATE" }),
              taskCount: 1,
              networkConfiguration: {
                subnets: network.privateSubnetIds,
                securityGroups: [securityGroupId],
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
        { parent: this, dependsOn: [policy, taskDefinition, roles.executionPolicy] },
      );
    }
    this.registerOutputs();
  }
}

/** The family of the scheduled tasks; undefined if there are none. */
export function scheduledTasksOf(
  context: ServiceContext,
  { scheduled: taskDefinition }: TaskDefinitions,
  parts: Omit<TaskParts, "taskDefinition">,
): string | undefined {
  if (!taskDefinition) {
    return undefined;
  }
  const family = `${context.family}-scheduled`;
  new ScheduledTasks(family, context, { ...parts, taskDefinition });
  return family;
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
