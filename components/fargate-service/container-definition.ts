import type { LinuxCapabilities } from "../service/container/security";
import type { ContainerDependency, ContainerHealthCheck } from "../service/container/sidecar";

/** A container of a task definition, with the fields of ECS's API that Slipway sets. */
export interface ContainerDefinition {
  /** The container's name, unique in the task. */
  readonly name: string;
  /** The image, with tag or digest. */
  readonly image: string;
  /** Labels of the container. The main one has the tag of its release. */
  readonly dockerLabels?: Readonly<Record<string, string>>;
  /** Whether the task stops when this container stops. */
  readonly essential: boolean;
  /** CPU units reserved for the container. */
  readonly cpu?: number;
  /** MiB reserved for the container. */
  readonly memoryReservation?: number;
  /** Replaces the image's command. */
  readonly command?: readonly string[];
  /** Replaces the image's entry point. */
  readonly entryPoint?: readonly string[];
  /** Plain environment variables, sorted by name. */
  readonly environment?: readonly PlainVariable[];
  /** Secret environment variables, sorted by name. */
  readonly secrets?: readonly SecretVariable[];
  /** The port that gets requests. */
  readonly portMappings?: readonly PortMapping[];
  /** Containers that must reach a condition first. */
  readonly dependsOn?: readonly ContainerDependency[];
  /** The command that tells whether the container is healthy. */
  readonly healthCheck?: ContainerHealthCheck;
  /** Whether the container cannot write to its image's files. */
  readonly readonlyRootFilesystem?: boolean;
  /** The user of the container's processes. */
  readonly user?: string;
  /** The folders that the container may write to. */
  readonly mountPoints?: readonly MountPoint[];
  /** Linux settings: capabilities, and an init process if ECS Exec is enabled. */
  readonly linuxParameters?: {
    /** The change of the container's capabilities. */
    readonly capabilities?: Required<LinuxCapabilities>;
    /** Whether the container has an init process. */
    readonly initProcessEnabled?: boolean;
  };
  /** Seconds from SIGTERM to SIGKILL. */
  readonly stopTimeout?: number;
  /** Where the container's output goes: CloudWatch Logs. */
  readonly logConfiguration: {
    /** ECS's driver for CloudWatch Logs. */
    readonly logDriver: "awslogs";
    /** The driver's options: log group, region and stream prefix. */
    readonly options: Readonly<Record<string, string>>;
  };
}

/** A plain environment variable. */
export interface PlainVariable {
  /** The variable's name. */
  readonly name: string;
  /** Its value. */
  readonly value: string;
}

/** A secret environment variable. */
export interface SecretVariable {
  /** The variable's name. */
  readonly name: string;
  /** The ARN from which ECS reads the value when a task starts. */
  readonly valueFrom: string;
}

/** A volume of the task in a folder of a container. */
export interface MountPoint {
  /** The volume's name. */
  readonly sourceVolume: string;
  /** The folder. */
  readonly containerPath: string;
  /** Whether the container may only read. */
  readonly readOnly: boolean;
}

/** A port of a container. */
export interface PortMapping {
  /** The port's number. */
  readonly containerPort: number;
  /** Always TCP: the load balancer sends HTTP. */
  readonly protocol: "tcp";
  /** The name by which Service Connect knows the port. @default none: without Service Connect */
  readonly name?: string;
  /** What the proxy of Service Connect understands. @default none: without Service Connect */
  readonly appProtocol?: "http";
}
