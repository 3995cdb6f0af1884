import type * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { Deployment } from "../deployment";
import { renderAppSpec } from "../deployment/app-spec";
import { pendingDeployment } from "../deployment/pending";
import type { ServiceContext } from "./context";

/** The AppSpec with which CodeDeploy deploys the service, as JSON. */
export function appSpecOf(
  { name, args, service, capacity }: ServiceContext,
  { plan }: Deployment,
  securityGroupId: pulumi.Output<string>,
): pulumi.Output<string> {
  return pulumi
    .all([pulumi.output(args.network.privateSubnetIds), securityGroupId])
    .apply(([subnets, securityGroup]) =>
      renderAppSpec({
        containerName: name,
        containerPort: service.port ?? 0,
        subnets,
        securityGroups: [securityGroup],
        capacityProviderStrategies: capacity,
        compatibility: service.compatibility,
        hooks: plan.codeDeploy?.hooks ?? {},
      }),
    );
}

/** Says what waits for a deployment by CI; empty if ECS deploys. */
export function pendingOf(
  { name }: ServiceContext,
  { plan }: Deployment,
  image: pulumi.Output<string | undefined>,
  service: aws.ecs.Service,
  registered: pulumi.Output<string>,
): pulumi.Output<string> {
  return plan.codeDeploy
    ? pulumi
        .all([image, service.taskDefinition, registered])
        .apply(([image, running, registered]) =>
          pendingDeployment(name, { image, running, registered }),
        )
    : pulumi.output("");
}
