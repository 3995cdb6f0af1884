import { checkString, checkUnique } from "../../shared/checks";
import type { Problem } from "../../shared/errors";
import type { Unchecked } from "../../shared/unchecked";
import { securityDefaults } from "../defaults";

/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_KernelCapabilities.html */
export const linuxCapabilities = [
  ...(["ALL", "AUDIT_CONTROL", "AUDIT_WRITE", "BLOCK_SUSPEND", "CHOWN", "DAC_OVERRIDE"] as const),
  ...(["DAC_READ_SEARCH", "FOWNER", "FSETID", "IPC_LOCK", "IPC_OWNER", "KILL", "LEASE"] as const),
  ...(["LINUX_IMMUTABLE", "MAC_ADMIN", "MAC_OVERRIDE", "MKNOD", "NET_ADMIN"] as const),
  ...(["NET_BIND_SERVICE", "NET_BROADCAST", "NET_RAW", "SETFCAP", "SETGID", "SETPCAP"] as const),
  ...(["SETUID", "SYS_ADMIN", "SYS_BOOT", "SYS_CHROOT", "SYS_MODULE", "SYS_NICE"] as const),
  ...(["SYS_PACCT", "SYS_PTRACE", "SYS_RAWIO", "SYS_RESOURCE", "SYS_TIME"] as const),
  ...(["SYS_TTY_CONFIG", "SYSLOG", "WAKE_ALARM"] as const),
];

/** A Linux capability, without `CAP_`. */
export type LinuxCapability = (typeof linuxCapabilities)[number];

/** The change of a container's Linux capabilities. Without it, a container has those that Docker gives. */
export interface LinuxCapabilities {
  /** What the container loses. `ALL` is right for a web application that does not run as root. @default none */
  readonly drop?: readonly LinuxCapability[];
  /**
   * What the container gets in addition. Fargate allows only `SYS_PTRACE`, which debuggers need.
   * @default none
   * @see https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_KernelCapabilities.html
   */
  readonly add?: readonly "SYS_PTRACE"[];
}

/** What the processes of a container may do. */
export interface ContainerSecurity {
  /**
   * Whether the container cannot write to its image's files. Then an attacker cannot store a program there. ECS Exec does
   * not work in such a container.
   * @default false
   * @see https://docs.aws.amazon.com/securityhub/latest/userguide/ecs-controls.html#ecs-5
   */
  readonly readonlyRootFilesystem?: boolean;
  /**
   * Folders that the container may still write to, for example `/tmp`. Each is an empty folder on the task's disk, and is lost
   * with the task. It belongs to root, unless the Dockerfile says otherwise: `RUN chown app /cache`, then `VOLUME /cache`.
   * @default none
   * @see https://docs.aws.amazon.com/AmazonECS/latest/developerguide/bind-mounts.html
   */
  readonly writablePaths?: readonly string[];
  /**
   * The user of the container's processes, with a group if you like: `app`, `1000`, `1000:1000`.
   * @default the image's USER; if it has none, root
   * @see https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerDefinition.html
   */
  readonly user?: string;
  /**
   * The container's Linux capabilities.
   * @default those that Docker gives
   * @see https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_KernelCapabilities.html
   */
  readonly capabilities?: LinuxCapabilities;
}

/** The same, with a value for every argument that is not off. */
export interface ResolvedSecurity {
  /** Whether the container cannot write to its image's files. */
  readonly readonlyRootFilesystem: boolean;
  /** Folders that the container may write to, sorted. */
  readonly writablePaths: readonly string[];
  /** The user of the container's processes; undefined for the image's. */
  readonly user: string | undefined;
  /** The change of the container's Linux capabilities; undefined for none. */
  readonly capabilities: Required<LinuxCapabilities> | undefined;
}

export function resolveSecurity(args: ContainerSecurity): ResolvedSecurity {
  const { capabilities } = args;
  return {
    readonlyRootFilesystem: args.readonlyRootFilesystem ?? securityDefaults.readonlyRootFilesystem,
    writablePaths: [...(args.writablePaths ?? [])].sort(),
    user: args.user,
    capabilities: capabilities && {
      add: capabilities.add ?? [],
      drop: capabilities.drop ?? [],
    },
  };
}

export function checkSecurity(args: Unchecked<ContainerSecurity>, path: string): Problem[] {
  const { writablePaths = [], user } = args;
  return [
    ...writablePaths.flatMap((folder, i) =>
      checkString(`${path}.writablePaths[${i}]`, folder, {
        valid: /^(?:\/(?!\.{1,2}(?:\/|$))[\w.-]+)+$/,
        allowed: "the absolute path of a folder, without a slash at the end",
        fix: "for example /tmp",
      }),
    ),
    ...checkUnique(writablePaths, (i) => `${path}.writablePaths[${i}]`, {
      allowed: (first) => `each folder once: ${first} is the same`,
      fix: "remove it",
    }),
    ...checkString(`${path}.user`, user, {
      valid: /^(?:[A-Za-z_][\w.-]*|\d{1,10})(?::(?:[A-Za-z_][\w.-]*|\d{1,10}))?$/,
      allowed: "a user, by name or number, with a group if you like: user:group",
      fix: "for example 1000:1000",
    }),
  ];
}

/** The agent of ECS Exec writes files: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs-exec.html */
export function checkExec(
  args: { readonly enableExecuteCommand?: boolean | undefined } & Unchecked<ContainerSecurity>,
  path: string,
): Problem[] {
  return args.enableExecuteCommand && args.readonlyRootFilesystem
    ? [
        {
          path: `${path}.enableExecuteCommand`,
          value: true,
          allowed:
            "false together with readonlyRootFilesystem: the agent of ECS Exec must write files",
          fix: "remove one of them",
          reads: [`${path}.readonlyRootFilesystem`],
        },
      ]
    : [];
}
