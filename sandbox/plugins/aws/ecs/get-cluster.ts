/** Reads a cluster by its name. */
import type * as ecs from "@pulumi/aws/ecs";
import { fromTags } from "../../kit/tags";
import { invoke } from "../definition";
import { describe } from "./cluster";

/**
 * https://www.pulumi.com/registry/packages/aws/api-docs/ecs/getcluster/. A deleted cluster is not found, like in `findClusterByNameOrARN` of
 * https://github.com/hashicorp/terraform-provider-aws/blob/main/internal/service/ecs/cluster.go
 */
export const getCluster = invoke<ecs.GetClusterArgs, ecs.GetClusterResult>({
  type: "aws:ecs/getCluster:getCluster",
  args: ["clusterName"],
  async run(aws, { clusterName }) {
    const found = await describe(aws, clusterName);
    const arn = found?.clusterArn;
    if (!found || !arn) throw new Error(`reading ECS Cluster (${clusterName}): empty result`);
    return {
      id: arn,
      arn,
      clusterName,
      region: aws.region,
      status: found.status ?? "",
      pendingTasksCount: found.pendingTasksCount ?? 0,
      registeredContainerInstancesCount: found.registeredContainerInstancesCount ?? 0,
      runningTasksCount: found.runningTasksCount ?? 0,
      serviceConnectDefaults: [],
      settings: (found.settings ?? []).map(({ name = "", value = "" }) => ({ name, value })),
      tags: fromTags(found),
    };
  },
});
