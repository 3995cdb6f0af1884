import type { ResolvedSecurity } from "../service/container/security";
import type { ResolvedSidecar } from "../service/container/sidecar";
import type { ResolvedService } from "../service/resolve";
import type { ResolvedVolume } from "../service/volumes";
import { containerImage } from "../shared/image";
import type { ContainerDefinition, MountPoint } from "./container-definition";

/** The input of {@link containerDefinitions}: plain values, so that rendering is a pure function. */
export interface ContainerInputs {
  readonly name: string;
  /** The released image, as in the release pointer. */
  readonly image: string;
  readonly service: ResolvedService;
  readonly environment: Readonly<Record<string, string>>;
  readonly secrets: Readonly<Record<string, string>>;
  readonly logs: Logs;
}

export interface Logs {
  readonly group: string;
  readonly region: string;
}

export function containerDefinitions(inputs: ContainerInputs): ContainerDefinition[] {
  const { name, service, environment, secrets, logs } = inputs;
  const { command, stopTimeout, writablePaths, volumes, sidecars } = service;
  const main: ContainerDefinition = {
    name,
    ...containerImage(inputs.image),
    essential: true,
    ...(command && { command }),
    ...portMappings(name, service),
    ...variables(environment, secrets),
    ...security(service, service.enableExecuteCommand),
    ...mounts([...mountPoints(name, writablePaths), ...volumes.map(mounted)]),
    stopTimeout,
    logConfiguration: logConfiguration(logs, name),
  };
  return [main, ...sidecars.map((sidecar) => sidecarDefinition(sidecar, stopTimeout, logs))];
}

function sidecarDefinition(
  sidecar: ResolvedSidecar,
  stopTimeout: number,
  logs: Logs,
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

/** The port has the container's name where Service Connect needs one: also in the placeholder, or ECS refuses the service. */
export function portMappings(
  name: string,
  { port, serviceConnect }: ResolvedService,
): Pick<ContainerDefinition, "portMappings"> {
  if (port === undefined) {
    return {};
  }
  const mapping = { containerPort: port, protocol: "tcp" } as const;
  return { portMappings: [serviceConnect ? { ...mapping, name, appProtocol: "http" } : mapping] };
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

export function logConfiguration(
  logs: Logs,
  prefix: string,
): ContainerDefinition["logConfiguration"] {
  return {
    logDriver: "awslogs",
    options: {
      "awslogs-group": logs.group,
      "awslogs-region": logs.region,
      "awslogs-stream-prefix": prefix,
    },
  };
}
