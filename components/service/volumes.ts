import { checkRange, checkString, checkUnique } from "../shared/checks";
import { withDefaults } from "../shared/defaults";
import type { Problem } from "../shared/errors";
import { checkKmsKey } from "../shared/kms";
import type { Unchecked } from "../shared/unchecked";
import { efsDefaults, efsUserDefaults } from "./defaults";

/** A folder of the service's container on EFS. All tasks share it, and its files stay when tasks end. */
export interface VolumeArgs {
  /** The volume's name in the task definition: lower-case letters, digits and hyphens. Another name is another file system. */
  readonly name: string;
  /** The folder in the container: `/data`. */
  readonly mountPath: string;
  /** Whether the container may only read. @default false */
  readonly readOnly?: boolean;
  /**
   * The EFS file system: a new one (`{}`), or an existing one.
   * @see https://docs.aws.amazon.com/AmazonECS/latest/developerguide/efs-volumes.html
   */
  readonly efs: NewEfsArgs | ExistingEfsArgs;
}

/** The POSIX user as which the tasks read and write. The container's own user does not matter. */
export interface EfsUser {
  /**
   * The POSIX id of the user, 0 to 4294967295. It owns new files. A change replaces the access point.
   * @default 1000
   * @see https://docs.aws.amazon.com/efs/latest/ug/enforce-identity-access-points.html
   */
  readonly uid?: number;
  /**
   * The POSIX id of the user's group, 0 to 4294967295. A change replaces the access point.
   * @default 1000
   * @see https://docs.aws.amazon.com/efs/latest/ug/enforce-identity-access-points.html
   */
  readonly gid?: number;
}

/** A new file system, encrypted, with a mount target in each private subnet. */
export interface NewEfsArgs extends EfsUser {
  /** The ARN of a KMS key that encrypts it. Another key replaces the file system. @default AWS's own key for EFS */
  readonly kmsKeyArn?: string;
  /**
   * Whether AWS Backup copies the file system every day, and keeps each copy for 35 days.
   * @default true
   * @see https://docs.aws.amazon.com/efs/latest/ug/automatic-backups.html
   */
  readonly backups?: boolean;
  /**
   * Whether Pulumi refuses to delete or replace the file system (`protect`). Before an update that deletes or replaces it, set this
   * to `false` and run `pulumi up`.
   * @default true
   */
  readonly deletionProtection?: boolean;
}

/** A file system of this account and region. Slipway adds an access point, and a rule to the security group of its mount targets. */
export interface ExistingEfsArgs extends EfsUser {
  /** The file system's id: `fs-…` */
  readonly existing: string;
  /** The security group of its mount targets: `sg-…`. Slipway adds a rule that lets the tasks in. */
  readonly securityGroupId: string;
}

/** A volume with a value for every argument that is not off. */
export interface ResolvedVolume extends Required<Omit<VolumeArgs, "efs">> {
  /** The file system. */
  readonly efs: Required<EfsUser> &
    (ExistingEfsArgs | (Required<Omit<NewEfsArgs, "kmsKeyArn">> & Pick<NewEfsArgs, "kmsKeyArn">));
}

export function resolveVolume({ efs, readOnly = false, ...volume }: VolumeArgs): ResolvedVolume {
  const user = withDefaults(efs, efsUserDefaults);
  return {
    ...volume,
    readOnly,
    efs:
      "existing" in efs
        ? { ...efs, ...user }
        : { ...efs, ...withDefaults(efs, efsDefaults), ...user },
  };
}

/** @param path the service's path */
export function checkVolumes(
  volumes: Unchecked<readonly VolumeArgs[]>,
  writablePaths: readonly (string | undefined)[],
  path: string,
): Problem[] {
  const at = (index: number) => `${path}.volumes[${index}]`;
  return [
    ...volumes.flatMap((volume, i) => checkVolume(volume ?? {}, at(i))),
    ...checkUnique(
      volumes.map((volume) => volume?.name),
      (i) => `${at(i)}.name`,
      {
        allowed: (first) => `a name that no other volume has: ${first} is the same`,
        fix: "rename one of them",
      },
    ),
    ...checkUnique(
      volumes.map((volume) => volume?.mountPath),
      (i) => `${at(i)}.mountPath`,
      {
        allowed: (first) => `a folder that no other volume has: ${first} is the same`,
        fix: "choose another folder",
      },
    ),
    ...volumes.flatMap((volume, i) =>
      checkString(`${at(i)}.mountPath`, volume?.mountPath, {
        valid: (folder) => !writablePaths.includes(folder),
        allowed: "a folder that is not in writablePaths: these are empty in each new task",
        fix: "remove it from writablePaths",
      }).map((problem) => ({ ...problem, reads: [`${path}.writablePaths`] })),
    ),
  ];
}

function checkVolume(
  { name, mountPath, efs = {} }: Unchecked<VolumeArgs>,
  path: string,
): Problem[] {
  const {
    uid,
    gid,
    kmsKeyArn,
    existing,
    securityGroupId,
  }: Unchecked<NewEfsArgs & ExistingEfsArgs> = efs;
  return [
    ...checkString(`${path}.name`, name, {
      valid: /^[a-z](?:[a-z0-9-]{0,18}[a-z0-9])?$/,
      allowed:
        "at most 20 lower-case letters, digits and hyphens, a letter first, no hyphen at the end",
      fix: "for example uploads",
    }),
    ...checkString(`${path}.mountPath`, mountPath, {
      valid: /^(?:\/(?!\.{1,2}(?:\/|$))[\w.-]+)+$/,
      allowed: "the absolute path of a folder, without a slash at the end",
      fix: "for example /data",
    }),
    ...checkRange(`${path}.efs.uid`, uid, [0, 4294967295], "user"),
    ...checkRange(`${path}.efs.gid`, gid, [0, 4294967295], "group"),
    ...checkKmsKey(kmsKeyArn, `${path}.efs.kmsKeyArn`),
    ...checkString(`${path}.efs.existing`, existing, {
      valid: /^fs-[0-9a-f]{8,40}$/,
      allowed: "the id of a file system: fs-…",
      fix: "aws efs describe-file-systems lists them",
    }),
    ...checkString(`${path}.efs.securityGroupId`, securityGroupId, {
      valid: /^sg-[0-9a-f]{8,40}$/,
      allowed: "the id of the security group of the file system's mount targets: sg-…",
      fix: "aws efs describe-mount-target-security-groups --mount-target-id … prints it",
    }),
  ];
}
