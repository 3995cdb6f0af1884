import assert from "node:assert/strict";
import { resetMoto } from "../../../sandbox/emulator/process";
import { Emulator } from "./emulator";

describe("a reset of the emulator", function () {
  this.timeout(60_000);

  it("deletes what moto and its extensions store, and the orders of tests", async function () {
    const before = await Emulator.start(this);
    const name = "half";
    await before.codeDeploy("CreateDeploymentConfig", {
      deploymentConfigName: name,
      computePlatform: "ECS",
      trafficRoutingConfig: {
        type: "TimeBasedCanary",
        timeBasedCanary: { canaryInterval: 1, canaryPercentage: 50 },
      },
    });
    await before.image("good", "exits");
    const { rule } = await before.makeRoute("api");
    assert.notDeepEqual(await before.traffic(rule), []);
    assert.equal(await resetMoto(before.endpoint), true);

    const left = before.codeDeploy("GetDeploymentConfig", { deploymentConfigName: name });
    await assert.rejects(left, /DeploymentConfigDoesNotExistException/);
    assert.deepEqual((await before.ecs.listClusters({})).clusterArns, []);
    assert.deepEqual(await before.traffic(rule), []);

    const after = await Emulator.start(this);
    await after.create("api");
    assert.equal((await after.describe("api")).runningCount, 2);
  });
});
