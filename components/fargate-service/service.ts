import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { Deployment } from "../deployment";
import type { ServiceRecord } from "../deployment/service-record";
import type { Forecast } from "../forecast";
import { planServiceConnect } from "../service-connect/plan";
import { locationOf } from "../shared/arn";
import { transformed } from "../shared/transform";
import type { Volumes } from "../storage";
import type { ServiceContext } from "./context";
import { longestDuration } from "./forecast";
import type { LogGroup } from "./log-group";
import type { TaskRoles } from "./roles";
import type { TaskSecurityGroup } from "./security-group";
import type { TaskDefinitions } from "./task-definitions";

/**
 * On EC2: the same number of tasks in each zone, and in a zone as few instances as possible. ECS needs the first one to rebalance zones.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-placement-strategies.html
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-rebalancing.html
 *
 * Under CodeDeploy, a service moves to EC2 or back with a deployment after the update. Until then, ECS would refuse placement strategies for
 * the other kind of capacity. So the service has none, and ECS spreads its tasks over the zones.
 */
const orderedPlacementStrategies = [
  { type: "spread", field: "attribute:ecs.availability-zone" },
  { type: "binpack", field: "memory" },
];

/** The parts of the ECS service. */
export interface ServiceParts {
  readonly deployment: Deployment;
  readonly logGroup: LogGroup;
  readonly record: ServiceRecord;
  readonly roles: TaskRoles;
  readonly securityGroup: TaskSecurityGroup;
  readonly taskDefinitions: TaskDefinitions;
  readonly volumes: Volumes | undefined;
}

export function serviceArgs(context: ServiceContext, parts: ServiceParts): aws.ecs.ServiceArgs {
  const { name, args, service, capacity } = context;
  const { deployment, record, securityGroup, taskDefinitions } = parts;
  const callers = service.serviceConnect && args.namespace?.securityGroupId;
  const byCodeDeploy = deployment.plan.shiftedBy === "code-deploy";
  return transformed(args.transform?.service, {
    ...deployment.plan.service,
    // ECS refuses a forced deployment of a service under CodeDeploy.
    ...(!byCodeDeploy && { forceNewDeployment: record.forceNewDeployment }),
    alarms: deployment.alarms(),
    deploymentConfiguration: deployment.deploymentConfiguration(),
    cluster: args.cluster.arn,
    taskDefinition: taskDefinitions.runningArn,
    desiredCount: service.desiredCount,
    capacityProviderStrategies: [...capacity],
    ...(service.compatibility === "EC2" && !byCodeDeploy && { orderedPlacementStrategies }),
    networkConfiguration: {
      subnets: args.network.privateSubnetIds,
      securityGroups: callers ? [securityGroup.id, callers] : [securityGroup.id],
      assignPublicIp: false,
    },
    loadBalancers: deployment.loadBalancers(name, service.port),
    ...serviceConnect(context, parts),
    // ECS refuses it without a load balancer.
    ...(!service.worker && {
      healthCheckGracePeriodSeconds: service.healthCheckGracePeriodSeconds,
    }),
    enableExecuteCommand: service.enableExecuteCommand,
    enableEcsManagedTags: true,
    propagateTags: "SERVICE",
  });
}

/** The ECS service. Creating or updating it takes at most as long as its longest deployment. */
export function createService(
  { name, args, service, opts }: ServiceContext,
  { deployment, roles, securityGroup, volumes }: ServiceParts,
  serviceArgs: aws.ecs.ServiceArgs,
  forecasted: Forecast,
): aws.ecs.Service {
  const { plan } = deployment;
  const longest = longestDuration(forecasted);
  return new aws.ecs.Service(name, serviceArgs, {
    ...opts,
    dependsOn: [
      ...deployment.listenerRules,
      securityGroup,
      roles.executionPolicy,
      ...(volumes ? [volumes] : []),
      ...(args.calls ?? []),
      ...(args.cluster.capacityProviders ? [args.cluster.capacityProviders] : []),
    ],
    ignoreChanges: [...plan.ignoreChanges, ...(service.autoscaling ? ["desiredCount"] : [])],
    replaceOnChanges: [...plan.replaceOnChanges],
    customTimeouts: { create: longest, update: longest },
  });
}

/** The proxy writes to the service's log group. */
function serviceConnect(
  { name, args: { namespace }, service: { serviceConnect, port } }: ServiceContext,
  { logGroup }: ServiceParts,
): Pick<aws.ecs.ServiceArgs, "serviceConnectConfiguration"> {
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
