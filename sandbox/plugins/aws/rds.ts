/** Aurora. No database runs: a task that connects finds nobody. */
import type * as rds from "@pulumi/aws/rds";
import { accountOf } from "./account";
import { absent, accepted, kept, replacing, stable } from "./definition";
import { arnOf } from "./partition";

const description = "Managed by Pulumi";

/** https://www.pulumi.com/registry/packages/aws/api-docs/rds/subnetgroup/ */
const subnetGroup = kept<rds.SubnetGroupArgs, rds.SubnetGroupState>({
  type: "aws:rds/subnetGroup:SubnetGroup",
  name: { property: "name" },
  properties: {
    ...replacing("name"),
    description: { default: description },
    subnetIds: { set: true },
  },
  outputs: { ...stable("arn", "supportedNetworkTypes"), ...absent("", "vpcId") },
  tagging: true,
  id: ({ name }) => String(name),
  state: async (aws, name) => ({
    arn: arnOf(aws.region, "rds", await accountOf(aws), `subgrp:${name}`),
    supportedNetworkTypes: ["IPV4"],
  }),
});

/** https://www.pulumi.com/registry/packages/aws/api-docs/rds/clusterparametergroup/ */
const clusterParameterGroup = kept<rds.ClusterParameterGroupArgs, rds.ClusterParameterGroupState>({
  type: "aws:rds/clusterParameterGroup:ClusterParameterGroup",
  name: { property: "name" },
  properties: {
    ...replacing("family", "name"),
    description: { replace: true, default: description },
    parameters: {
      block: { members: ["applyMethod", "name", "value"], defaults: { applyMethod: "immediate" } },
    },
  },
  outputs: stable("arn"),
  tagging: true,
  id: ({ name }) => String(name),
  state: async (aws, name) => ({
    arn: arnOf(aws.region, "rds", await accountOf(aws), `cluster-pg:${name}`),
  }),
});

/** https://www.pulumi.com/registry/packages/aws/api-docs/rds/cluster/ */
const cluster = kept<rds.ClusterArgs, rds.ClusterState>({
  type: "aws:rds/cluster:Cluster",
  properties: {
    ...replacing("engine"),
    ...accepted("allowMajorVersionUpgrade", "deletionProtection", "finalSnapshotIdentifier"),
    ...accepted("iamDatabaseAuthenticationEnabled", "manageMasterUserPassword"),
    applyImmediately: { computed: true },
    backupRetentionPeriod: { computed: true },
    clusterIdentifier: { replace: true, computed: true },
    copyTagsToSnapshot: { default: false },
    databaseName: { replace: true, computed: true },
    dbClusterParameterGroupName: { computed: true },
    dbSubnetGroupName: { replace: true, computed: true },
    deleteAutomatedBackups: { default: true },
    enabledCloudwatchLogsExports: { set: true },
    engineMode: { replace: true, default: "provisioned" },
    engineVersion: { computed: true },
    kmsKeyId: { replace: true, computed: true },
    masterUserSecretKmsKeyId: { computed: true },
    masterUsername: { replace: true, computed: true },
    serverlessv2ScalingConfiguration: {
      computed: true,
      block: {
        members: ["maxCapacity", "minCapacity", "secondsUntilAutoPause"],
        computed: ["secondsUntilAutoPause"],
      },
    },
    skipFinalSnapshot: { default: false },
    // "allow … to be removed without forcing re-creation", in the provider's source.
    snapshotIdentifier: { replace: true, suppress: (_, value) => !value },
    storageEncrypted: { replace: true, computed: true },
    vpcSecurityGroupIds: { set: true, computed: true },
  },
  outputs: {
    ...stable("arn", "clusterResourceId", "endpoint", "masterUserSecrets", "readerEndpoint"),
    ...absent("", "caCertificateValidTill", "hostedZoneId", "upgradeRolloutOrder"),
    engineVersionActual: { when: ["engineVersion"] },
  },
  tagging: true,
  id: ({ clusterIdentifier }) => String(clusterIdentifier),
  async state(aws, id, { engineVersion, masterUserSecretKmsKeyId: kmsKeyId = "" }) {
    const account = await accountOf(aws);
    const secretArn = arnOf(aws.region, "secretsmanager", account, `secret:rds!cluster-${id}`);
    return {
      arn: arnOf(aws.region, "rds", account, `cluster:${id}`),
      clusterResourceId: `cluster-${id.toUpperCase()}`,
      endpoint: `${id}.cluster-kept.${aws.region}.rds.amazonaws.com`,
      readerEndpoint: `${id}.cluster-ro-kept.${aws.region}.rds.amazonaws.com`,
      engineVersionActual: engineVersion,
      masterUserSecrets: [{ kmsKeyId, secretArn, secretStatus: "active" }],
    };
  },
});

/** https://www.pulumi.com/registry/packages/aws/api-docs/rds/clusterinstance/ */
const clusterInstance = kept<rds.ClusterInstanceArgs, rds.ClusterInstanceState>({
  type: "aws:rds/clusterInstance:ClusterInstance",
  properties: {
    ...replacing("clusterIdentifier", "engine"),
    ...accepted("instanceClass"),
    applyImmediately: { computed: true },
    autoMinorVersionUpgrade: { default: true },
    identifier: { replace: true, computed: true },
    performanceInsightsEnabled: { computed: true },
    performanceInsightsKmsKeyId: { computed: true },
    publiclyAccessible: { computed: true },
  },
  outputs: {
    ...stable("arn", "dbiResourceId", "endpoint", "port", "writer"),
    ...absent("", "engineVersionActual", "kmsKeyId", "networkType"),
    ...absent(true, "storageEncrypted"),
  },
  tagging: true,
  id: ({ identifier }) => String(identifier),
  state: async (aws, id, { engine }) => ({
    arn: arnOf(aws.region, "rds", await accountOf(aws), `db:${id}`),
    dbiResourceId: `db-${id.toUpperCase()}`,
    endpoint: `${id}.kept.${aws.region}.rds.amazonaws.com`,
    port: engine === "aurora-mysql" ? 3306 : 5432,
    writer: id.endsWith("-1"),
  }),
});

export const resources = [subnetGroup, clusterParameterGroup, cluster, clusterInstance];
