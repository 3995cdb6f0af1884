import assert from "node:assert/strict";
import { scalingTargets } from "../../../components/fargate-service/autoscaling";
import { resolveAutoscaling } from "../../../components/service/autoscaling";
import { childrenOf, only } from "../../harness";
import { runService } from "../infrastructure";

const target = "aws:appautoscaling/target:Target";
const policy = "aws:appautoscaling/policy:Policy";
const scheduled = "aws:appautoscaling/scheduledAction:ScheduledAction";
const ecs = {
  scalableDimension: "ecs:service:DesiredCount",
  serviceNamespace: "ecs",
  resourceId: "service/dev/api",
};
const bounds = { minCapacity: 1, maxCapacity: 4 };

describe("Autoscaling", () => {
  it("is created only if it is configured", async () => {
    const { resources } = await runService();
    assert.deepEqual(
      resources.filter(({ type }) => /autoscaling/i.test(type)),
      [],
    );
  });

  it("has the given targets and the schedule", async () => {
    const { resources } = await runService({
      autoscaling: {
        ...bounds,
        cpuUtilization: 50,
        memoryUtilization: 70,
        requestCountPerTarget: 900,
        scaleOutCooldown: 30,
        scheduledActions: [
          {
            name: "morning",
            schedule: "cron(0 8 ? * MON-FRI *)",
            timezone: "Europe/Berlin",
            minCapacity: 3,
          },
          { name: "night", schedule: "rate(1 day)", minCapacity: 0, maxCapacity: 1 },
        ],
      },
    });
    const component = only(resources, "slipway:fargate-service:Autoscaling");
    assert.deepEqual(childrenOf(resources, component), [
      `${policy} api-ALBRequestCountPerTarget`,
      `${policy} api-ECSServiceAverageCPUUtilization`,
      `${policy} api-ECSServiceAverageMemoryUtilization`,
      `${scheduled} api-morning`,
      `${scheduled} api-night`,
      `${target} api`,
    ]);
    assert.deepEqual(only(resources, target).inputs, { ...ecs, ...bounds });
    const tracking = (metric: string) => only(resources, policy, `api-${metric}`).inputs;
    assert.deepEqual(tracking("ECSServiceAverageCPUUtilization"), {
      ...ecs,
      policyType: "TargetTrackingScaling",
      targetTrackingScalingPolicyConfiguration: {
        predefinedMetricSpecification: { predefinedMetricType: "ECSServiceAverageCPUUtilization" },
        targetValue: 50,
        scaleOutCooldown: 30,
        scaleInCooldown: 300,
      },
    });
    assert.deepEqual(
      tracking("ALBRequestCountPerTarget").targetTrackingScalingPolicyConfiguration,
      {
        predefinedMetricSpecification: {
          predefinedMetricType: "ALBRequestCountPerTarget",
          resourceLabel: "app/dev/1/targetgroup/api/1",
        },
        targetValue: 900,
        scaleOutCooldown: 30,
        scaleInCooldown: 300,
      },
    );
    assert.deepEqual(only(resources, scheduled, "api-morning").inputs, {
      ...ecs,
      schedule: "cron(0 8 ? * MON-FRI *)",
      timezone: "Europe/Berlin",
      scalableTargetAction: { minCapacity: 3 },
    });
    assert.deepEqual(only(resources, scheduled, "api-night").inputs, {
      ...ecs,
      schedule: "rate(1 day)",
      timezone: "UTC",
      scalableTargetAction: { minCapacity: 0, maxCapacity: 1 },
    });
  });
});

describe("scalingTargets", () => {
  const cpu = "ECSServiceAverageCPUUtilization";
  const scheduledActions = [{ name: "x", schedule: "rate(1 day)", minCapacity: 1 }];
  for (const [args, targets] of [
    [bounds, [[cpu, 60]]],
    [{ ...bounds, cpuUtilization: 40 }, [[cpu, 40]]],
    [{ ...bounds, requestCountPerTarget: 10 }, [["ALBRequestCountPerTarget", 10]]],
    [{ ...bounds, scheduledActions }, []],
  ] as const) {
    it(`of ${JSON.stringify(args)}`, async () => {
      assert.deepEqual([...scalingTargets(resolveAutoscaling(args))], targets);
    });
  }
});
