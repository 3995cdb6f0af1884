/** An Aurora database of the stack, for the services that ask for it. */
export interface DatabaseSettings {
  /** The kind of database. Another engine replaces the database. */
  readonly engine: DatabaseEngine;
  /**
   * A major version (`17`, for MySQL `8.0`): AWS installs minor versions in the maintenance window. Or a whole version (`17.5`,
   * `8.0.mysql_aurora.3.10.0`): you upgrade it yourself. An upgrade interrupts connections.
   * @see https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/USER_UpgradeDBInstance.Maintenance.html
   */
  readonly engineVersion: string;
  /**
   * Allows an update of `engineVersion` to another major version: it takes minutes to an hour, in which the database does not
   * answer.
   * @default false
   * @see https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/USER_UpgradeDBInstance.PostgreSQL.html
   */
  readonly allowMajorVersionUpgrade?: boolean;
  /**
   * Aurora Serverless v2: each instance scales between two capacities. Not allowed together with `instanceClass`.
   * @default `{ minCapacity: 0.5, maxCapacity: 4 }`
   * @see https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/aurora-serverless-v2.html
   */
  readonly serverless?: ServerlessArgs;
  /**
   * Instances of a fixed size, for example `db.r8g.large`. A change restarts each instance.
   * @default none: Serverless v2
   * @see https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/Concepts.DBInstanceClass.html
   */
  readonly instanceClass?: string;
  /**
   * Instances that only read, 0 to 15, in other Availability Zones than the writer. If the writer fails, one of them takes
   * over, mostly within a minute. Without any, AWS starts a new writer, which takes up to ten minutes.
   * @default 0
   * @see https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/Concepts.AuroraHighAvailability.html
   */
  readonly readers?: number;
  /**
   * Adds readers while those that exist are busy. It needs `readers` of at least 1.
   * @default none: the number stays
   * @see https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/Aurora.Integrating.AutoScaling.html
   */
  readonly readerAutoscaling?: ReaderAutoscalingArgs;
  /** The name of the first database in it. Another name replaces the database. @default "app" */
  readonly databaseName?: string;
  /**
   * Days for which AWS keeps backups, 1 to 35. It can restore the database as it was at any second of these days.
   * @default 7
   * @see https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/Aurora.Managing.Backups.html
   */
  readonly backupRetentionInDays?: number;
  /**
   * Whether Pulumi (`protect`) and AWS refuse to delete or replace the database. Set it to `false`, and run `pulumi up`, before
   * an update that deletes or replaces it.
   * @default true
   */
  readonly deletionProtection?: boolean;
  /**
   * Whether the data is lost when the database is deleted. Otherwise AWS makes a last snapshot, which costs until you delete it,
   * and keeps the backups for their time.
   * @default false
   */
  readonly skipFinalSnapshot?: boolean;
  /**
   * Creates the database from a snapshot: the name or the ARN. Another snapshot replaces the database; without it the database stays.
   * @default none: an empty database
   * @see https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/aurora-restore-snapshot.html
   */
  readonly snapshotIdentifier?: string;
  /**
   * The ARN of the KMS key that encrypts the data, the backups and the secret with the password. Another key replaces the database.
   * @default AWS's own keys for RDS and Secrets Manager
   * @see https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/Overview.Encryption.html
   */
  readonly kmsKeyArn?: string;
  /**
   * Whether tasks may sign in with their role, as the database user that has the service's name.
   * @default false
   * @see https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/UsingWithRDS.IAMDBAuth.html
   */
  readonly iamDatabaseAuthenticationEnabled?: boolean;
  /**
   * Days until CloudWatch deletes the database's logs, one of CloudWatch's values; 0 keeps logs forever.
   * @default 30
   * @see https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html
   */
  readonly logRetentionInDays?: number;
}

/** Aurora, compatible with PostgreSQL or with MySQL. */
export type DatabaseEngine = "aurora-postgresql" | "aurora-mysql";

/** The bounds of Serverless v2, in Aurora capacity units (ACU), each about 2 GiB of memory with CPU. */
export interface ServerlessArgs {
  /**
   * 0 to 256 in steps of 0.5. 0 pauses the database when nobody is connected: the first connection then waits about 15 seconds.
   * @see https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/aurora-serverless-v2-auto-pause.html
   */
  readonly minCapacity: number;
  /**
   * Aurora capacity units (ACU), 1 to 256 in steps of 0.5.
   * @see https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/aurora-serverless-v2.setting-capacity.html
   */
  readonly maxCapacity: number;
  /**
   * Seconds without connections until the database pauses, 300 to 86400. Only with a `minCapacity` of 0.
   * @default 300, AWS's default
   * @see https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/aurora-serverless-v2-auto-pause.html
   */
  readonly secondsUntilAutoPause?: number;
}

/** Scaling of the number of readers. */
export interface ReaderAutoscalingArgs {
  /** The largest number of instances that only read, at most 15, including those of `readers`. */
  readonly maxCapacity: number;
  /**
   * Percent of CPU that the readers use on average. If they use more, AWS adds readers.
   * @default 60
   */
  readonly cpuUtilization?: number;
}
