import { type Metric, metrics, type Unplaced, widget } from "./grid";

/** The values that select CloudWatch's metrics, alarms and logs of a service. */
export interface MonitoredService {
  readonly name: string;
  readonly serviceName: string;
  /** `targetgroup/<name>/<id>`: one, or the two between which traffic shifts. */
  readonly targetGroupArnSuffixes: readonly string[];
  readonly logGroupName: string;
  /** The queue of a worker, which gets no requests. */
  readonly queueName?: string;
  readonly deadLetterName?: string;
  /** The share of server errors that ends a deployment. */
  readonly errorPercent?: number;
}

/** Where the service is. */
interface Surroundings {
  readonly region: string;
  readonly clusterName: string;
  readonly loadBalancerArnSuffix?: string;
}

/** The widgets for a service's requests. */
export function requests(stack: Surroundings, service: MonitoredService): Unplaced[] {
  const { region, loadBalancerArnSuffix } = stack;
  const { errorPercent, targetGroupArnSuffixes: groups } = service;
  const each = (metric: string, options: (number: number) => object): Metric[] =>
    groups.map((group, i) => [
      ...["AWS/ApplicationELB", metric, "LoadBalancer", loadBalancerArnSuffix],
      ...["TargetGroup", group],
      options(i + 1),
    ]);
  const shown = (metric: string, label: string, stat: string) =>
    each(metric, (number) => ({
      label: groups.length > 1 ? `${label}, target group ${number}` : label,
      stat,
    }));
  const hidden = (metric: string, id: string) =>
    each(metric, (number) => ({ id: `${id}${number}`, stat: "Sum", visible: false }));
  const shares = groups.map(
    (_, i): Metric => [
      {
        expression: `100 * FILL(e${i + 1}, 0) / r${i + 1}`,
        label: groups.length > 1 ? `target group ${i + 1}` : "5xx",
      },
    ],
  );
  return [
    // Stacked: while traffic shifts, one colour replaces the other.
    metrics(region, "Requests a minute", shown("RequestCount", "requests", "Sum"), {
      stacked: true,
    }),
    metrics(
      region,
      "Server errors (5xx) in percent",
      [...shares, ...hidden("HTTPCode_Target_5XX_Count", "e"), ...hidden("RequestCount", "r")],
      {
        yAxis: { left: { min: 0 } },
        ...(errorPercent !== undefined && {
          annotations: {
            horizontal: [{ value: errorPercent, label: "ends a deployment", color: "#d62728" }],
          },
        }),
      },
    ),
    metrics(region, "Seconds for an answer", [
      ...shown("TargetResponseTime", "p50", "p50"),
      ...shown("TargetResponseTime", "p99", "p99"),
    ]),
  ];
}

/**
 * The widgets for a worker's messages.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-available-cloudwatch-metrics.html
 */
export function messages(
  { region }: Surroundings,
  queueName: string,
  deadLetterName: string | undefined,
): Unplaced[] {
  const metric = (name: string, queue: string, label: string, stat: string): Metric => [
    ...["AWS/SQS", name, "QueueName", queue],
    { label, stat },
  ];
  return [
    metrics(region, "Messages", [
      metric("ApproximateNumberOfMessagesVisible", queueName, "waiting", "Maximum"),
      metric("ApproximateNumberOfMessagesNotVisible", queueName, "being worked on", "Maximum"),
      ...(deadLetterName === undefined
        ? []
        : [
            metric(
              "ApproximateNumberOfMessagesVisible",
              deadLetterName,
              "given up: in the dead-letter queue",
              "Maximum",
            ),
          ]),
    ]),
    metrics(region, "Messages a minute", [
      metric("NumberOfMessagesSent", queueName, "sent", "Sum"),
      metric("NumberOfMessagesDeleted", queueName, "done", "Sum"),
    ]),
    metrics(region, "Seconds that the oldest message waits", [
      metric("ApproximateAgeOfOldestMessage", queueName, "oldest", "Maximum"),
    ]),
  ];
}

/** The widgets for a service's tasks and for the errors in its logs. */
export function tasks(stack: Surroundings, service: MonitoredService): Unplaced[] {
  const { region, clusterName } = stack;
  const dimensions = ["ClusterName", clusterName, "ServiceName", service.serviceName];
  const insights = (metric: string, label: string, yAxis: "left" | "right" = "left"): Metric => [
    ...["ECS/ContainerInsights", metric, ...dimensions],
    { label, stat: "Maximum", yAxis },
  ];
  const used = (metric: string, label: string): Metric => [
    ...["AWS/ECS", metric, ...dimensions],
    { label, stat: "Average" },
  ];
  return [
    // While a deployment runs, the metric counts it in addition to the last one:
    // https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Container-Insights-metrics-ECS.html
    metrics(region, "Tasks and deployments", [
      insights("RunningTaskCount", "running"),
      insights("DesiredTaskCount", "desired"),
      insights("DeploymentCount", "deployments: 2 while one runs", "right"),
    ]),
    metrics(region, "CPU and memory in percent", [
      used("CPUUtilization", "CPU"),
      used("MemoryUtilization", "memory"),
    ]),
    widget("log", {
      region,
      title: "Newest errors in the logs",
      query: `SOURCE '${service.logGroupName}' | fields @timestamp, @message | filter @message like /(?i)error|exception|fatal/ | sort @timestamp desc | limit 20`,
      view: "table",
    }),
  ];
}
