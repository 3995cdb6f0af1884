import type { ResolvedService } from "../service/resolve";
import type { ContainerDefinition } from "./container-definition";
import { type ContainerInputs, logConfiguration, portMappings } from "./container-definitions";

/** Fargate's smallest task; on EC2 one that fits wherever the service does. */
export function placeholderSize({ compatibility, cpu, memory }: ResolvedService): {
  readonly cpu: string;
  readonly memory: string;
} {
  const onEc2 = compatibility === "EC2";
  return {
    cpu: String(onEc2 ? Math.min(256, cpu) : 256),
    memory: String(onEc2 ? Math.min(512, memory) : 512),
  };
}

/**
 * The container that runs before the first release. It answers every path on the service's port with "no release yet". For a worker it
 * only waits. It has its own task definition, so that none of its settings reach the service's task definition. The service's user,
 * capabilities and read-only files do not apply to it: they are made for the service's image, and nginx starts as root and writes its
 * configuration.
 */
export function placeholderDefinition({
  name,
  service,
  logs,
}: Pick<ContainerInputs, "name" | "service" | "logs">): ContainerDefinition {
  return {
    name,
    image: service.placeholderImage,
    essential: true,
    entryPoint: ["sh", "-c"],
    command: [commandOf(name, service)],
    ...portMappings(name, service),
    logConfiguration: logConfiguration(logs, "placeholder"),
  };
}

function commandOf(name: string, { port, healthCheck: { matcher } }: ResolvedService): string {
  if (port === undefined) {
    return `echo '${name}: no release yet' && exec sleep 2147483647`;
  }
  const status = Number.parseInt(matcher, 10);
  const server = `server { listen ${port}; location / { default_type text/plain; return ${status} "${name}: no release yet\\n"; } }`;
  return `echo '${server}' > /etc/nginx/conf.d/default.conf && exec nginx -g 'daemon off;'`;
}
