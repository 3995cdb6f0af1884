import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { Network } from "../network";
import { siblingArn } from "../shared/arn";
import { refuse } from "../shared/errors";
import type { PolicyStatement } from "../shared/policy";
import { type Transform, transformed } from "../shared/transform";
import { checkDatabase, checkDatabaseName } from "./check";
import { type DatabasePlan, planDatabase } from "./plan";
import { ReaderAutoscaling } from "./reader-autoscaling";
import type { DatabaseSettings } from "./settings";

/** The arguments of a {@link Database}. */
export interface DatabaseArgs extends DatabaseSettings {
  /** The network whose private subnets the instances use. */
  readonly network: Network;
  /**
   * Changes the arguments of child resources.
   * @default none
   */
  readonly transform?: {
    /** The Aurora cluster. */
    readonly cluster?: Transform<aws.rds.ClusterArgs>;
    /** Each instance. */
    readonly instance?: Transform<aws.rds.ClusterInstanceArgs>;
    /** The parameters of the cluster. */
    readonly parameterGroup?: Transform<aws.rds.ClusterParameterGroupArgs>;
  };
}

/** The values that select a database's metrics in CloudWatch. */
export interface MonitoredDatabase {
  /** The value of the dimension `DBClusterIdentifier`. */
  readonly clusterIdentifier: pulumi.Output<string>;
  /** Whether it has readers. */
  readonly hasReaders: boolean;
  /** Whether it scales its capacity by itself. */
  readonly isServerless: boolean;
}

/** The resources of a cluster that exist before it. */
interface Surroundings {
  readonly subnetGroup: aws.rds.SubnetGroup;
  readonly parameterGroup: aws.rds.ClusterParameterGroup;
  readonly logGroups: readonly aws.cloudwatch.LogGroup[];
}

/**
 * An Aurora cluster in the private subnets: a writer and readers in several zones, with encryption, backups and logs. It accepts only
 * TLS. AWS makes the password, keeps it in Secrets Manager and changes it every week. Only the services that get the cluster as
 * `database` reach it.
 *
 * ```ts
 * const database = new Database("prod", { network, engine: "aurora-postgresql", engineVersion: "17", readers: 1 });
 * new FargateService("api", { database, ... });
 * ```
 *
 * Cost: each instance USD 0.12 an hour for each ACU, at least 44 a month at the defaults; storage USD 0.10 for each GB and month,
 * USD 0.20 for a million I/O requests; the secret USD 0.40 a month.
 */
export class Database extends pulumi.ComponentResource {
  /** The host name of the writer. */
  readonly host: pulumi.Output<string>;
  /** The host name of the readers. Without readers, the writer answers there. */
  readonly readerHost: pulumi.Output<string>;
  /** The port of both. */
  readonly port: number;
  /** The name of the first database. */
  readonly databaseName: string;
  /** The secret with the keys `username` and `password` of the administrator. */
  readonly secretArn: pulumi.Output<string>;
  /** The identifier of the Aurora cluster. */
  readonly clusterIdentifier: pulumi.Output<string>;
  /** The values that select its metrics in CloudWatch. */
  readonly monitored: MonitoredDatabase;
  /** The security group that lets in the tasks of services with this database. */
  readonly securityGroupId: pulumi.Output<string>;

  private readonly plan: DatabasePlan;
  private readonly cluster: aws.rds.Cluster;

  constructor(
    private readonly name: string,
    private readonly args: DatabaseArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    refuse(`Database "${name}"`, [
      ...checkDatabaseName(name, "name"),
      ...checkDatabase(args, "args"),
    ]);
    super("slipway:database:Database", name, {}, opts);
    this.plan = planDatabase(args);
    this.port = this.plan.port;
    this.databaseName = this.plan.databaseName;
    this.securityGroupId = this.createSecurityGroup();
    this.cluster = this.createCluster(this.createSurroundings());
    const [writer] = this.createInstances();
    this.clusterIdentifier = this.cluster.clusterIdentifier;
    const { readers, readerAutoscaling, serverless } = this.plan;
    this.monitored = {
      clusterIdentifier: this.clusterIdentifier,
      hasReaders: readers > 0,
      isServerless: serverless !== undefined,
    };
    if (readerAutoscaling) {
      const { clusterIdentifier } = this;
      const scaled = { ...readerAutoscaling, minCapacity: readers, clusterIdentifier };
      new ReaderAutoscaling(name, scaled, { parent: this });
    }
    // An endpoint exists before an instance answers there.
    this.host = pulumi.all([this.cluster.endpoint, writer.id]).apply(([host]) => host);
    this.readerHost = pulumi.all([this.cluster.readerEndpoint, writer.id]).apply(([host]) => host);
    this.secretArn = this.cluster.masterUserSecrets.apply(([secret]) => secret?.secretArn ?? "");
    this.registerOutputs({ host: this.host, secretArn: this.secretArn });
  }

  /** The permissions of a service's application: read the secret, and sign in as the user with the service's name. */
  taskStatements(service: string): pulumi.Output<PolicyStatement[]> {
    const { iamDatabaseAuthenticationEnabled } = this.plan;
    const user = siblingArn(
      this.cluster.arn,
      "rds-db",
      pulumi.interpolate`dbuser:${this.cluster.clusterResourceId}/${service}`,
    );
    return pulumi
      .all([this.secretArn, user, this.keyStatements()])
      .apply(([secret, Resource, key]) => [
        { Action: "secretsmanager:GetSecretValue", Resource: secret },
        ...key,
        ...(iamDatabaseAuthenticationEnabled ? [{ Action: "rds-db:connect", Resource }] : []),
      ]);
  }

