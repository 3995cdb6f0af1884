/** The clusters of a region. */
import type * as ecs from "@pulumi/aws/ecs";
import { invoke } from "../definition";
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
