/** The dashboard of a stack, in CloudWatch's words. Pure. */

/** What CloudWatch's metrics, alarms and logs of a service are called. */
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

/** What WAF's metrics and logs are called. */
export interface MonitoredFirewall {
  readonly metricName: string;
  readonly rules: readonly string[];
  /** Whether the rules only count. */
  readonly counts: boolean;
  /** That of CloudFront's firewalls. @default the stack's region */
  readonly region?: string;
  readonly logGroupName?: string | undefined;
}

/** What the metrics of a database are called. */
export interface MonitoredDatabase {
  readonly clusterIdentifier: string;
  readonly hasReaders: boolean;
  readonly isServerless: boolean;
}

export interface MonitoredStack {
  readonly region: string;
  readonly clusterName: string;
  /** `app/<name>/<id>`. @default none: all services are workers */
  readonly loadBalancerArnSuffix?: string;
  readonly alarmArns: readonly string[];
  readonly firewall?: MonitoredFirewall;
  readonly database?: MonitoredDatabase;
  readonly services: readonly MonitoredService[];
}

export interface Widget {
  readonly type: "alarm" | "log" | "metric" | "text";
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly properties: Readonly<Record<string, unknown>>;
}

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CloudWatch-Dashboard-Body-Structure.html */
export interface Body {
  readonly start: string;
  readonly periodOverride: "inherit";
  readonly widgets: readonly Widget[];
}

type Metric = readonly unknown[];

/** The grid of a dashboard is 24 columns wide. */
const columns = 24;
const rowHeight = 6;

export function dashboardBody(stack: MonitoredStack): Body {
  const { region, alarmArns, loadBalancerArnSuffix } = stack;
  const head = [
    ...(alarmArns.length > 0
      ? [widget("alarm", { title: "Alarms that end a deployment", alarms: alarmArns })]
      : []),
    ...(loadBalancerArnSuffix === undefined
      ? []
      : [requestsOfStack(region, loadBalancerArnSuffix)]),
  ];
  const ofStack = [
    ...(head.length > 0 ? [head] : []),
    ...(stack.firewall ? [requestsAtFirewall(region, stack.firewall)] : []),
    ...(stack.database ? [load(region, stack.database)] : []),
  ].map((widgets, i) => row(i * rowHeight, rowHeight, widgets));
  const top = ofStack.length * rowHeight;
  const sections = stack.services.map((service, i) => {
    const y = top + i * (2 * rowHeight + 1);
    return [
      ...row(y, 1, [widget("text", { markdown: `## ${service.name}` })]),
      ...row(
        y + 1,
        rowHeight,
        service.queueName === undefined
          ? requests(stack, service)
          : messages(stack, service.queueName, service.deadLetterName),
      ),
      ...row(y + 1 + rowHeight, rowHeight, tasks(stack, service)),
    ];
  });
  return {
    start: "-PT3H",
    periodOverride: "inherit",
    widgets: [...ofStack, ...sections].flat(),
  };
}

type Unplaced = Pick<Widget, "type" | "properties">;

function requestsOfStack(region: string, loadBalancer: string): Unplaced {
  const sum = (metric: string, label: string): Metric => [
    ...["AWS/ApplicationELB", metric, "LoadBalancer", loadBalancer],
    { label, stat: "Sum" },
  ];
  return metrics(region, "All requests, and those that the load balancer answered itself", [
    sum("RequestCount", "requests"),
    sum("HTTPCode_ELB_4XX_Count", "4xx"),
    sum("HTTPCode_ELB_5XX_Count", "5xx: no healthy task, or none answered"),
  ]);
}

/**
 * What the firewall lets through and blocks.
 * https://docs.aws.amazon.com/waf/latest/developerguide/waf-metrics.html
 */
function requestsAtFirewall(
  ofStack: string,
  { metricName, rules, counts, region: own, logGroupName }: MonitoredFirewall,
): Unplaced[] {
  const region = own ?? ofStack;
  // The metrics of CloudFront's firewalls have no region.
  const place = own ? [] : ["Region", region];
  const metric = (name: string, rule: string, label: string): Metric => [
    ...["AWS/WAFV2", name, "WebACL", metricName, ...place, "Rule", rule],
    { label, stat: "Sum" },
  ];
  return [
    metrics(region, "Firewall: requests allowed and blocked", [
      metric("AllowedRequests", "ALL", "allowed"),
      metric("BlockedRequests", "ALL", "blocked"),
    ]),
    metrics(
      region,
      `Firewall: requests that each rule ${counts ? "would block" : "blocks"}`,
      rules.map((rule) => metric(counts ? "CountedRequests" : "BlockedRequests", rule, rule)),
      { stacked: true },
    ),
    ...(logGroupName === undefined
      ? []
      : [
          widget("log", {
            region,
            title: "Firewall: requests by country",
            query: `SOURCE '${logGroupName}' | fields httpRequest.country as country, strcontains(action, "BLOCK") as block | stats count(*) as requests, sum(block) as blocked by country | sort requests desc | limit 20`,
            view: "table",
          }),
        ]),
  ];
}

/**
 * What a database has to do, and how fast it does it. A metric with a role is that of all instances in the role.
 * https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/Aurora.AuroraMonitoring.Metrics.html
 * https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/dimensions.html
 */
function load(
  region: string,
  { clusterIdentifier, hasReaders, isServerless }: MonitoredDatabase,
): Unplaced[] {
  const of = (metric: string, role: "READER" | "WRITER", label: string, stat: string): Metric => [
    ...["AWS/RDS", metric, "DBClusterIdentifier", clusterIdentifier, "Role", role],
    { label, stat },
  ];
  const each = (metric: string, what: string, stat: string): Metric[] => [
    of(metric, "WRITER", `${what}, writer`, stat),
    ...(hasReaders ? [of(metric, "READER", `${what}, readers`, stat)] : []),
  ];
  const percent = { yAxis: { left: { min: 0, max: 100 } } };
  return [
    metrics(
      region,
      "Database: CPU in percent",
      [
        ...each("CPUUtilization", "CPU", "Maximum"),
        // At 100, the database has all of its maxCapacity and gets no more.
        ...(isServerless ? each("ACUUtilization", "share of maxCapacity", "Maximum") : []),
      ],
      percent,
    ),
    metrics(
      region,
      "Database: connections",
      each("DatabaseConnections", "connections of an instance", "Maximum"),
    ),
    metrics(region, "Database: seconds for a read or a write on disk", [
      ...each("ReadLatency", "read", "Average"),
      of("WriteLatency", "WRITER", "write", "Average"),
    ]),
  ];
}

/** What users see of a service. */
function requests(stack: MonitoredStack, service: MonitoredService): Unplaced[] {
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
 * What waits for a worker.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-available-cloudwatch-metrics.html
 */
function messages(
  { region }: MonitoredStack,
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

/** What runs, and what it says. */
function tasks(stack: MonitoredStack, service: MonitoredService): Unplaced[] {
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
    // A deployment shows as a second one beside the first:
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

function metrics(
  region: string,
  title: string,
  all: readonly Metric[],
  others: Readonly<Record<string, unknown>> = {},
): Unplaced {
  return widget("metric", {
    region,
    title,
    metrics: all,
    period: 60,
    view: "timeSeries",
    ...others,
  });
}

function widget(type: Widget["type"], properties: Widget["properties"]): Unplaced {
  return { type, properties };
}

/** Widgets of the same width, side by side. */
function row(y: number, height: number, widgets: readonly Unplaced[]): Widget[] {
  const width = Math.floor(columns / widgets.length);
  return widgets.map((one, i) => ({ ...one, x: i * width, y, width, height }));
}
