import type * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { Deployment } from "../deployment";
import { renderAppSpec } from "../deployment/app-spec";
import type { ResolvedService } from "../service/resolve";
import { transformed } from "../shared/transform";
import type { FargateServiceArgs } from "./args";

/** What the ECS service and its AppSpec are made of. */
export interface ServiceParts {
  readonly args: FargateServiceArgs;
  readonly service: ResolvedService;
  readonly deployment: Deployment;
  readonly containerName: string;
  readonly securityGroupId: pulumi.Output<string>;
}

/** The arguments of the ECS service. `forceNewDeployment` is true where only a new deployment changes the capacity. */
export function serviceArgs(
  { args, service, deployment, containerName, securityGroupId }: ServiceParts,
  taskDefinition: pulumi.Output<string>,
  forceNewDeployment: pulumi.Output<boolean | undefined>,
): aws.ecs.ServiceArgs {
  return transformed(args.transform?.service, {
    ...deployment.plan.service,
    // ECS refuses a forced deployment of a service under CodeDeploy.
    ...(deployment.plan.shiftedBy !== "code-deploy" && { forceNewDeployment }),
    alarms: deployment.alarms(),
    deploymentConfiguration: deployment.deploymentConfiguration(),
    cluster: args.cluster.arn,
    taskDefinition,
    desiredCount: service.desiredCount,
    capacityProviderStrategies: [...service.capacityProviderStrategies],
    networkConfiguration: {
      subnets: args.network.privateSubnetIds,
      securityGroups: [securityGroupId],
      assignPublicIp: false,
    },
    loadBalancers: deployment.loadBalancers(containerName, service.port),
    // ECS refuses it without a load balancer.
    ...(!service.worker && {
      healthCheckGracePeriodSeconds: service.healthCheckGracePeriodSeconds,
    }),
    enableExecuteCommand: service.enableExecuteCommand,
    enableEcsManagedTags: true,
    propagateTags: "SERVICE",
  });
}

/** The AppSpec with which CodeDeploy deploys the service, as JSON. */
export function appSpec({
  args,
  service,
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
        capacityProviderStrategies: service.capacityProviderStrategies,
        hooks: deployment.plan.codeDeploy?.hooks ?? {},
      }),
    );
}
