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
 * Of these, the tasks that stopped because of themselves. Those that a person, ECS or an interruption of Spot stops have other codes.
 * https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_Task.html#ECS-Type-Task-stopCode
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html
 */
export const exitsPattern = '{ $.detail.stopCode = "EssentialContainerExited" }';

/**
 * What EventBridge needs on a log group; it takes no role there. The policy is the log group's own: an account can have only ten of those
 * that are not.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-resource-based.html
 * https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutResourcePolicy.html
 */
export function eventsPolicy(logGroupArn: string, ruleArn: string): string {
  const Principal = { Service: ["events.amazonaws.com", "delivery.logs.amazonaws.com"] };
  const common = { Effect: "Allow", Principal, Resource: `${logGroupArn}:*` };
  return JSON.stringify({
    Version: "2012-10-17",
    Statement: [
      // Not bound to the rule: no page says that this request names it.
      { ...common, Action: "logs:CreateLogStream" },
      {
        ...common,
        Action: "logs:PutLogEvents",
        Condition: { ArnEquals: { "aws:SourceArn": ruleArn } },
      },
    ],
  });
}
