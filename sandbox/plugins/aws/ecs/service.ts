/** Services. */
import {
  CreateServiceCommand,
  DeleteServiceCommand,
  DescribeServicesCommand,
  type PropagateTags,
  type Service,
  UpdateServiceCommand,
} from "@aws-sdk/client-ecs";
import type * as ecs from "@pulumi/aws/ecs";
import { sameBlocks } from "../blocks";
import type { AwsContext } from "../context";
import { type Resolved, resource } from "../definition";
import { fromLowerTagList } from "../tags";
import { isEmpty, sameValue } from "../values";
import { client, tagged, tagging } from "./common";
import { deploymentRules, deploymentState } from "./service-deployment";
import { readable, requestOf, updateOf } from "./service-request";
import { isStable, untilService } from "./service-wait";

/**
 * https://www.pulumi.com/registry/packages/aws/api-docs/ecs/service/: cluster, launch type, name, scheduling strategy and the
 * deployment controller force a new service; the rest changes in place.
 */
export const service = resource<ecs.ServiceArgs, ecs.ServiceState>({
  type: "aws:ecs/service:Service",
  name: { property: "name", maxLength: 255 },
  properties: {
    ...deploymentRules,
    availabilityZoneRebalancing: { computed: true },
    capacityProviderStrategies: {
      members: ["base", "capacityProvider", "weight"],
      equal: sameBlocks(),
      // "Updating this argument requires forceNewDeployment = true"; to and from none it is always another service.
      replace: (old, value, inputs) =>
        inputs.forceNewDeployment !== true || isEmpty(old) !== isEmpty(value),
    },
    cluster: { computed: true, replace: true },
    desiredCount: {},
    enableEcsManagedTags: { default: false },
    enableExecuteCommand: { default: false },
    forceDelete: { local: true },
    forceNewDeployment: {},
    healthCheckGracePeriodSeconds: {},
    launchType: { computed: true, replace: true },
    loadBalancers: {
      members: ["advancedConfiguration", "containerName", "containerPort", "targetGroupArn"],
      equal: sameBlocks(),
    },
    name: { replace: true },
    networkConfiguration: {
      members: ["assignPublicIp", "securityGroups", "subnets"],
      equal: sameBlocks(),
    },
    platformVersion: { computed: true },
    propagateTags: {},
    schedulingStrategy: { default: "REPLICA", replace: true },
    taskDefinition: {},
    // "When using the triggers property you also need to set the forceNewDeployment property to True."
    triggers: {
      computed: true,
      equal: (a, b, inputs) => inputs.forceNewDeployment !== true || sameValue(a, b),
    },
    waitForSteadyState: { default: false, local: true },
  },
  outputs: { arn: "stable" },
  tagging: tagging<ecs.ServiceState>(),
  validate({ capacityProviderStrategies, launchType }) {
    const both = !isEmpty(capacityProviderStrategies) && launchType;
    return both ? "'launchType' conflicts with 'capacityProviderStrategies'" : undefined;
  },
  async create(aws, inputs, tags) {
    const { service: created } = await client(aws).send(
      new CreateServiceCommand({ ...requestOf(inputs), ...tagged(tags) }),
    );
    return created?.serviceArn ?? "";
  },
  async ready(aws, id, inputs, timeout = 20 * 60) {
    const done = inputs.waitForSteadyState ? isStable : () => true;
    await untilService(() => describe(aws, id, inputs.cluster), done, timeout);
  },
  async read(aws, { id, inputs }) {
    const found = await describe(aws, id, inputs.cluster);
    if (found?.status !== "ACTIVE") return undefined;
    return {
      // An import is by cluster and name.
      id: found.serviceArn,
      properties: stateOf(found, inputs),
      tags: fromLowerTagList(found.tags),
    };
  },
  async update(aws, id, inputs, change) {
    await client(aws).send(new UpdateServiceCommand(updateOf(id, inputs, change.has)));
  },
  async delete(aws, { id, inputs: { cluster, forceDelete: force = false, schedulingStrategy } }) {
    // "Enable to delete a service even if it wasn't scaled down to zero tasks."
    if (!force && schedulingStrategy !== "DAEMON") {
      const drain = { cluster, service: id, desiredCount: 0 };
      await client(aws).send(new UpdateServiceCommand(drain));
    }
    await client(aws).send(new DeleteServiceCommand({ cluster, service: id, force }));
    for (let found = await describe(aws, id, cluster); found && found.status !== "INACTIVE"; ) {
      await new Promise((resolve) => setTimeout(resolve, 1000));
      found = await describe(aws, id, cluster);
    }
  },
});

/** By ARN in the cluster that is known, or by `cluster/service`, as an import gives it. */
async function describe(
  aws: AwsContext,
  id: string,
  known: string | undefined,
): Promise<Service | undefined> {
  const [cluster, name] = /^arn:/.test(id) ? [known ?? id.split("/")[1], id] : id.split("/");
  if (!name) throw new Error(`'${id}' names no service: give cluster-name/service-name`);
  const { services: [found] = [] } = await client(aws).send(
    new DescribeServicesCommand({ cluster, services: [name], include: ["TAGS"] }),
  );
  return found;
}

type Inputs = Partial<Resolved<ecs.ServiceArgs>>;

function stateOf(found: Service, inputs: Inputs): Resolved<ecs.ServiceState> {
  const { propagateTags: propagated = "NONE" as PropagateTags } = found;
  return {
    ...deploymentState(found),
    ...readable(found, inputs),
    arn: found.serviceArn,
    desiredCount: found.desiredCount,
    enableEcsManagedTags: found.enableECSManagedTags ?? false,
    enableExecuteCommand: found.enableExecuteCommand ?? false,
    forceNewDeployment: inputs.forceNewDeployment,
    healthCheckGracePeriodSeconds: found.healthCheckGracePeriodSeconds ?? 0,
    launchType: found.launchType ?? "",
    name: found.serviceName,
    platformVersion: found.platformVersion ?? "",
    // AWS answers NONE for what was never set.
    propagateTags: propagated === "NONE" ? inputs.propagateTags && propagated : propagated,
    schedulingStrategy: found.schedulingStrategy,
    triggers: inputs.triggers,
  };
}
