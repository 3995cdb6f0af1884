import * as pulumi from "@pulumi/pulumi";
import type { Cluster } from "../cluster";
import type { FargateService } from "../fargate-service";
import type { ImageRepository } from "../image-repository";
import { siblingArn } from "../shared/arn";
import type { CodeDeployScope, DeployScope } from "./permissions";

interface Released {
  readonly service: FargateService;
  readonly cluster: Cluster;
  readonly imageRepository: ImageRepository;
}

/** The ARNs of everything that a release of a service uses. */
export function releaseScope({ service, cluster, imageRepository }: Released): {
  [Name in keyof DeployScope]: pulumi.Input<DeployScope[Name]>;
} {
  const taskDefinitions = service.revisionArns;
  const { scheduledFamily } = service;
  return {
    cluster: cluster.arn,
    clusterName: cluster.clusterName,
    repository: imageRepository.arn,
    service: service.serviceArn,
    taskDefinitions,
    registered: pulumi.all([
      taskDefinitions,
      ...(scheduledFamily
        ? [siblingArn(cluster.arn, "ecs", `task-definition/${scheduledFamily}:*`)]
        : []),
    ]),
    limits: service.releaseLimits,
    migration: service.migration,
    taskRoles: pulumi.all([service.roles.executionRole.arn, service.roles.taskRole.arn]),
    ...codeDeployScope(cluster.arn, service.codeDeploy),
    // Not the parameters' `arn` outputs: if somebody deleted a parameter, the policy would be unknown in the preview.
    releaseParameters: pulumi.all(
      [service.releasePointer.parameterName, service.releasePointer.recordName].map((name) =>
        siblingArn(cluster.arn, "ssm", pulumi.interpolate`parameter${name}`),
      ),
    ),
  };
}

/** Builds CodeDeploy's ARNs from the names: https://docs.aws.amazon.com/service-authorization/latest/reference/list_awscodedeploy.html */
function codeDeployScope(
  neighbourArn: pulumi.Input<string>,
  names: FargateService["codeDeploy"],
): { codeDeploy?: pulumi.Output<CodeDeployScope> } {
  if (!names) {
    return {};
  }
  const { applicationName, deploymentGroupName, deploymentConfigName } = names;
  const arn = (resource: pulumi.Output<string>) => siblingArn(neighbourArn, "codedeploy", resource);
  return {
    codeDeploy: pulumi.output({
      application: arn(pulumi.interpolate`application:${applicationName}`),
      deploymentGroup: arn(
        pulumi.interpolate`deploymentgroup:${applicationName}/${deploymentGroupName}`,
      ),
      deploymentConfig: arn(pulumi.interpolate`deploymentconfig:${deploymentConfigName}`),
    }),
  };
}
