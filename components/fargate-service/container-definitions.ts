import type { ResolvedSidecar } from "../service/resolve";
import type { ContainerDependency, ContainerHealthCheck } from "../service/sidecar";
import { containerImage } from "../shared/image";

/** A container of a task definition, with the fields of ECS's API that Slipway sets. */
export interface ContainerDefinition {
  readonly name: string;
  readonly image: string;
  readonly dockerLabels?: Readonly<Record<string, string>>;
  readonly essential: boolean;
  readonly cpu?: number;
  readonly memoryReservation?: number;
  readonly command?: readonly string[];
  readonly entryPoint?: readonly string[];
  readonly environment?: readonly { readonly name: string; readonly value: string }[];
  readonly secrets?: readonly { readonly name: string; readonly valueFrom: string }[];
  readonly portMappings?: readonly { readonly containerPort: number; readonly protocol: "tcp" }[];
  readonly dependsOn?: readonly ContainerDependency[];
  readonly healthCheck?: ContainerHealthCheck;
  readonly linuxParameters?: { readonly initProcessEnabled: boolean };
  readonly stopTimeout?: number;
  readonly logConfiguration: {
    readonly logDriver: "awslogs";
    readonly options: Readonly<Record<string, string>>;
  };
}

/** The input of {@link containerDefinitions}: plain values, so that rendering is a pure function. */
export interface ContainerInputs {
  readonly name: string;
  /** The released image, as in the release pointer. */
  readonly image: string;
  readonly port: number;
  readonly command?: readonly string[] | undefined;
  readonly environment: Readonly<Record<string, string>>;
  readonly secrets: Readonly<Record<string, string>>;
  readonly sidecars: readonly ResolvedSidecar[];
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
    portMappings: [{ containerPort: inputs.port, protocol: "tcp" }],
    ...variables(inputs.environment, inputs.secrets),
    ...(inputs.initProcess && { linuxParameters: { initProcessEnabled: true } }),
    stopTimeout: inputs.stopTimeout,
    logConfiguration: logConfiguration(inputs.logs, inputs.name),
  };
  return [main, ...inputs.sidecars.map((sidecar) => sidecarDefinition(sidecar, inputs))];
}

function sidecarDefinition(
  sidecar: ResolvedSidecar,
  { logs, stopTimeout }: ContainerInputs,
): ContainerDefinition {
  const { environment, secrets, essential, ...rest } = sidecar;
  return {
    ...rest,
    essential,
    ...variables(environment, secrets),
    stopTimeout,
    logConfiguration: logConfiguration(logs, sidecar.name),
  };
}

/**
 * The placeholder that runs before the first release. It answers every path on the service's port with "no release yet". It has
 * its own task definition, so that none of its settings reach the service's task definition.
 */
export function placeholderDefinitions(
  { name, port, logs }: Pick<ContainerInputs, "name" | "port" | "logs">,
  image: string,
  status: number,
): ContainerDefinition[] {
  const server = `server { listen ${port}; location / { default_type text/plain; return ${status} "${name}: no release yet\\n"; } }`;
  return [
    {
      name,
      image,
      essential: true,
      entryPoint: ["sh", "-c"],
      command: [`echo '${server}' > /etc/nginx/conf.d/default.conf && exec nginx -g 'daemon off;'`],
      portMappings: [{ containerPort: port, protocol: "tcp" }],
      logConfiguration: logConfiguration(logs, "placeholder"),
    },
  ];
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
