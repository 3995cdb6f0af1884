/** Reads the current state of a service, with its deployments, task sets and events. */
import type { Service } from "@aws-sdk/client-ecs";
import type * as ecs from "@pulumi/aws/ecs";
import { fromTags } from "../../kit/tags";
import { isGone } from "../../kit/values";
import type { AwsContext } from "../context";
import { invoke } from "../definition";
import { client } from "./common";
import { deploymentState } from "./service-deployment";
import { readable } from "./service-request";

/** https://www.pulumi.com/registry/packages/aws/api-docs/ecs/getservice/ */
export const getService = invoke<ecs.GetServiceArgs, ecs.GetServiceResult>({
  type: "aws:ecs/getService:getService",
  args: ["clusterArn", "serviceName"],
  async run(aws, { clusterArn, serviceName }) {
    const found = await find(aws, clusterArn, serviceName);
    if (!found) throw new Error("no matching ECS Service found");
    return { ...serviceResult(found), region: aws.region };
  },
});

/** Also finds a deleted service, which is INACTIVE. */
async function find(aws: AwsContext, cluster: string, name: string): Promise<Service | undefined> {
  try {
    return (await client(aws).describeServices({ cluster, services: [name], include: ["TAGS"] }))
      .services?.[0];
  } catch (error) {
    if (isGone(error)) return undefined;
    throw error;
  }
}

export function serviceResult(found: Service): Omit<ecs.GetServiceResult, "region"> {
  const { serviceArn: arn = "" } = found;
  const {
    capacityProviderStrategies = [],
    loadBalancers = [],
    networkConfiguration,
  } = readable(found, { cluster: "arn:", taskDefinition: "arn:" });
  return {
    id: arn,
    arn,
    ...scalars(found),
    ...progress(found),
    capacityProviderStrategies: capacityProviderStrategies.map(
      ({ base = 0, capacityProvider, weight = 0 }) => ({ base, capacityProvider, weight }),
    ),
    deploymentConfigurations: found.deploymentConfiguration ? [configuration(found)] : [],
    deploymentControllers: [{ type: found.deploymentController?.type ?? "ECS" }],
    loadBalancers: loadBalancers.map(
      ({ advancedConfiguration: advanced, targetGroupArn = "", ...rest }) => ({
        ...rest,
        elbName: "",
        targetGroupArn,
        advancedConfigurations: advanced ? [{ testListenerRule: "", ...advanced }] : [],
      }),
    ),
    networkConfigurations: networkConfiguration
      ? [{ assignPublicIp: false, securityGroups: [], ...networkConfiguration }]
      : [],
    orderedPlacementStrategies: [],
    placementConstraints: [],
    serviceRegistries: [],
    tags: fromTags(found),
  };
}

/** Members that ECS omits are empty here. */
const EMPTY = {
  ...{ availabilityZoneRebalancing: "", clusterArn: "", createdBy: "", launchType: "" },
  ...{ platformFamily: "", platformVersion: "", propagateTags: "", schedulingStrategy: "" },
  ...{ serviceName: "", status: "", taskDefinition: "" },
  ...{ desiredCount: 0, healthCheckGracePeriodSeconds: 0, pendingCount: 0, runningCount: 0 },
  enableExecuteCommand: false,
};

function scalars(found: Service) {
  return {
    ...filled(EMPTY, found),
    createdAt: time(found.createdAt),
    enableEcsManagedTags: found.enableECSManagedTags ?? false,
    iamRole: found.roleArn ?? "",
  };
}

/** The members of `empty`, with the answer's values where it has them. */
function filled<T extends object>(empty: T, answer: Partial<Record<keyof T, unknown>>): T {
  const names = Object.keys(empty) as (keyof T)[];
  return Object.fromEntries(names.map((name) => [name, answer[name] ?? empty[name]])) as T;
}

function progress({ deployments = [], events = [], taskSets = [] }: Service) {
  const empty = { id: "", pendingCount: 0, runningCount: 0, status: "", taskDefinition: "" };
  const times = ({ createdAt, updatedAt }: { createdAt?: Date; updatedAt?: Date }) => ({
    createdAt: time(createdAt),
    updatedAt: time(updatedAt),
  });
  return {
    deployments: deployments.map((one) => ({
      ...filled({ ...empty, desiredCount: 0 }, one),
      ...times(one),
    })),
    events: events.map(({ createdAt, id = "", message = "" }) => ({
      ...{ createdAt: time(createdAt), id, message },
    })),
    taskSets: taskSets.map((one) => ({
      ...filled({ ...empty, stabilityStatus: "" }, one),
      ...times(one),
      arn: one.taskSetArn ?? "",
    })),
  };
}

/** The function has all of these in one block; the resource has some at its top level. */
function configuration(found: Service): ecs.GetServiceResult["deploymentConfigurations"][number] {
  const state = deploymentState(found);
  const { alarms, deploymentCircuitBreaker: breaker, deploymentConfiguration = {} } = state;
  const { canaryConfiguration, linearConfiguration, lifecycleHooks = [] } = deploymentConfiguration;
  return {
    alarms: alarms && found.deploymentConfiguration?.alarms ? [alarms] : [],
    bakeTimeInMinutes: deploymentConfiguration.bakeTimeInMinutes ?? "",
    canaryConfigurations: canaryConfiguration
      ? [{ canaryBakeTimeInMinutes: "", canaryPercent: 0, ...canaryConfiguration }]
      : [],
    deploymentCircuitBreakers: breaker ? [breaker] : [],
    lifecycleHooks: lifecycleHooks.map(({ timeoutConfiguration, ...hook }) => ({
      hookDetails: "",
      hookTargetArn: "",
      roleArn: "",
      targetType: "AWS_LAMBDA",
      ...hook,
      timeoutConfigurations: timeoutConfiguration
        ? [{ action: "", timeoutInMinutes: "", ...timeoutConfiguration }]
        : [],
    })),
    linearConfigurations: linearConfiguration
      ? [{ stepBakeTimeInMinutes: "", stepPercent: 0, ...linearConfiguration }]
      : [],
    maximumPercent: state.deploymentMaximumPercent ?? 200,
    minimumHealthyPercent: state.deploymentMinimumHealthyPercent ?? 100,
    strategy: deploymentConfiguration.strategy ?? "",
  };
}

/** RFC 3339, in whole seconds. */
function time(at: Date | undefined): string {
  return at ? at.toISOString().replace(/\.\d+Z$/, "Z") : "";
}
