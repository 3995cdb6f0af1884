/** ECS services. */
import type { Deployment, Service } from "@aws-sdk/client-ecs";
import type * as ecs from "@pulumi/aws/ecs";
import { toLowerTagList } from "../../kit/tags";
import { isEmpty, sameValue } from "../../kit/values";
import { type Resolved, resource, stable } from "../definition";
import { client, tagging } from "./common";
import { describe, remove, serviceDeployment } from "./service-calls";
import { serviceConnectRule } from "./service-connect";
import { deploymentRules, deploymentState, isDaemon } from "./service-deployment";
import { readable, requestOf, updateOf } from "./service-request";
import { untilService } from "./service-wait";

/**
 * https://www.pulumi.com/registry/packages/aws/api-docs/ecs/service/: cluster, launch type, name and scheduling strategy force
 * a new service; the rest changes in place.
 */
export const service = resource<ecs.ServiceArgs, ecs.ServiceState>({
  type: "aws:ecs/service:Service",
  name: { property: "name" },
  properties: {
    ...deploymentRules,
    availabilityZoneRebalancing: { computed: true },
    capacityProviderStrategies: {
      block: { members: ["base", "capacityProvider", "weight"] },
      // "Updating this argument requires forceNewDeployment = true": provider 6.x refuses in the diff, even if the
      // program requests another service.
      replace: (_old, _value, inputs) => {
        if (inputs.forceNewDeployment === true) return false;
        throw new Error(
          "force_new_deployment should be true when capacity_provider_strategy is being updated",
        );
      },
    },
    cluster: { computed: true, replace: true },
    desiredCount: { suppress: (_, __, inputs) => isDaemon(inputs) },
    enableEcsManagedTags: { default: false },
    enableExecuteCommand: { default: false },
    forceDelete: { local: true },
    forceNewDeployment: {},
    healthCheckGracePeriodSeconds: { absent: 0 },
    launchType: { computed: true, replace: true, absent: "" },
    loadBalancers: {
      block: {
        members: ["advancedConfiguration", "containerName", "containerPort", "targetGroupArn"],
      },
    },
    name: { replace: true },
    networkConfiguration: {
      block: {
        members: ["assignPublicIp", "securityGroups", "subnets"],
        defaults: { assignPublicIp: false },
      },
    },
    orderedPlacementStrategies: { block: { members: ["field", "type"], ordered: true } },
    platformVersion: { computed: true, absent: "" },
    // AWS returns NONE for a value that was never set.
    propagateTags: { suppress: (old, value) => old === "NONE" && value === undefined },
    schedulingStrategy: { default: "REPLICA", replace: true },
    serviceConnectConfiguration: serviceConnectRule,
    taskDefinition: {},
    // "When using the triggers property you also need to set the forceNewDeployment property to True."
    triggers: {
      computed: true,
      equal: (a, b, inputs) => inputs.forceNewDeployment !== true || sameValue(a, b),
    },
    waitForSteadyState: { default: false, local: true },
  },
  outputs: stable("arn"),
  tagging,
  validate({ capacityProviderStrategies, deploymentController, launchType, waitForSteadyState }) {
    if (!isEmpty(capacityProviderStrategies) && launchType) {
      return "'launchType' conflicts with 'capacityProviderStrategies'";
    }
    // https://github.com/hashicorp/terraform-provider-aws/issues/29252
    return waitForSteadyState === true && deploymentController?.type === "CODE_DEPLOY"
      ? "'waitForSteadyState' would wait until it times out: a service with the deployment controller CODE_DEPLOY has no deployments to count"
      : undefined;
  },
  async create(aws, inputs, tags) {
    const request = { ...requestOf(inputs), tags: toLowerTagList(tags) };
    return (await client(aws).createService(request)).service?.serviceArn;
  },
  async ready(aws, id, { cluster, waitForSteadyState: steady = false }, { timeout, since }) {
    const calls = {
      describe: () => describe(aws, id, cluster),
      serviceDeployment: (deployment: Deployment) =>
        serviceDeployment(aws, { service: id, cluster }, deployment, since),
    };
    await untilService(calls, { steady, since, seconds: timeout });
  },
  async read(aws, { id, inputs }) {
    const found = await describe(aws, id, inputs.cluster);
    if (found?.status !== "ACTIVE") return undefined;
    // The import id is the cluster and the name.
    return { id: found.serviceArn, found, properties: stateOf(found, inputs) };
  },
  update: (aws, id, inputs, change) => client(aws).updateService(updateOf(id, inputs, change)),
  async delete(aws, { id, inputs }, timeout = 20 * 60) {
    const { cluster, forceDelete: force = false, schedulingStrategy } = inputs;
    // "Enable to delete a service even if it wasn't scaled down to zero tasks."
    if (!force && schedulingStrategy !== "DAEMON") {
      await client(aws).updateService({ cluster, service: id, desiredCount: 0 });
    }
    await remove(aws, { cluster, service: id, force }, timeout);
  },
});

type Inputs = Partial<Resolved<ecs.ServiceArgs>>;

function stateOf(found: Service, inputs: Inputs) {
  return {
    ...deploymentState(found),
    ...readable(found, inputs),
    arn: found.serviceArn,
    enableEcsManagedTags: found.enableECSManagedTags,
    forceNewDeployment: inputs.forceNewDeployment,
    name: found.serviceName,
    propagateTags: found.propagateTags ?? "NONE",
    triggers: inputs.triggers,
  };
}
