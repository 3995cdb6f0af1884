import type { LinuxCapabilities, ResolvedSecurity } from "../service/container-security";
import type { ResolvedSidecar } from "../service/resolve";
import type { ContainerDependency, ContainerHealthCheck } from "../service/sidecar";
import type { ResolvedVolume } from "../service/volumes";
import { containerImage } from "../shared/image";

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

/** The input of {@link containerDefinitions}: plain values, so that rendering is a pure function. */
export interface ContainerInputs extends ResolvedSecurity {
  readonly name: string;
  /** The released image, as in the release pointer. */
  readonly image: string;
  readonly port?: number | undefined;
  /** Whether other services call this one. */
  readonly connected: boolean;
  readonly command?: readonly string[] | undefined;
  readonly environment: Readonly<Record<string, string>>;
  readonly secrets: Readonly<Record<string, string>>;
  readonly sidecars: readonly ResolvedSidecar[];
  readonly volumes: readonly ResolvedVolume[];
  readonly stopTimeout: number;
  readonly initProcess: boolean;
  readonly logs: Logs;
}

export interface Logs {
  readonly group: string;
  readonly region: string;
}

export function containerDefinitions(inputs: ContainerInputs): ContainerDefinition[] {
  const main: ContainerDefinition = {
    name: inputs.name,
    ...containerImage(inputs.image),
    essential: true,
    ...(inputs.command && { command: inputs.command }),
    ...portMappings(inputs),
    ...variables(inputs.environment, inputs.secrets),
    ...security(inputs, inputs.initProcess),
    ...mounts([...mountPoints(inputs.name, inputs.writablePaths), ...inputs.volumes.map(mounted)]),
    stopTimeout: inputs.stopTimeout,
    logConfiguration: logConfiguration(inputs.logs, inputs.name),
  };
  return [main, ...inputs.sidecars.map((sidecar) => sidecarDefinition(sidecar, inputs))];
}

function sidecarDefinition(
  sidecar: ResolvedSidecar,
  { logs, stopTimeout }: ContainerInputs,
): ContainerDefinition {
  const { environment, secrets, essential, ...others } = sidecar;
  const { readonlyRootFilesystem, writablePaths, user, capabilities, ...rest } = others;
  return {
    ...rest,
    essential,
    ...security(sidecar, false),
    ...mounts(mountPoints(sidecar.name, writablePaths)),
    ...variables(environment, secrets),
    stopTimeout,
    logConfiguration: logConfiguration(logs, sidecar.name),
  };
}

/** The task's volumes for the writable folders of a container, each in its folder. */
export function mountPoints(container: string, paths: readonly string[]): MountPoint[] {
  return paths.map((containerPath, i) => ({
    sourceVolume: `${container}-writable-${i + 1}`,
    containerPath,
    readOnly: false,
  }));
}

function mounted({ name, mountPath, readOnly }: ResolvedVolume): MountPoint {
  return { sourceVolume: name, containerPath: mountPath, readOnly };
}

function mounts(mountPoints: readonly MountPoint[]): Pick<ContainerDefinition, "mountPoints"> {
  return mountPoints.length > 0 ? { mountPoints } : {};
}

function security(
  { readonlyRootFilesystem, user, capabilities }: ResolvedSecurity,
  initProcess: boolean,
): Partial<ContainerDefinition> {
  const linuxParameters = {
    // With both lists: AWS returns both, and the provider takes a missing list for a difference, which would replace the task
    // definition in every update (internal/service/ecs/container_definitions.go, `reduce`).
    ...(capabilities && { capabilities }),
    ...(initProcess && { initProcessEnabled: true }),
  };
  return {
    ...(readonlyRootFilesystem && { readonlyRootFilesystem }),
    ...(user !== undefined && { user }),
    ...(Object.keys(linuxParameters).length > 0 && { linuxParameters }),
  };
}

/**
 * The placeholder that runs before the first release. It answers every path on the service's port with "no release yet"; that of a
 * worker waits. It has
 * its own task definition, so that none of its settings reach the service's task definition. The service's user, capabilities and
 * read-only files do not apply to it: they are made for the service's image, and nginx starts as root and writes its configuration.
 */
export function placeholderDefinitions(
  { name, port, connected, logs }: Pick<ContainerInputs, "name" | "port" | "connected" | "logs">,
  image: string,
  status: number,
): ContainerDefinition[] {
  if (port === undefined) {
    const command = [`echo '${name}: no release yet' && exec sleep 2147483647`];
    return [
      {
        ...{ name, image, essential: true, entryPoint: ["sh", "-c"], command },
        logConfiguration: logConfiguration(logs, "placeholder"),
      },
    ];
  }
  const server = `server { listen ${port}; location / { default_type text/plain; return ${status} "${name}: no release yet\\n"; } }`;
  return [
    {
      name,
      image,
      essential: true,
      entryPoint: ["sh", "-c"],
      command: [`echo '${server}' > /etc/nginx/conf.d/default.conf && exec nginx -g 'daemon off;'`],
      ...portMappings({ name, port, connected }),
      logConfiguration: logConfiguration(logs, "placeholder"),
    },
  ];
}

/** The port has the container's name where Service Connect needs one: also in the placeholder, or ECS refuses the service. */
function portMappings({
  name,
  port,
  connected,
}: Pick<ContainerInputs, "name" | "port" | "connected">): Pick<
  ContainerDefinition,
  "portMappings"
> {
  if (port === undefined) {
    return {};
  }
  const mapping = { containerPort: port, protocol: "tcp" } as const;
  return { portMappings: [connected ? { ...mapping, name, appProtocol: "http" } : mapping] };
}

/** Sorted by name, so that another order in the configuration does not create a new revision. */
function variables(
  environment: Readonly<Record<string, string>>,
  secrets: Readonly<Record<string, string>>,
): Pick<ContainerDefinition, "environment" | "secrets"> {
  const byName = (a: [string, string], b: [string, string]) => (a[0] < b[0] ? -1 : 1);
  const plain = Object.entries(environment).sort(byName);
  const hidden = Object.entries(secrets).sort(byName);
  return {
    ...(plain.length > 0 && { environment: plain.map(([name, value]) => ({ name, value })) }),
    ...(hidden.length > 0 && { secrets: hidden.map(([name, valueFrom]) => ({ name, valueFrom })) }),
  };
}

function logConfiguration(logs: Logs, prefix: string): ContainerDefinition["logConfiguration"] {
  return {
    logDriver: "awslogs",
    options: {
      "awslogs-group": logs.group,
      "awslogs-region": logs.region,
      "awslogs-stream-prefix": prefix,
    },
  };
}
