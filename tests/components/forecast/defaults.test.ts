import assert from "node:assert/strict";
import { situationOf } from "../../../components/forecast/situation";
import { resolveDeployment } from "../../../components/service/resolve";
import { json, only, runStack, stackConfig } from "../../harness";

const dev = stackConfig("Pulumi.dev.yaml");

describe("the forecast's defaults", () => {
  it("are what the service is made with", async () => {
    const bare = { ...dev, "slipway:services": [{ name: "api", port: 8000 }] };
    const { resources } = await runStack(bare);
    const group = only(resources, "aws:lb/targetGroup:TargetGroup", "api").inputs;
    const service = only(resources, "aws:ecs/service:Service").inputs;
    const task = only(resources, "aws:ecs/taskDefinition:TaskDefinition", "api");
    const [container] = json<{ stopTimeout: number }[]>(task, "containerDefinitions");
    const forecast = situationOf(resolveDeployment({}), { stopSeconds: 1000 });
    assert.deepEqual(
      {
        count: service.desiredCount,
        deregistrationDelay: group.deregistrationDelay,
        gracePeriod: service.healthCheckGracePeriodSeconds,
        healthCheck: group.healthCheck,
        stopTimeout: container?.stopTimeout,
        percents: [service.deploymentMinimumHealthyPercent, service.deploymentMaximumPercent],
      },
      {
        count: forecast.count,
        deregistrationDelay: forecast.deregistrationDelay,
        gracePeriod: forecast.healthCheckGracePeriodSeconds,
        healthCheck: forecast.healthCheck,
        stopTimeout: forecast.assumed.stopSeconds,
        percents: [100, 200],
      },
    );
  });
});
