import { periodInSeconds, type ResolvedGuards } from "../service/guards/settings";

/** A metric of one target group. `group` is its index in the list of the alarm's target groups. */
export interface GroupMetric {
  readonly id: string;
  readonly group: number;
  readonly metricName: string;
  readonly stat: string;
}

/** A guard in CloudWatch's words. */
export interface GuardAlarm {
  readonly name: keyof ResolvedGuards;
  readonly description: string;
  readonly metrics: readonly GroupMetric[];
  /** https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-metric-math.html */
  readonly expression: string;
  /** Names the expression's values in the console. */
  readonly label: string;
  readonly threshold: number;
  readonly comparisonOperator: "GreaterThanThreshold" | "GreaterThanOrEqualToThreshold";
  readonly datapointsToAlarm: number;
  readonly evaluationPeriods: number;
}

/** Fewer requests a minute say nothing about a percentile. */
const fewestRequests = 10;

/**
 * The alarms of the guards that are on. Each target group is measured alone, and the worst one decides. Among all requests, a canary
 * of 5 % would hardly show, even if all its answers are wrong.
 *
 * The load balancer reports a metric only where it is not zero, so FILL adds the zeros.
 * https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-cloudwatch-metrics.html
 */
export function guardAlarms(guards: ResolvedGuards, groups: 1 | 2): GuardAlarm[] {
  const { errors, latency, unhealthyHosts } = guards;
  return [
    ...(errors ? [errorsAlarm(errors, groups)] : []),
    ...(latency ? [latencyAlarm(latency, groups)] : []),
    ...(unhealthyHosts ? [unhealthyHostsAlarm(unhealthyHosts, groups)] : []),
  ];
}

function errorsAlarm(
  { percent, minimumErrors, ...evaluation }: NonNullable<ResolvedGuards["errors"]>,
  groups: 1 | 2,
): GuardAlarm {
  return {
    name: "errors",
    description: `More than ${percent} % of the answers of a target group are server errors (5xx), and at least ${minimumErrors} a minute.`,
    metrics: ofEach(groups, [
      ["requests", "RequestCount", "Sum"],
      ["errors", "HTTPCode_Target_5XX_Count", "Sum"],
    ]),
    expression: worst(
      groups,
      (i) =>
        `IF(FILL(errors${i}, 0) >= ${minimumErrors}, 100 * FILL(errors${i}, 0) / FILL(requests${i}, 1), 0)`,
    ),
    label: "server errors in percent",
    threshold: percent,
    comparisonOperator: "GreaterThanThreshold",
    ...evaluation,
  };
}

function latencyAlarm(
  { milliseconds, ...evaluation }: NonNullable<ResolvedGuards["latency"]>,
  groups: 1 | 2,
): GuardAlarm {
  return {
    name: "latency",
    description: `One answer in ten of a target group takes longer than ${milliseconds} ms.`,
    metrics: ofEach(groups, [
      ["requests", "RequestCount", "Sum"],
      ["seconds", "TargetResponseTime", "p90"],
    ]),
    expression: worst(
      groups,
      (i) => `IF(FILL(requests${i}, 0) >= ${fewestRequests}, 1000 * FILL(seconds${i}, 0), 0)`,
    ),
    label: "p90 in milliseconds",
    threshold: milliseconds,
    comparisonOperator: "GreaterThanThreshold",
    ...evaluation,
  };
}

function unhealthyHostsAlarm(
  { count, ...evaluation }: NonNullable<ResolvedGuards["unhealthyHosts"]>,
  groups: 1 | 2,
): GuardAlarm {
  const minutes = (evaluation.datapointsToAlarm * periodInSeconds) / 60;
  return {
    name: "unhealthyHosts",
    description: `${count === 1 ? "At least one task is" : `At least ${count} tasks are`} unhealthy for ${minutes} minutes.`,
    // The minimum: a task that is unhealthy for a part of the minute, because it starts, does not count.
    metrics: ofEach(groups, [["hosts", "UnHealthyHostCount", "Minimum"]]),
    expression: worst(groups, (i) => `FILL(hosts${i}, 0)`),
    label: "unhealthy tasks",
    threshold: count,
    comparisonOperator: "GreaterThanOrEqualToThreshold",
    ...evaluation,
  };
}

function ofEach(
  groups: 1 | 2,
  metrics: readonly (readonly [id: string, metricName: string, stat: string])[],
): GroupMetric[] {
  return Array.from({ length: groups }, (_, group) =>
    metrics.map(([id, metricName, stat]) => ({ id: `${id}${group + 1}`, group, metricName, stat })),
  ).flat();
}

function worst(groups: 1 | 2, expression: (number: number) => string): string {
  return groups === 1 ? expression(1) : `MAX([${expression(1)}, ${expression(2)}])`;
}
