/** The events of tasks that stop, as EventBridge sends them to a log group and CloudWatch Logs counts them. */

/** The ECS service whose tasks are meant. */
export interface TasksOf {
  readonly clusterArn: string;
  readonly serviceName: string;
}

/**
 * Every task that stops, except those that ECS stops itself because it scales or deploys. A stop code would not tell these apart from
 * tasks that fail a health check: both are `ServiceSchedulerInitiated`.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs_task_events.html
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/stopped-task-error-codes.html
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html
 */
export function stoppedTasksPattern({ clusterArn, serviceName }: TasksOf): string {
  return JSON.stringify({
    source: ["aws.ecs"],
    "detail-type": ["ECS Task State Change"],
    detail: {
      clusterArn: [clusterArn],
      group: [`service:${serviceName}`],
      lastStatus: ["STOPPED"],
      stoppedReason: [{ "anything-but": { prefix: "Scaling activity initiated by" } }],
    },
  });
}

/**
 * Of these, the tasks that exited by themselves. Tasks that a person, ECS or an interruption of Spot stops have other codes.
 * https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_Task.html#ECS-Type-Task-stopCode
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html
 */
export const exitsPattern = '{ $.detail.stopCode = "EssentialContainerExited" }';

/**
 * Allows EventBridge to write to a log group: it uses no role for that. The policy belongs to the log group, because an account can have
 * only ten policies that do not.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-resource-based.html
 * https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutResourcePolicy.html
 */
export function eventsPolicy(logGroupArn: string, ruleArn: string): string {
  const Principal = { Service: ["events.amazonaws.com", "delivery.logs.amazonaws.com"] };
  const common = { Effect: "Allow", Principal, Resource: `${logGroupArn}:*` };
  return JSON.stringify({
    Version: "2012-10-17",
    Statement: [
      // Not limited to the rule: AWS does not document that this request names it.
      { ...common, Action: "logs:CreateLogStream" },
      {
        ...common,
        Action: "logs:PutLogEvents",
        Condition: { ArnEquals: { "aws:SourceArn": ruleArn } },
      },
    ],
  });
}