  /**
   * The permission to use the secret's KMS key, if the secret has a key of its own. Without it, tasks cannot read the secret.
   * https://docs.aws.amazon.com/secretsmanager/latest/userguide/security-encryption.html
   */
  keyStatements(): pulumi.Output<PolicyStatement[]> {
    const { kmsKeyArn } = this.args;
    return this.secretArn.apply((secret) =>
      kmsKeyArn === undefined
        ? []
        : [
            {
              Action: "kms:Decrypt",
              Resource: kmsKeyArn,
              Condition: { StringEquals: { "kms:EncryptionContext:SecretARN": secret } },
            },
          ],
    );
  }

  /** It has no rules: each service adds its own. */
  private createSecurityGroup(): pulumi.Output<string> {
    const { name } = this;
    const { vpcId } = this.args.network;
    return new aws.ec2.SecurityGroup(
      `${name}-database`,
      { vpcId, description: `Database of ${name}` },
      { parent: this },
    ).id;
  }

  private createSurroundings(): Surroundings {
    const { name, args, plan } = this;
    const subnetGroup = new aws.rds.SubnetGroup(
      name,
      { subnetIds: args.network.privateSubnetIds },
      { parent: this },
    );
    const parameterGroup = new aws.rds.ClusterParameterGroup(
      name,
      transformed(args.transform?.parameterGroup, {
        family: plan.family,
        // AWS reports this apply method for a parameter with its default value. Another method would always be a difference.
        parameters: [{ ...plan.requireTls, applyMethod: "pending-reboot" }],
      }),
      { parent: this },
    );
    // AWS would create them without a retention.
    const logGroups = plan.logs.map(
      (log) =>
        new aws.cloudwatch.LogGroup(
          `${name}-${log}`,
          {
            name: pulumi.interpolate`/aws/rds/cluster/${subnetGroup.name}/${log}`,
            retentionInDays: plan.logRetentionInDays,
          },
          { parent: this },
        ),
    );
    return { subnetGroup, parameterGroup, logGroups };
  }

  private createCluster({ subnetGroup, parameterGroup, logGroups }: Surroundings): aws.rds.Cluster {
    const { plan } = this;
    const { kmsKeyArn, snapshotIdentifier, transform } = this.args;
    const { deletionProtection, skipFinalSnapshot } = plan;
    return new aws.rds.Cluster(
      this.name,
      transformed(transform?.cluster, {
        // Pulumi names the subnet group, and each new cluster needs a new one. So the names of the cluster, of its logs and of its
        // last snapshot are unique, and they are known before the cluster exists.
        clusterIdentifier: subnetGroup.name,
        dbSubnetGroupName: subnetGroup.name,
        dbClusterParameterGroupName: parameterGroup.name,
        vpcSecurityGroupIds: [this.securityGroupId],
        engine: plan.engine,
        engineVersion: plan.engineVersion,
        allowMajorVersionUpgrade: plan.allowMajorVersionUpgrade,
        // Otherwise a change waits for the maintenance window, and each preview until then shows it again.
        applyImmediately: true,
        databaseName: plan.databaseName,
        masterUsername: plan.masterUsername,
        manageMasterUserPassword: true,
        iamDatabaseAuthenticationEnabled: plan.iamDatabaseAuthenticationEnabled,
        storageEncrypted: true,
        ...(kmsKeyArn !== undefined && {
          kmsKeyId: kmsKeyArn,
          masterUserSecretKmsKeyId: kmsKeyArn,
        }),
        ...(plan.serverless && { serverlessv2ScalingConfiguration: { ...plan.serverless } }),
        backupRetentionPeriod: plan.backupRetentionInDays,
        copyTagsToSnapshot: true,
        enabledCloudwatchLogsExports: [...plan.logs],
        deletionProtection,
        skipFinalSnapshot,
        deleteAutomatedBackups: skipFinalSnapshot,
        ...(!skipFinalSnapshot && {
          finalSnapshotIdentifier: pulumi.interpolate`${subnetGroup.name}-final`,
        }),
        ...(snapshotIdentifier !== undefined && { snapshotIdentifier }),
      }),
      { parent: this, protect: deletionProtection, dependsOn: [...logGroups] },
    );
  }

  /**
   * The instances name no zone: Aurora puts the first three into different zones.
   * https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBCluster.html
   */
  private createInstances(): [aws.rds.ClusterInstance, ...aws.rds.ClusterInstance[]] {
    const first = this.createInstance(1);
    const readers = Array.from({ length: this.plan.readers }, (_, i) => this.createInstance(i + 2));
    return [first, ...readers];
  }

  /** Numbered, because each of them can become the writer. */
  private createInstance(number: number): aws.rds.ClusterInstance {
    const { plan, cluster } = this;
    const { kmsKeyArn, transform } = this.args;
    return new aws.rds.ClusterInstance(
      `${this.name}-${number}`,
      transformed(transform?.instance, {
        identifier: pulumi.interpolate`${cluster.clusterIdentifier}-${number}`,
        clusterIdentifier: cluster.id,
        engine: plan.engine,
        instanceClass: plan.instanceClass,
        autoMinorVersionUpgrade: plan.autoMinorVersionUpgrade,
        applyImmediately: true,
        publiclyAccessible: false,
        performanceInsightsEnabled: plan.performanceInsights,
        ...(plan.performanceInsights &&
          kmsKeyArn !== undefined && { performanceInsightsKmsKeyId: kmsKeyArn }),
      }),
      { parent: this },
    );
  }
}
