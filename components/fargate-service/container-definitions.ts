/** A container of a task definition, as ECS's API has it: only what Slipway sets. */
export interface ContainerDefinition {
  readonly name: string;
  readonly image: string;
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

export interface ContainerDependency {
  readonly containerName: string;
  readonly condition: "START" | "COMPLETE" | "SUCCESS" | "HEALTHY";
}

/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_HealthCheck.html */
export interface ContainerHealthCheck {
  /** `["CMD-SHELL", "curl -f http://localhost/ || exit 1"]`. ECS does not read the image's own HEALTHCHECK. */
  readonly command: readonly string[];
  /** Seconds, 5 to 300. @default 30 */
  readonly interval?: number;
  /** Seconds, 2 to 60. @default 5 */
  readonly timeout?: number;
  /** 1 to 10. @default 3 */
  readonly retries?: number;
  /** Seconds, 0 to 300. @default off */
  readonly startPeriod?: number;
}

/** A container beside the main one: a proxy, an agent, a migration that runs first. */
export interface SidecarArgs {
  readonly name: string;
  readonly image: string;
  /**
   * Whether the task stops when this container stops.
   * @default true
   */
  readonly essential?: boolean;
  /** CPU units kept for this container. */
  readonly cpu?: number;
  /** MiB kept for this container. */
  readonly memoryReservation?: number;
  readonly command?: readonly string[];
  readonly entryPoint?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  /** As the service's own `secrets`. */
  readonly secrets?: Readonly<Record<string, string>>;
  readonly dependsOn?: readonly ContainerDependency[];
  readonly healthCheck?: ContainerHealthCheck;
}

/** Everything known, so that rendering is a pure function. */
export interface ContainerInputs {
  readonly name: string;
  readonly image: string;
  readonly port: number;
  readonly command?: readonly string[] | undefined;
  readonly environment: Readonly<Record<string, string>>;
  readonly secrets: Readonly<Record<string, string>>;
  readonly sidecars: readonly SidecarArgs[];
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
    image: inputs.image,
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
  sidecar: SidecarArgs,
  { logs, stopTimeout }: ContainerInputs,
): ContainerDefinition {
  const { environment = {}, secrets = {}, essential = true, ...rest } = sidecar;
  return {
    ...rest,
    essential,
    ...variables(environment, secrets),
    stopTimeout,
    logConfiguration: logConfiguration(logs, sidecar.name),
  };
}

/**
 * What answers before the first release: says plainly that nothing has been released, on the right port, to any path.
 * It is a task definition of its own, so that nothing of it reaches the service's.
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

/** Sorted by name: the order in which they are written must not make a new revision. */
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
