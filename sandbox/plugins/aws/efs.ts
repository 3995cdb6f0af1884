/** Amazon EFS. */
import type * as efs from "@pulumi/aws/efs";
import { accountOf } from "./account";
import { chosenId } from "./chosen-id";
import type { AwsContext } from "./context";
import { absent, accepted, kept, replacing, stable } from "./definition";
import { arnOf } from "./partition";

const arn = async (aws: AwsContext, path: string) =>
  arnOf(aws.region, "elasticfilesystem", await accountOf(aws), path);

/** https://www.pulumi.com/registry/packages/aws/api-docs/efs/filesystem/ */
const fileSystem = kept<efs.FileSystemArgs, efs.FileSystemState>({
  type: "aws:efs/fileSystem:FileSystem",
  properties: {
    encrypted: { computed: true, replace: true },
    kmsKeyId: { computed: true, replace: true },
    lifecyclePolicies: { block: { ordered: true } },
    throughputMode: { default: "bursting" },
  },
  outputs: {
    ...stable("arn", "dnsName", "ownerId"),
    ...absent("", "availabilityZoneId", "name"),
    ...absent(0, "numberOfMountTargets"),
    ...absent([], "sizeInBytes"),
  },
  tagging: true,
  id: chosenId("fs"),
  async state(aws, id) {
    return {
      arn: await arn(aws, `file-system/${id}`),
      dnsName: `${id}.efs.${aws.region}.amazonaws.com`,
      ownerId: await accountOf(aws),
    };
  },
});

/** https://www.pulumi.com/registry/packages/aws/api-docs/efs/mounttarget/ */
const mountTarget = kept<efs.MountTargetArgs, efs.MountTargetState>({
  type: "aws:efs/mountTarget:MountTarget",
  properties: {
    ...replacing("fileSystemId", "subnetId"),
    securityGroups: { computed: true, set: true },
  },
  outputs: {
    ...stable("dnsName", "fileSystemArn", "ownerId"),
    ...absent("", "availabilityZoneId", "availabilityZoneName"),
    ...absent("", "mountTargetDnsName", "networkInterfaceId"),
  },
  id: chosenId("fsmt"),
  async state(aws, _, { fileSystemId }) {
    return {
      dnsName: `${fileSystemId}.efs.${aws.region}.amazonaws.com`,
      fileSystemArn: await arn(aws, `file-system/${fileSystemId}`),
      ownerId: await accountOf(aws),
    };
  },
});

/** https://www.pulumi.com/registry/packages/aws/api-docs/efs/accesspoint/ */
const accessPoint = kept<efs.AccessPointArgs, efs.AccessPointState>({
  type: "aws:efs/accessPoint:AccessPoint",
  properties: {
    ...replacing("fileSystemId"),
    posixUser: { replace: true, block: {} },
    rootDirectory: { replace: true, computed: true, block: { computed: ["creationInfo", "path"] } },
  },
  outputs: stable("arn", "fileSystemArn", "ownerId"),
  tagging: true,
  id: chosenId("fsap"),
  async state(aws, id, { fileSystemId }) {
    return {
      arn: await arn(aws, `access-point/${id}`),
      fileSystemArn: await arn(aws, `file-system/${fileSystemId}`),
      ownerId: await accountOf(aws),
    };
  },
});

/** https://www.pulumi.com/registry/packages/aws/api-docs/efs/backuppolicy/ */
const backupPolicy = kept<efs.BackupPolicyArgs, efs.BackupPolicyState>({
  type: "aws:efs/backupPolicy:BackupPolicy",
  properties: { ...replacing("fileSystemId"), backupPolicy: { block: {} } },
  outputs: {},
  id: ({ fileSystemId }) => fileSystemId,
});

/** https://www.pulumi.com/registry/packages/aws/api-docs/efs/filesystempolicy/ */
const fileSystemPolicy = kept<efs.FileSystemPolicyArgs, efs.FileSystemPolicyState>({
  type: "aws:efs/fileSystemPolicy:FileSystemPolicy",
  properties: { ...replacing("fileSystemId"), ...accepted("policy") },
  outputs: {},
  id: ({ fileSystemId }) => fileSystemId,
});

export const resources = [accessPoint, backupPolicy, fileSystem, fileSystemPolicy, mountTarget];
