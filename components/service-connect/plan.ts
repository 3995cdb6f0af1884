import type * as aws from "@pulumi/aws";
import type { ResolvedServiceConnect } from "../service/service-connect";

/** The called service, and the logs of its proxy. */
export interface Connected {
  /** The service's name, which is also the name of its port in the task definition. */
  readonly name: string;
  /** The service's port. @default none: a worker only calls others */
  readonly port?: number | undefined;
  readonly serviceConnect: ResolvedServiceConnect;
  /** The ARN of the namespace. */
  readonly namespace: string;
  readonly logs: { readonly group: string; readonly region: string };
}

/** ECS's own default. */
const idleTimeoutSeconds = 300;

/**
 * ECS's arguments. There is no TLS: it needs a private certificate authority, which costs more than a small stack
 * (https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-connect-tls.html).
 */
export function planServiceConnect({
  name,
  port,
  serviceConnect,
  namespace,
  logs,
}: Connected): aws.types.input.ecs.ServiceServiceConnectConfiguration {
  const { dnsName = name, perRequestTimeoutSeconds } = serviceConnect;
  return {
    enabled: true,
    namespace,
    logConfiguration: {
      logDriver: "awslogs",
      options: {
        "awslogs-group": logs.group,
        "awslogs-region": logs.region,
        "awslogs-stream-prefix": "service-connect",
      },
    },
    ...(port !== undefined && {
      services: [
        {
          portName: name,
          discoveryName: name,
          clientAlias: [{ dnsName, port: serviceConnect.port ?? port }],
          timeout: {
            perRequestTimeoutSeconds,
            // A shorter idle timeout would end a request first.
            idleTimeoutSeconds: Math.max(idleTimeoutSeconds, perRequestTimeoutSeconds),
          },
        },
      ],
    }),
  };
}
