/** The clusters of a region. */
import type * as ecs from "@pulumi/aws/ecs";
import { fromTags } from "../../kit/tags";
import { invoke } from "../definition";
import { foundOr } from "../not-found";
import { client } from "./common";

/** https://www.pulumi.com/registry/packages/aws/api-docs/ecs/getclusters/ */
export const getClusters = invoke<ecs.GetClustersArgs, ecs.GetClustersResult>({
  type: "aws:ecs/getClusters:getClusters",
  args: [],
  async run(aws) {
    const { clusterArns = [] } = await client(aws).listClusters({});
    return { region: aws.region, clusterArns };
  },
});

/** https://www.pulumi.com/registry/packages/aws/api-docs/ecs/getcluster/ */
export const getCluster = invoke<ecs.GetClusterArgs, ecs.GetClusterResult>({
  type: "aws:ecs/getCluster:getCluster",
  args: ["clusterName"],
  async run(aws, { clusterName }) {
    const found = await foundOr("ECS Cluster", clusterName, async () => {
      const { clusters: [cluster] = [] } = await client(aws).describeClusters({
        clusters: [clusterName],
        include: ["SETTINGS", "TAGS"],
      });
      return cluster;
    });
    const arn = found.clusterArn ?? "";
    return {
      ...{ id: arn, arn, clusterName, region: aws.region, tags: fromTags(found) },
      pendingTasksCount: found.pendingTasksCount ?? 0,
      registeredContainerInstancesCount: found.registeredContainerInstancesCount ?? 0,
      runningTasksCount: found.runningTasksCount ?? 0,
      serviceConnectDefaults: [],
      settings: (found.settings ?? []).map(({ name = "", value = "" }) => ({ name, value })),
      status: found.status ?? "",
    };
  },
});
