import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { Network } from "../network";
import type { ResolvedVolume } from "../service/volumes";
import { type PolicyStatement, policyDocument } from "../shared/policy";
import { FileSystem } from "./file-system";

export interface VolumesArgs {
  readonly volumes: readonly ResolvedVolume[];
  readonly network: Network;
  /** The tasks' security group. */
  readonly securityGroupId: pulumi.Input<string>;
  /** The role with which the tasks mount. */
  readonly taskRole: aws.iam.Role;
}

/**
 * The EFS volumes of a service: new or existing file systems, an access point for each, the security group rules, and the permission to
 * mount.
 *
 * Cost: by the GB that is stored and the GB that is read and written.
 */
export class Volumes extends pulumi.ComponentResource {
  /** The `volumes` argument of the task definition. */
  readonly definitions: readonly aws.types.input.ecs.TaskDefinitionVolume[];

  constructor(
    private readonly name: string,
    private readonly args: VolumesArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("slipway:storage:Volumes", name, {}, opts);
    const mounted = args.volumes.map((volume) => this.mount(volume));
    this.definitions = mounted.map(({ definition }) => definition);
    new aws.iam.RolePolicy(
      `${name}-volumes`,
      {
        role: args.taskRole.name,
        policy: pulumi
          .all(mounted.map(({ statement }) => statement))
          .apply((statements) => policyDocument(statements)),
      },
      { parent: this },
    );
    this.registerOutputs();
  }

  private mount({ name: volume, readOnly, efs }: ResolvedVolume) {
    const { args } = this;
    const name = `${this.name}-${volume}`;
    const { uid, gid } = efs;
    const owner = { ownerUid: uid, ownerGid: gid, permissions: "0755" };
    const { id: fileSystemId, securityGroupId } =
      "existing" in efs
        ? { ...efs, id: efs.existing }
        : new FileSystem(name, { ...efs, network: args.network }, { parent: this });
    new aws.vpc.SecurityGroupIngressRule(
      `${name}-from-tasks`,
      {
        securityGroupId,
        referencedSecurityGroupId: args.securityGroupId,
        ...{ ipProtocol: "tcp", fromPort: 2049, toPort: 2049 },
      },
      { parent: this },
    );
    const accessPoint = new aws.efs.AccessPoint(
      name,
      {
        fileSystemId,
        posixUser: { uid, gid },
        // A folder of its own, so that the tasks reach nothing else on an existing file system.
        rootDirectory: { path: `/${name}`, creationInfo: owner },
      },
      { parent: this },
    );
    const Action = ["ClientMount", ...(readOnly ? [] : ["ClientWrite"])].map(
      (action) => `elasticfilesystem:${action}`,
    );
    return {
      definition: {
        name: volume,
        efsVolumeConfiguration: {
          fileSystemId,
          // Both are needed for the role: https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_EFSAuthorizationConfig.html
          transitEncryption: "ENABLED",
          authorizationConfig: { accessPointId: accessPoint.id, iam: "ENABLED" },
        },
      },
      statement: pulumi.all([accessPoint.fileSystemArn, accessPoint.arn]).apply(
        ([Resource, point]): PolicyStatement => ({
          Action,
          Resource,
          Condition: { StringEquals: { "elasticfilesystem:AccessPointArn": point } },
        }),
      ),
    };
  }
}
