import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { Network } from "../network";

export interface FileSystemArgs {
  readonly network: Network;
  readonly kmsKeyArn?: string | undefined;
  readonly backups: boolean;
  readonly deletionProtection: boolean;
}

/** An EFS file system in the private subnets. */
export class FileSystem extends pulumi.ComponentResource {
  /** Resolves once tasks can mount it. */
  readonly id: pulumi.Output<string>;
  /** The group of its mount targets. It has no rules: each service that mounts the file system adds one. */
  readonly securityGroupId: pulumi.Output<string>;

  constructor(name: string, args: FileSystemArgs, opts?: pulumi.ComponentResourceOptions) {
    super("slipway:storage:FileSystem", name, {}, opts);
    const { network, kmsKeyArn, backups, deletionProtection } = args;
    const fileSystem = new aws.efs.FileSystem(
      name,
      {
        encrypted: true,
        ...(kmsKeyArn !== undefined && { kmsKeyId: kmsKeyArn }),
        // You pay for what is read and written. The default mode slows down when its credits are used up.
        throughputMode: "elastic",
        // A GB that nobody opens for 30 days costs a tenth.
        lifecyclePolicies: [
          { transitionToIa: "AFTER_30_DAYS" },
          { transitionToPrimaryStorageClass: "AFTER_1_ACCESS" },
        ],
      },
      { parent: this, protect: deletionProtection },
    );
    new aws.efs.BackupPolicy(
      name,
      {
        fileSystemId: fileSystem.id,
        backupPolicy: { status: backups ? "ENABLED" : "DISABLED" },
      },
      { parent: this },
    );
    const policy = new aws.efs.FileSystemPolicy(
      name,
      { fileSystemId: fileSystem.id, policy: fileSystem.arn.apply(onlyByRole) },
      { parent: this },
    );
    const securityGroup = new aws.ec2.SecurityGroup(
      name,
      { vpcId: network.vpcId, description: `Mount targets of ${name}` },
      { parent: this },
    );
    this.securityGroupId = securityGroup.id;
    const targets = Array.from(
      { length: network.privateSubnets },
      (_, i) =>
        new aws.efs.MountTarget(
          `${name}-${i + 1}`,
          {
            fileSystemId: fileSystem.id,
            subnetId: network.privateSubnetIds.apply((ids) => ids[i] ?? ""),
            securityGroups: [securityGroup.id],
          },
          { parent: this },
        ),
    );
    this.id = pulumi
      .all([fileSystem.id, policy.id, pulumi.all(targets.map(({ id }) => id))])
      .apply(([id]) => id);
    this.registerOutputs({ id: this.id });
  }
}

/**
 * Without a policy, everybody who reaches a mount target may mount. This one lets in only roles whose own policies allow it, with TLS:
 * https://docs.aws.amazon.com/efs/latest/ug/iam-access-control-nfs-efs.html
 */
function onlyByRole(arn: string): string {
  return JSON.stringify({
    Version: "2012-10-17",
    Statement: [
      {
        Effect: "Deny",
        Principal: { AWS: "*" },
        Action: "*",
        Resource: arn,
        Condition: { Bool: { "aws:SecureTransport": "false" } },
      },
    ],
  });
}
