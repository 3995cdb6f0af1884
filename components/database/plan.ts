import type { DatabaseEngine, DatabaseSettings, ServerlessArgs } from "./settings";

/** A database with a value for every setting. */
export interface DatabasePlan extends Resolved {
  readonly port: number;
  readonly masterUsername: string;
  /** The family of the parameter group: it belongs to a major version. */
  readonly family: string;
  /** The parameter that refuses connections without TLS. */
  readonly requireTls: { readonly name: string; readonly value: string };
  /** The logs that go to CloudWatch. */
  readonly logs: readonly string[];
  readonly instanceClass: string;
  readonly serverless?: ServerlessArgs;
  /** The writer and the readers. */
  readonly instances: number;
  readonly readerAutoscaling?: { readonly maxCapacity: number; readonly cpuUtilization: number };
  readonly autoMinorVersionUpgrade: boolean;
  readonly performanceInsights: boolean;
}

type Resolved = Pick<DatabaseSettings, "engine" | "engineVersion"> &
  Required<
    Pick<
      DatabaseSettings,
      | "allowMajorVersionUpgrade"
      | "backupRetentionInDays"
      | "databaseName"
      | "deletionProtection"
      | "iamDatabaseAuthenticationEnabled"
      | "logRetentionInDays"
      | "readers"
      | "skipFinalSnapshot"
    >
  >;

type OfEngine = Pick<DatabasePlan, "logs" | "masterUsername" | "port" | "requireTls">;

const ofEngine: Readonly<Record<DatabaseEngine, OfEngine>> = {
  "aurora-postgresql": {
    port: 5432,
    masterUsername: "postgres",
    // https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/AuroraPostgreSQL.Security.html
    requireTls: { name: "rds.force_ssl", value: "1" },
    logs: ["postgresql"],
  },
  "aurora-mysql": {
    port: 3306,
    masterUsername: "admin",
    // https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/AuroraMySQL.Security.html
    requireTls: { name: "require_secure_transport", value: "ON" },
    logs: ["error"],
  },
};

/** Instances of this class scale by themselves. */
const serverlessClass = "db.serverless";

export function planDatabase(settings: DatabaseSettings): DatabasePlan {
  const { engine, engineVersion, instanceClass = serverlessClass, readers = 0 } = settings;
  const { readerAutoscaling, serverless = { minCapacity: 0.5, maxCapacity: 4 } } = settings;
  return {
    ...ofEngine[engine],
    engine,
    engineVersion,
    family: `${engine}${majorVersion(engine, engineVersion)}`,
    allowMajorVersionUpgrade: settings.allowMajorVersionUpgrade ?? false,
    // With a whole version, each upgrade by AWS would be a change that the next update tries to revert.
    autoMinorVersionUpgrade: engineVersion === majorVersion(engine, engineVersion),
    instanceClass,
    ...(instanceClass === serverlessClass && { serverless }),
    readers,
    instances: 1 + readers,
    ...(readerAutoscaling && { readerAutoscaling: { cpuUtilization: 60, ...readerAutoscaling } }),
    performanceInsights: hasPerformanceInsights(engine, instanceClass),
    databaseName: settings.databaseName ?? "app",
    backupRetentionInDays: settings.backupRetentionInDays ?? 7,
    deletionProtection: settings.deletionProtection ?? true,
    skipFinalSnapshot: settings.skipFinalSnapshot ?? false,
    iamDatabaseAuthenticationEnabled: settings.iamDatabaseAuthenticationEnabled ?? false,
    logRetentionInDays: settings.logRetentionInDays ?? 30,
  };
}

/** A major version is one number for PostgreSQL (`17`), and two for MySQL (`8.0`). */
function majorVersion(engine: DatabaseEngine, version: string): string {
  const parts = engine === "aurora-postgresql" ? 1 : 2;
  return version.split(".").slice(0, parts).join(".");
}

/** https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/USER_PerfInsights.Overview.Engines.html */
function hasPerformanceInsights(engine: DatabaseEngine, instanceClass: string): boolean {
  return engine === "aurora-postgresql" || !instanceClass.startsWith("db.t3.");
}
