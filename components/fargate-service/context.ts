import * as pulumi from "@pulumi/pulumi";
import type { CloudFront } from "../cloudfront";
import type { Capacity } from "../deployment/found-service";
import type { LoadBalancer } from "../load-balancer";
import { type ResolvedService, resolveService } from "../service/resolve";
import type { FargateServiceArgs } from "./args";
import { releasePath } from "./release";

/** The values that all parts of a service use. */
export interface ServiceContext {
  readonly name: string;
  readonly args: FargateServiceArgs;
  /** The settings, with every default. */
  readonly service: ResolvedService;
  /** The capacity of the tasks, with ECS's names. */
  readonly capacity: Capacity;
  /** The capacity of the migration and of the scheduled tasks, if they run on EC2; undefined if they run on Fargate. */
  readonly ec2Capacity: Capacity | undefined;
  /** The load balancer that sends requests to the tasks; undefined for a worker. */
  readonly loadBalancer: LoadBalancer | undefined;
  /** Where users' requests come in; undefined for a worker. */
  readonly front: CloudFront | LoadBalancer | undefined;
  /** The task definition's family. It is fixed: CI registers revisions in it, and people look for it. */
  readonly family: string;
  /** The path of the service's SSM parameters. */
  readonly path: string;
  readonly opts: { readonly parent: pulumi.Resource };
}

export function contextOf(
  name: string,
  args: FargateServiceArgs,
  parent: pulumi.Resource,
): ServiceContext {
  const service = resolveService(args);
  const capacity = service.capacityProviderStrategies.map((strategy) => ({
    ...strategy,
    capacityProvider: args.cluster.providerName(strategy.capacityProvider),
  }));
  const loadBalancer = service.worker ? undefined : args.loadBalancer;
  const [project, stack] = [pulumi.getProject(), pulumi.getStack()];
  return {
    ...{ name, args, service, capacity, loadBalancer },
    ec2Capacity: service.compatibility === "EC2" ? capacity : undefined,
    front: loadBalancer && (args.cloudfront ?? loadBalancer),
    family: `${project}-${stack}-${name}`,
    path: releasePath(project, stack, name),
    opts: { parent },
  };
}
