/** Service Connect: the program's form, the API's, and what the provider reads. */
import type { Service, ServiceConnectConfiguration } from "@aws-sdk/client-ecs";
import type * as ecs from "@pulumi/aws/ecs";
import type { Resolved } from "../definition";

type Connect = NonNullable<Resolved<ecs.ServiceArgs>["serviceConnectConfiguration"]>;

/** `Optional` and `Computed` in internal/service/ecs/service.go of the provider: what ECS fills in if it is not given. */
export const serviceConnectRule = {
  block: {
    members: ["enabled", "logConfiguration", "namespace", "services"],
    computed: ["namespace"],
    blocks: {
      logConfiguration: { computed: ["options"] },
      services: {
        ordered: true,
        computed: ["discoveryName"],
        blocks: { clientAlias: { ordered: true, computed: ["dnsName"] } },
      },
    },
  },
} as const;

/** The provider's `clientAlias` is a list, too. */
export function toServiceConnect(
  connect: Connect | undefined,
): ServiceConnectConfiguration | undefined {
  if (!connect) return undefined;
  const { services, ...rest } = connect;
  const request = {
    ...rest,
    services: services?.map(({ clientAlias, ...service }) => ({
      ...service,
      clientAliases: clientAlias,
    })),
  };
  // Enumerations of the SDK are strings in @pulumi/aws; AWS refuses a wrong one.
  return request as ServiceConnectConfiguration;
}

/** DescribeServices returns it only in the deployments, and not at all if it is off. */
export function fromServiceConnect({ deployments = [] }: Service): Connect | undefined {
  const primary = deployments.find(({ status }) => status === "PRIMARY");
  const connect = primary?.serviceConnectConfiguration;
  if (!connect) return undefined;
  const { services, ...rest } = connect;
  return {
    ...rest,
    ...(services && {
      services: services.map(({ clientAliases, ...service }) => ({
        ...service,
        ...(clientAliases && { clientAlias: clientAliases }),
      })),
    }),
  } as Connect;
}
