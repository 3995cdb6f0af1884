/** Clusters and their capacity. */
import type { Cluster, ClusterSetting } from "@aws-sdk/client-ecs";
import type * as ecs from "@pulumi/aws/ecs";
import { sameBlocks } from "../blocks";
import type { AwsContext } from "../context";
import { type Resolved, resource } from "../definition";
import { fromLowerTagList } from "../tags";
import { client, tagged, tagging } from "./common";

/** https://www.pulumi.com/registry/packages/aws/api-docs/ecs/cluster/ */
export const cluster = resource<ecs.ClusterArgs, ecs.ClusterState>({
  type: "aws:ecs/cluster:Cluster",
  name: { property: "name", maxLength: 255 },
  properties: {
    configuration: { outputOnly: true, computed: true },
    name: { replace: true },
    settings: { computed: true, set: true, members: ["name", "value"] },
  },
  outputs: { arn: "stable" },
  tagging: tagging<ecs.ClusterState>(),
  async create(aws, { name, settings }, tags) {
    const { cluster: created } = await client(aws).createCluster({
      clusterName: name,
      settings: settings as ClusterSetting[] | undefined,
      ...tagged(tags),
    });
    return created?.clusterArn ?? "";
  },
  async read(aws, { id }) {
    const found = await describe(aws, id);
    if (!found) return undefined;
    return {
      // An import is by name.
      id: found.clusterArn,
      properties: {
        arn: found.clusterArn,
        name: found.clusterName,
        settings: found.settings?.map(({ name = "containerInsights", value = "" }) => ({
          name,
          value,
        })),
      },
      tags: fromLowerTagList(found.tags),
    };
  },
  async update(aws, id, { settings }) {
    await client(aws).updateCluster({
      cluster: id,
      settings: settings as ClusterSetting[] | undefined,
    });
  },
  async delete(aws, { id }) {
    await client(aws).deleteCluster({ cluster: id });
  },
});

/**
 * https://www.pulumi.com/registry/packages/aws/api-docs/ecs/clustercapacityproviders/. Deleting it takes the providers from the
 * cluster, which stays.
 */
export const clusterCapacityProviders = resource<
  ecs.ClusterCapacityProvidersArgs,
  ecs.ClusterCapacityProvidersState
>({
  type: "aws:ecs/clusterCapacityProviders:ClusterCapacityProviders",
  properties: {
    capacityProviders: { set: true },
    clusterName: { replace: true },
    defaultCapacityProviderStrategies: {
      members: ["base", "capacityProvider", "weight"],
      equal: sameBlocks(),
    },
  },
  outputs: {},
  async create(aws, inputs) {
    await put(aws, inputs);
    return inputs.clusterName;
  },
  async read(aws, { id }) {
    const found = await describe(aws, id);
    if (!found) return undefined;
    return {
      properties: {
        capacityProviders: found.capacityProviders ?? [],
        clusterName: found.clusterName,
        defaultCapacityProviderStrategies: (found.defaultCapacityProviderStrategy ?? []).map(
          ({ base = 0, capacityProvider = "", weight = 0 }) => ({ base, capacityProvider, weight }),
        ),
      },
    };
  },
  async update(aws, _, inputs) {
    await put(aws, inputs);
  },
  async delete(aws, { id }) {
    await put(aws, { clusterName: id });
  },
});

async function put(aws: AwsContext, inputs: Resolved<ecs.ClusterCapacityProvidersArgs>) {
  await client(aws).putClusterCapacityProviders({
    cluster: inputs.clusterName,
    capacityProviders: inputs.capacityProviders ?? [],
    defaultCapacityProviderStrategy: inputs.defaultCapacityProviderStrategies ?? [],
  });
}

/** A deleted cluster stays visible for a while, as INACTIVE. */
async function describe(aws: AwsContext, name: string): Promise<Cluster | undefined> {
  const { clusters: [found] = [] } = await client(aws).describeClusters({
    clusters: [name],
    include: ["SETTINGS", "TAGS"],
  });
  return found?.status === "INACTIVE" ? undefined : found;
}
