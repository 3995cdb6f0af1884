import { ServiceRecord } from "../deployment/service-record";
import { strategyOf } from "../service/strategy/resolve";
import type { ServiceContext } from "./context";

/** The record of the service. An update finds the service through it, before it changes the service. */
export function recordOf({
  name,
  args,
  service,
  capacity,
  path,
  opts,
}: ServiceContext): ServiceRecord {
  const { strategy, healthCheckGracePeriodSeconds, enableExecuteCommand } = args;
  return new ServiceRecord(
    name,
    {
      path,
      clusterArn: args.cluster.arn,
      clusterCapacity: args.cluster.capacityProviders?.capacityProviders.apply(
        (names) => names ?? [],
      ),
      capacity,
      // Used only under CodeDeploy, which deploys no worker.
      port: service.port ?? 0,
      settings: {
        capacity,
        strategy: strategy && strategyOf(strategy),
        healthCheckGracePeriodSeconds,
        enableExecuteCommand,
        desiredCount: args.autoscaling ? undefined : args.desiredCount,
      },
    },
    opts,
  );
}
