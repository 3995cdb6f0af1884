import assert from "node:assert/strict";
import { Cluster, type ClusterArgs } from "../../components/index";
import { childrenOf, only, run } from "../harness";

const runCluster = (args?: ClusterArgs) =>
  run(() => {
    const { arn, clusterName } = new Cluster("dev", args);
    return { arn, clusterName };
  });
const capacity = "aws:ecs/clusterCapacityProviders:ClusterCapacityProviders";

describe("Cluster", () => {
  it("offers Fargate and Fargate Spot, with enhanced Container Insights", async () => {
    const { resources, outputs } = await runCluster();
    assert.deepEqual(childrenOf(resources, only(resources, "slipway:cluster:Cluster")), [
      "aws:ecs/cluster:Cluster dev",
      `${capacity} dev`,
    ]);
    assert.deepEqual(only(resources, "aws:ecs/cluster:Cluster").inputs, {
      settings: [{ name: "containerInsights", value: "enhanced" }],
    });
    assert.deepEqual(only(resources, capacity).inputs, {
      clusterName: "dev",
      capacityProviders: ["FARGATE", "FARGATE_SPOT"],
      defaultCapacityProviderStrategies: [{ capacityProvider: "FARGATE", weight: 1 }],
    });
    assert.deepEqual(outputs, {
      arn: "arn:aws:ecs:eu-central-1:123456789012:cluster/dev",
      clusterName: "dev",
    });
  });

  for (const containerInsights of ["enhanced", "enabled", "disabled"] as const) {
    it(`sets Container Insights to ${containerInsights}`, async () => {
      const { resources } = await runCluster({ containerInsights });
      assert.deepEqual(only(resources, "aws:ecs/cluster:Cluster").inputs.settings, [
        { name: "containerInsights", value: containerInsights },
      ]);
    });
  }

  it("uses an existing cluster, and changes nothing of it", async () => {
    const { resources, outputs } = await runCluster({ existing: "main" });
    assert.deepEqual(childrenOf(resources, only(resources, "slipway:cluster:Cluster")), []);
    assert.deepEqual(outputs, {
      arn: "arn:aws:ecs:eu-central-1:123456789012:cluster/main",
      clusterName: "main",
    });
  });

  it("takes the arguments of its children from transforms", async () => {
    const { resources } = await runCluster({
      transform: {
        cluster: (args) => ({ ...args, name: "shared" }),
        capacityProviders: (args) => ({ ...args, capacityProviders: ["FARGATE"] }),
      },
    });
    assert.equal(only(resources, "aws:ecs/cluster:Cluster").inputs.name, "shared");
    assert.deepEqual(only(resources, capacity).inputs.capacityProviders, ["FARGATE"]);
  });
});
