/** Which task a session uses, and the command that starts it. */
import type { ServiceConfig, StackConfig } from "../../components/config";
import { ConfigurationError } from "../../components/index";
import { CannotError, UsageError } from "../command";
import { unknown } from "../stack-file/read";

/** The part of ECS's DescribeTasks that decides. */
export interface Task {
  readonly taskArn: string;
  readonly enableExecuteCommand?: boolean;
  readonly containers?: readonly {
    readonly name: string;
    readonly runtimeId?: string;
    readonly managedAgents?: readonly { readonly name: string; readonly lastStatus: string }[];
  }[];
}

/** A container of a running task into which sessions are possible. */
export interface Target {
  readonly taskArn: string;
  readonly container: string;
  readonly runtimeId: string;
}

type Stack = Pick<StackConfig, "database" | "services">;

/** The service whose tasks reach what is asked for, and allow sessions. */
export function chooseService(
  { database, services }: Stack,
  what: "database" | "shell",
  name: string | undefined,
): ServiceConfig {
  if (what === "database" && !database) {
    throw new CannotError("the stack has no database: the key database of its file creates one");
  }
  const names = services.map((service) => service.name);
  if (name !== undefined && !names.includes(name)) {
    throw new UsageError(unknown("service", name, names));
  }
  const index = (service: ServiceConfig) => services.indexOf(service);
  const asked = services.filter((service) => name === undefined || service.name === name);
  const reaching = asked.filter((service) => what === "shell" || service.database);
  const [first] = asked;
  const [possible] = reaching;
  if (!first || !possible) {
    throw new CannotError(
      first
        ? `service ${first.name} does not use the database: set database: true, or name another service`
        : "the stack has no services",
    );
  }
  const [open, ...others] = reaching.filter((service) => service.enableExecuteCommand);
  if (!open) {
    throw new ConfigurationError("The session", [
      {
        path: `services[${index(possible)}].enableExecuteCommand`,
        value: possible.enableExecuteCommand,
        allowed: "true: sessions use ECS Exec",
        fix: "set it, run pulumi up, then release: only new tasks allow sessions",
      },
    ]);
  }
  if (others.length > 0 && what === "shell") {
    const list = [open, ...others].map((service) => service.name).join(", ");
    throw new UsageError(`--service is missing: ${list}`);
  }
  return open;
}

/** @throws CannotError that says why no task is ready */
export function chooseTarget(
  tasks: readonly Task[],
  service: string,
  container: string = service,
): Target {
  if (tasks.length === 0) {
    throw new CannotError(
      `service ${service} has no running task. Its desiredCount may be 0; the service's events say more`,
    );
  }
  const open = tasks.filter((task) => task.enableExecuteCommand);
  if (open.length === 0) {
    throw new CannotError(
      `no task of ${service} allows sessions: they started before enableExecuteCommand was set. A release starts new ones`,
    );
  }
  const containers = open.flatMap(({ taskArn, containers = [] }) =>
    containers.map((one) => ({ ...one, taskArn })),
  );
  const known = [...new Set(containers.map(({ name }) => name))];
  if (!known.includes(container)) {
    throw new UsageError(unknown("container", container, known));
  }
  const ready = containers.find(
    ({ name, runtimeId, managedAgents = [] }) =>
      name === container &&
      runtimeId !== undefined &&
      managedAgents.some(
        (agent) => agent.name === "ExecuteCommandAgent" && agent.lastStatus === "RUNNING",
      ),
  );
  if (!ready?.runtimeId) {
    throw new CannotError(
      `the agent of ECS Exec does not run in ${container}: the task may have started just now, or cannot reach Systems Manager (a NAT gateway, or the VPC endpoint ssmmessages)`,
    );
  }
  return { taskArn: ready.taskArn, container, runtimeId: ready.runtimeId };
}

export interface Ports {
  readonly host: string;
  readonly port: number;
  readonly localPort: number;
}

/**
 * Forwards a local port through the task. The target has ECS Exec's form, and the document is Session Manager's:
 * https://docs.aws.amazon.com/systems-manager/latest/userguide/session-manager-working-with-sessions-start.html#sessions-remote-port-forwarding
 */
export function databaseCommand(
  cluster: string,
  { taskArn, runtimeId }: Target,
  { host, port, localPort }: Ports,
): string[] {
  const parameters = {
    host: [host],
    portNumber: [String(port)],
    localPortNumber: [String(localPort)],
  };
  return [
    ...["ssm", "start-session"],
    ...["--target", `ecs:${cluster}_${taskArn.split("/").at(-1)}_${runtimeId}`],
    ...["--document-name", "AWS-StartPortForwardingSessionToRemoteHost"],
    ...["--parameters", JSON.stringify(parameters)],
  ];
}

/** https://docs.aws.amazon.com/cli/latest/reference/ecs/execute-command.html */
export function shellCommand(cluster: string, target: Target, command: string): string[] {
  return [
    ...["ecs", "execute-command", "--interactive"],
    ...["--cluster", cluster, "--task", target.taskArn],
    ...["--container", target.container, "--command", command],
  ];
}
