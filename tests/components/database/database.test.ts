import assert from "node:assert/strict";
import { Database, type DatabaseArgs } from "../../../components/database";
import { Network } from "../../../components/network";
import { attempt, childrenOf, only, type Recorded, run } from "../../harness";
import { existingNetwork } from "../infrastructure";

type Settings = Omit<DatabaseArgs, "network">;

const postgres: Settings = { engine: "aurora-postgresql", engineVersion: "17" };
const mysql: Settings = { engine: "aurora-mysql", engineVersion: "8.0" };
const kmsKeyArn = "arn:aws:kms:eu-central-1:123456789012:key/0a1b";

const runDatabase = (settings: Settings = postgres) =>
  run(() => new Database("prod", { ...settings, network: new Network("prod", existingNetwork) }));
const clusterOf = (resources: readonly Recorded[]) => only(resources, "aws:rds/cluster:Cluster");
const instancesOf = (resources: readonly Recorded[]) =>
  resources.filter(({ type }) => type === "aws:rds/clusterInstance:ClusterInstance");

describe("Database", () => {
  it("is a cluster with one instance in the private subnets, and what belongs to it", async () => {
    const { resources } = await runDatabase();
    assert.deepEqual(childrenOf(resources, only(resources, "slipway:database:Database")), [
      "aws:cloudwatch/logGroup:LogGroup prod-postgresql",
      "aws:ec2/securityGroup:SecurityGroup prod-database",
      "aws:rds/cluster:Cluster prod",
      "aws:rds/clusterInstance:ClusterInstance prod-1",
      "aws:rds/clusterParameterGroup:ClusterParameterGroup prod",
      "aws:rds/subnetGroup:SubnetGroup prod",
    ]);
    const { subnetIds } = only(resources, "aws:rds/subnetGroup:SubnetGroup").inputs;
    assert.deepEqual(subnetIds, existingNetwork.privateSubnetIds);
    assert.deepEqual(clusterOf(resources).inputs, {
      clusterIdentifier: "prod",
      dbSubnetGroupName: "prod",
      dbClusterParameterGroupName: "prod",
      vpcSecurityGroupIds: ["prod-database-id"],
      engine: "aurora-postgresql",
      engineVersion: "17",
      allowMajorVersionUpgrade: false,
      applyImmediately: true,
      databaseName: "app",
      masterUsername: "postgres",
      manageMasterUserPassword: true,
      iamDatabaseAuthenticationEnabled: false,
      storageEncrypted: true,
      serverlessv2ScalingConfiguration: { minCapacity: 0.5, maxCapacity: 4 },
      backupRetentionPeriod: 7,
      copyTagsToSnapshot: true,
      enabledCloudwatchLogsExports: ["postgresql"],
      deletionProtection: true,
      skipFinalSnapshot: false,
      deleteAutomatedBackups: false,
      finalSnapshotIdentifier: "prod-final",
    });
    assert.deepEqual(instancesOf(resources)[0]?.inputs, {
      identifier: "prod-1",
      clusterIdentifier: "prod-id",
      engine: "aurora-postgresql",
      instanceClass: "db.serverless",
      autoMinorVersionUpgrade: true,
      applyImmediately: true,
      publiclyAccessible: false,
      performanceInsightsEnabled: true,
    });
  });

  it("refuses connections without TLS, and lets nobody in by itself", async () => {
    const parametersOf = async (settings: Settings) => {
      const { resources } = await runDatabase(settings);
      assert.ok(!resources.some(({ type }) => type.includes("SecurityGroupIngressRule")), "a rule");
      const { family, parameters } = only(
        resources,
        "aws:rds/clusterParameterGroup:ClusterParameterGroup",
      ).inputs;
      return { family, parameters };
    };
    const applyMethod = "pending-reboot";
    assert.deepEqual(await parametersOf({ ...postgres, engineVersion: "16.4" }), {
      family: "aurora-postgresql16",
      parameters: [{ name: "rds.force_ssl", value: "1", applyMethod }],
    });
    assert.deepEqual(await parametersOf(mysql), {
      family: "aurora-mysql8.0",
      parameters: [{ name: "require_secure_transport", value: "ON", applyMethod }],
    });
  });

  it("has its logs in a group with a retention, which exists before the cluster", async () => {
    const { resources } = await runDatabase({ ...mysql, logRetentionInDays: 90 });
    const logs = only(resources, "aws:cloudwatch/logGroup:LogGroup");
    assert.deepEqual(logs.inputs, { name: "/aws/rds/cluster/prod/error", retentionInDays: 90 });
    assert.ok(clusterOf(resources).dependencies.includes(logs.urn), "the cluster does not wait");
  });

  it("cannot be deleted or replaced, until it says so", async () => {
    const protectionOf = async (settings: Settings) => {
      const { inputs, protect } = clusterOf((await runDatabase(settings)).resources);
      return [protect, inputs.deletionProtection];
    };
    assert.deepEqual(await protectionOf(postgres), [true, true]);
    const off = { ...postgres, deletionProtection: false };
    assert.deepEqual(await protectionOf(off), [false, false]);
  });

  it("leaves neither a snapshot nor backups only if it says so", async () => {
    const { resources } = await runDatabase({ ...postgres, skipFinalSnapshot: true });
    const { inputs } = clusterOf(resources);
    assert.deepEqual(
      [inputs.skipFinalSnapshot, inputs.deleteAutomatedBackups, inputs.finalSnapshotIdentifier],
      [true, true, undefined],
    );
  });

  it("has readers of a fixed size, and more of them while these are busy", async () => {
    const { resources } = await runDatabase({
      ...postgres,
      instanceClass: "db.r8g.large",
      readers: 2,
      readerAutoscaling: { maxCapacity: 5 },
    });
    assert.deepEqual(
      instancesOf(resources).map(({ inputs }) => [inputs.identifier, inputs.instanceClass]),
      ["prod-1", "prod-2", "prod-3"].map((identifier) => [identifier, "db.r8g.large"]),
    );
    assert.equal(clusterOf(resources).inputs.serverlessv2ScalingConfiguration, undefined);
    const { minCapacity, maxCapacity, resourceId } = only(
      resources,
      "aws:appautoscaling/target:Target",
    ).inputs;
    assert.deepEqual([resourceId, minCapacity, maxCapacity], ["cluster:prod", 2, 5]);
    assert.deepEqual(
      only(resources, "aws:appautoscaling/policy:Policy").inputs
        .targetTrackingScalingPolicyConfiguration,
      {
        predefinedMetricSpecification: { predefinedMetricType: "RDSReaderAverageCPUUtilization" },
        targetValue: 60,
      },
    );
  });

  it("installs minor versions only where the configuration names none", async () => {
    const upgrades = async (settings: Settings) =>
      instancesOf((await runDatabase(settings)).resources)[0]?.inputs.autoMinorVersionUpgrade;
    assert.equal(await upgrades({ ...postgres, engineVersion: "17.5" }), false);
    assert.equal(await upgrades(mysql), true);
    assert.equal(await upgrades({ ...mysql, engineVersion: "8.0.mysql_aurora.3.10.0" }), false);
  });

  it("asks for no Performance Insights where Aurora has none", async () => {
    const { resources } = await runDatabase({ ...mysql, instanceClass: "db.t3.medium", kmsKeyArn });
    const { performanceInsightsEnabled, performanceInsightsKmsKeyId } =
      instancesOf(resources)[0]?.inputs ?? {};
    assert.deepEqual([performanceInsightsEnabled, performanceInsightsKmsKeyId], [false, undefined]);
  });

  it("encrypts the data, the insights and the secret with the given key", async () => {
    const { resources } = await runDatabase({ ...postgres, kmsKeyArn });
    const { kmsKeyId, masterUserSecretKmsKeyId } = clusterOf(resources).inputs;
    const insights = instancesOf(resources)[0]?.inputs.performanceInsightsKmsKeyId;
    assert.deepEqual([kmsKeyId, masterUserSecretKmsKeyId, insights], Array(3).fill(kmsKeyArn));
  });

  it("refuses wrong arguments and a name that AWS refuses, all at once", async () => {
    const { error } = await attempt(
      () =>
        new Database("Prod_1", {
          network: new Network("prod", existingNetwork),
          ...{ ...postgres, engineVersion: "9.6", readers: 16, databaseName: "my-app" },
        }),
    );
    const message = String(error);
    for (const path of ["name", "args.engineVersion", "args.readers", "args.databaseName"]) {
      assert.ok(message.includes(`  ${path}: `), `${path} is not in:\n${message}`);
    }
  });
});
