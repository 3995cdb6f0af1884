/** ECS clusters and their capacity providers. */
import type { Cluster } from "@aws-sdk/client-ecs";
import type * as ecs from "@pulumi/aws/ecs";
import { toCamel } from "../../kit/casing";
import { toLowerTagList } from "../../kit/tags";
import type { AwsContext } from "../context";
import { outputOnly, type Resolved, resource, stable } from "../definition";
import { client, tagging } from "./common";

/** https://www.pulumi.com/registry/packages/aws/api-docs/ecs/cluster/ */
export const cluster = resource<ecs.ClusterArgs, ecs.ClusterState>({
  type: "aws:ecs/cluster:Cluster",
  name: { property: "name" },
  properties: {
    name: { replace: true },
    settings: { computed: true, block: { members: ["name", "value"] } },
    ...outputOnly(undefined, "configuration"),
  },
  outputs: stable("arn"),
  tagging,
  async create(aws, { name: clusterName, settings }, tags) {
    const request = { clusterName, ...toCamel<object>({ settings }), tags: toLowerTagList(tags) };
    return (await client(aws).createCluster(request)).cluster?.clusterArn;
  },
  async read(aws, { id }) {
    const found = await describe(aws, id);
    if (!found) return undefined;
    const { clusterArn: arn, clusterName: name, settings, tags } = found;
    // The import id is the name.
    return { id: arn, found: { settings, tags }, properties: { arn, name } };
  },
  update: (aws, id, { settings }) =>
    client(aws).updateCluster({ cluster: id, ...toCamel<object>({ settings }) }),
  delete: (aws, { id }) => client(aws).deleteCluster({ cluster: id }),
});

/**
 * https://www.pulumi.com/registry/packages/aws/api-docs/ecs/clustercapacityproviders/. Deleting it removes the providers from the
 * cluster, which stays.
 */
export const clusterCapacityProviders = resource<
  ecs.ClusterCapacityProvidersArgs,
  ecs.ClusterCapacityProvidersState
>({
  type: "aws:ecs/clusterCapacityProviders:ClusterCapacityProviders",
  properties: {
    capacityProviders: { set: true, absent: [] },
    clusterName: { replace: true },
    defaultCapacityProviderStrategies: {
      block: {
        members: ["base", "capacityProvider", "weight"],
        defaults: { base: 0, weight: 0 },
      },
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
    const { defaultCapacityProviderStrategy: strategies = [] } = found;
    return {
      found,
      properties: {
        defaultCapacityProviderStrategies: strategies.map(
          ({ base = 0, capacityProvider = "", weight = 0 }) => ({ base, capacityProvider, weight }),
        ),
      },
    };
  },
  update: (aws, _, inputs) => put(aws, inputs),
  delete: (aws, { id }) => put(aws, { clusterName: id }),
});

async function put(aws: AwsContext, inputs: Resolved<ecs.ClusterCapacityProvidersArgs>) {
  await client(aws).putClusterCapacityProviders({
    cluster: inputs.clusterName,
    capacityProviders: inputs.capacityProviders ?? [],
    defaultCapacityProviderStrategy: inputs.defaultCapacityProviderStrategies ?? [],
  });
}

/** A deleted cluster stays visible for a while, as INACTIVE. */
export async function describe(aws: AwsContext, name: string): Promise<Cluster | undefined> {
  const { clusters: [found] = [] } = await client(aws).describeClusters({
    clusters: [name],
    include: ["SETTINGS", "TAGS"],
  });
  return found?.status === "INACTIVE" ? undefined : found;
}
