import type * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { Deployment } from "../deployment";
import { renderAppSpec } from "../deployment/app-spec";
import type { Capacity } from "../deployment/found-service";
import type { ResolvedService } from "../service/resolve";
import { planServiceConnect } from "../service-connect/plan";
import { locationOf } from "../shared/arn";
import { transformed } from "../shared/transform";
import type { FargateServiceArgs } from "./args";
import type { LogGroup } from "./log-group";

/**
 * On EC2: the same number of tasks in each zone, and in a zone as few instances as possible. ECS needs the first one to rebalance zones.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-placement-strategies.html
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-rebalancing.html
 *
 * Under CodeDeploy, a service moves to EC2 or back with a deployment after the update. Until then ECS would refuse the other kind's strategies,
 * so it has none: ECS then spreads tasks over the zones.
 */
const orderedPlacementStrategies = [
  { type: "spread", field: "attribute:ecs.availability-zone" },
  { type: "binpack", field: "memory" },
];

/** What the ECS service and its AppSpec are made of. */
export interface ServiceParts {
  /** The capacity of the tasks, with ECS's names. */
  readonly capacity: Capacity;
  readonly args: FargateServiceArgs;
  readonly service: ResolvedService;
  readonly deployment: Deployment;
  readonly containerName: string;
  readonly securityGroupId: pulumi.Output<string>;
  readonly logGroup: LogGroup;
}

/** The arguments of the ECS service. `forceNewDeployment` is true where only a new deployment changes the capacity. */
export function serviceArgs(
  parts: ServiceParts,
  taskDefinition: pulumi.Output<string>,
  forceNewDeployment: pulumi.Output<boolean | undefined>,
): aws.ecs.ServiceArgs {
  const { args, service, capacity, deployment, containerName, securityGroupId } = parts;
  const callers = service.serviceConnect && args.namespace?.securityGroupId;
  const byCodeDeploy = deployment.plan.shiftedBy === "code-deploy";
  return transformed(args.transform?.service, {
    ...deployment.plan.service,
    // ECS refuses a forced deployment of a service under CodeDeploy.
    ...(!byCodeDeploy && { forceNewDeployment }),
    alarms: deployment.alarms(),
    deploymentConfiguration: deployment.deploymentConfiguration(),
    cluster: args.cluster.arn,
    taskDefinition,
    desiredCount: service.desiredCount,
    capacityProviderStrategies: [...capacity],
    ...(service.compatibility === "EC2" && !byCodeDeploy && { orderedPlacementStrategies }),
    networkConfiguration: {
      subnets: args.network.privateSubnetIds,
      securityGroups: callers ? [securityGroupId, callers] : [securityGroupId],
      assignPublicIp: false,
    },
    loadBalancers: deployment.loadBalancers(containerName, service.port),
    ...serviceConnect(parts),
    // ECS refuses it without a load balancer.
    ...(!service.worker && {
      healthCheckGracePeriodSeconds: service.healthCheckGracePeriodSeconds,
    }),
    enableExecuteCommand: service.enableExecuteCommand,
    enableEcsManagedTags: true,
    propagateTags: "SERVICE",
  });
}

/** The proxy writes to the service's log group. */
function serviceConnect({
  args: { namespace },
  service: { serviceConnect, port },
  containerName: name,
  logGroup,
}: ServiceParts): Pick<aws.ecs.ServiceArgs, "serviceConnectConfiguration"> {
  if (!serviceConnect || !namespace) {
    return {};
  }
  return {
    serviceConnectConfiguration: pulumi
      .all([namespace.arn, logGroup.name, logGroup.arn])
      .apply(([arn, group, logGroupArn]) => {
        const logs = { group, region: locationOf(logGroupArn).region };
        return planServiceConnect({ name, port, serviceConnect, namespace: arn, logs });
      }),
  };
}

/** The AppSpec with which CodeDeploy deploys the service, as JSON. */
export function appSpec({
  args,
  service,
  capacity,
  deployment,
  containerName,
  securityGroupId,
}: ServiceParts): pulumi.Output<string> {
  return pulumi
    .all([pulumi.output(args.network.privateSubnetIds), securityGroupId])
    .apply(([subnets, securityGroup]) =>
      renderAppSpec({
        containerName,
        containerPort: service.port ?? 0,
        subnets,
        securityGroups: [securityGroup],
        capacityProviderStrategies: capacity,
        compatibility: service.compatibility,
        hooks: deployment.plan.codeDeploy?.hooks ?? {},
      }),
    );
}
