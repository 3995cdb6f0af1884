import assert from "node:assert/strict";
import type { VolumeArgs } from "../../../components/index";
import { json, only } from "../../harness";
import { runService } from "../infrastructure";

const fileSystemArn = (id: string) =>
  `arn:aws:elasticfilesystem:eu-central-1:123456789012:file-system/${id}`;
const accessPointArn =
  "arn:aws:elasticfilesystem:eu-central-1:123456789012:access-point/api-uploads";
const taskDefinition = "aws:ecs/taskDefinition:TaskDefinition";
const ingress = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule";

const uploads: VolumeArgs = { name: "uploads", mountPath: "/uploads", efs: {} };

interface Container {
  readonly name: string;
  readonly mountPoints?: readonly object[];
}

describe("volumes on EFS", () => {
  it("make an encrypted file system that only the tasks reach, in each private subnet", async () => {
    const { resources } = await runService({ volumes: [uploads] });
    const fileSystem = only(resources, "aws:efs/fileSystem:FileSystem");
    assert.deepEqual(fileSystem.inputs, {
      encrypted: true,
      throughputMode: "elastic",
      lifecyclePolicies: [
        { transitionToIa: "AFTER_30_DAYS" },
        { transitionToPrimaryStorageClass: "AFTER_1_ACCESS" },
      ],
    });
    assert.equal(fileSystem.protect, true);
    assert.deepEqual(only(resources, "aws:efs/backupPolicy:BackupPolicy").inputs, {
      fileSystemId: "api-uploads-id",
      backupPolicy: { status: "ENABLED" },
    });
    const policy = only(resources, "aws:efs/fileSystemPolicy:FileSystemPolicy");
    assert.deepEqual(json(policy, "policy"), {
      Version: "2012-10-17",
      Statement: [
        {
          ...{ Effect: "Deny", Principal: { AWS: "*" }, Action: "*" },
          Resource: fileSystemArn("api-uploads"),
          Condition: { Bool: { "aws:SecureTransport": "false" } },
        },
      ],
    });
    const targets = resources.filter(({ type }) => type === "aws:efs/mountTarget:MountTarget");
    assert.deepEqual(
      targets.map(({ inputs }) => inputs),
      ["subnet-1a", "subnet-1b"].map((subnetId) => ({
        ...{ fileSystemId: "api-uploads-id", subnetId, securityGroups: ["api-uploads-id"] },
      })),
    );
    const into = resources.filter(
      ({ type, inputs }) => type === ingress && inputs.securityGroupId === "api-uploads-id",
    );
    assert.deepEqual(
      into.map(({ inputs }) => inputs),
      [
        {
          ...{ securityGroupId: "api-uploads-id", referencedSecurityGroupId: "api-id" },
          ...{ ipProtocol: "tcp", fromPort: 2049, toPort: 2049 },
        },
      ],
    );
    const { dependencies } = only(resources, "aws:ecs/service:Service");
    assert.deepEqual(
      targets.filter(({ urn }) => !dependencies.includes(urn)),
      [],
      "a task starts before it can mount",
    );
  });

  it("are mounted with TLS and the task's role, through an access point of their own", async () => {
    const { resources } = await runService({
      volumes: [uploads],
      writablePaths: ["/tmp"],
      readonlyRootFilesystem: true,
    });
    const definition = only(resources, taskDefinition, "api");
    assert.deepEqual(definition.inputs.volumes, [
      { name: "api-writable-1" },
      {
        name: "uploads",
        efsVolumeConfiguration: {
          fileSystemId: "api-uploads-id",
          transitEncryption: "ENABLED",
          authorizationConfig: { accessPointId: "api-uploads-id", iam: "ENABLED" },
        },
      },
    ]);
    const [main] = json<[Container]>(definition, "containerDefinitions");
    assert.deepEqual(main.mountPoints, [
      { sourceVolume: "api-writable-1", containerPath: "/tmp", readOnly: false },
      { sourceVolume: "uploads", containerPath: "/uploads", readOnly: false },
    ]);
    assert.equal(only(resources, taskDefinition, "api-placeholder").inputs.volumes, undefined);
    assert.deepEqual(only(resources, "aws:efs/accessPoint:AccessPoint").inputs, {
      fileSystemId: "api-uploads-id",
      posixUser: { uid: 1000, gid: 1000 },
      rootDirectory: {
        path: "/api-uploads",
        creationInfo: { ownerUid: 1000, ownerGid: 1000, permissions: "0755" },
      },
    });
    assert.deepEqual(
      json(only(resources, "aws:iam/rolePolicy:RolePolicy", "api-volumes"), "policy"),
      {
        Version: "2012-10-17",
        Statement: [
          {
            Effect: "Allow",
            Action: ["elasticfilesystem:ClientMount", "elasticfilesystem:ClientWrite"],
            Resource: fileSystemArn("api-uploads-id"),
            Condition: { StringEquals: { "elasticfilesystem:AccessPointArn": accessPointArn } },
          },
        ],
      },
    );
  });

  it("use an existing file system without a change of it, and may be read-only", async () => {
    const { resources } = await runService({
      volumes: [
        {
          ...{ ...uploads, readOnly: true },
          efs: { existing: "fs-0a1b2c3d", securityGroupId: "sg-0a1b2c3d", uid: 0, gid: 0 },
        },
      ],
    });
    assert.deepEqual(
      resources.filter(({ type }) => type.startsWith("aws:efs/")).map(({ type }) => type),
      ["aws:efs/accessPoint:AccessPoint"],
    );
    const { inputs } = only(resources, "aws:efs/accessPoint:AccessPoint");
    assert.deepEqual(inputs.posixUser, { uid: 0, gid: 0 });
    assert.equal(
      only(resources, ingress, "api-uploads-from-tasks").inputs.securityGroupId,
      "sg-0a1b2c3d",
    );
    const policy = json<{ Statement: [{ Action: string[]; Resource: string }] }>(
      only(resources, "aws:iam/rolePolicy:RolePolicy", "api-volumes"),
      "policy",
    );
    assert.deepEqual(policy.Statement[0].Action, ["elasticfilesystem:ClientMount"]);
    assert.equal(policy.Statement[0].Resource, fileSystemArn("fs-0a1b2c3d"));
    const [main] = json<[Container]>(
      only(resources, taskDefinition, "api"),
      "containerDefinitions",
    );
    assert.deepEqual(main.mountPoints, [
      { sourceVolume: "uploads", containerPath: "/uploads", readOnly: true },
    ]);
  });

  it("can turn the protection and the backups off", async () => {
    const efs = { deletionProtection: false, backups: false };
    const { resources } = await runService({ volumes: [{ ...uploads, efs }] });
    assert.equal(only(resources, "aws:efs/fileSystem:FileSystem").protect, false);
    assert.deepEqual(only(resources, "aws:efs/backupPolicy:BackupPolicy").inputs.backupPolicy, {
      status: "DISABLED",
    });
  });
});
