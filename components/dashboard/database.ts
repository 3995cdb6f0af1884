import { type Metric, metrics, type Unplaced } from "./grid";

/** The values that select the metrics of a database. */
export interface MonitoredDatabase {
  readonly clusterIdentifier: string;
  readonly hasReaders: boolean;
  readonly isServerless: boolean;
}

/**
 * The load of a database, and how fast it answers. A metric with a role covers all instances in the role.
 * https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/Aurora.AuroraMonitoring.Metrics.html
 * https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/dimensions.html
 */
export function load(
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
