import assert from "node:assert/strict";
import { planDeployment } from "../../../components/deployment/plan";
import type { Strategy } from "../../../components/index";
import { resolveStrategy } from "../../../components/service/strategy/resolve";

const arn = "arn:aws:lambda:eu-central-1:123456789012:function:check";

const ecs = {
  service: {
    deploymentController: { type: "ECS" },
    availabilityZoneRebalancing: "ENABLED",
    deploymentMinimumHealthyPercent: 100,
    deploymentMaximumPercent: 200,
    deploymentCircuitBreaker: { enable: true, rollback: true },
    waitForSteadyState: true,
  },
  hooks: [],
  alarms: [],
  ignoreChanges: [],
  replaceOnChanges: ["deploymentController"],
};

const codeDeploy = {
  service: { deploymentController: { type: "CODE_DEPLOY" }, waitForSteadyState: false },
  deploymentConfiguration: { strategy: "ROLLING" },
  shiftedBy: "code-deploy",
  hooks: [],
  alarms: [],
  ignoreChanges: ["capacityProviderStrategies", "loadBalancers[0].containerPort", "taskDefinition"],
  replaceOnChanges: ["deploymentController", "enableExecuteCommand", "networkConfiguration"],
};

describe("planDeployment", () => {
  const table: [Strategy, object][] = [
    [
      { type: "rolling" },
      {
        ...ecs,
        deploymentConfiguration: { strategy: "ROLLING", bakeTimeInMinutes: "0" },
        shiftedBy: "nobody",
      },
    ],
    [
      {
        type: "rolling",
        minimumHealthyPercent: 0,
        maximumPercent: 100,
        circuitBreaker: { enable: false, rollback: false },
        alarms: ["a", "b"],
      },
      {
        ...ecs,
        service: {
          ...ecs.service,
          deploymentMinimumHealthyPercent: 0,
          deploymentMaximumPercent: 100,
          availabilityZoneRebalancing: "DISABLED",
          deploymentCircuitBreaker: { enable: false, rollback: false },
        },
        alarms: ["a", "b"],
        deploymentConfiguration: { strategy: "ROLLING", bakeTimeInMinutes: "0" },
        shiftedBy: "nobody",
      },
    ],
    [
      { type: "blue-green" },
      {
        ...ecs,
        deploymentConfiguration: { strategy: "BLUE_GREEN", bakeTimeInMinutes: "5" },
        shiftedBy: "ecs",
      },
    ],
    [
      {
        type: "blue-green",
        bakeTimeInMinutes: 0,
        testListener: {},
        hooks: {
          POST_TEST_TRAFFIC_SHIFT: arn,
          POST_PRODUCTION_TRAFFIC_SHIFT: { type: "pause", action: "CONTINUE" },
        },
      },
      {
        ...ecs,
        deploymentConfiguration: { strategy: "BLUE_GREEN", bakeTimeInMinutes: "0" },
        shiftedBy: "ecs",
        testPort: 8080,
        hooks: [
          { stage: "POST_TEST_TRAFFIC_SHIFT", functionArn: arn },
          {
            stage: "POST_PRODUCTION_TRAFFIC_SHIFT",
            pause: { type: "pause", timeoutInMinutes: 60, action: "CONTINUE" },
          },
        ],
      },
    ],
    [
      { type: "canary" },
      {
        ...ecs,
        deploymentConfiguration: {
          strategy: "CANARY",
          bakeTimeInMinutes: "5",
          canaryConfiguration: { canaryPercent: 5, canaryBakeTimeInMinutes: "10" },
        },
        shiftedBy: "ecs",
      },
    ],
    [
      { type: "linear", stepPercent: 25, stepBakeTimeInMinutes: 1, testListener: { port: 9000 } },
      {
        ...ecs,
        deploymentConfiguration: {
          strategy: "LINEAR",
          bakeTimeInMinutes: "5",
          linearConfiguration: { stepPercent: 25, stepBakeTimeInMinutes: "1" },
        },
        shiftedBy: "ecs",
        testPort: 9000,
      },
    ],
    [
      { type: "code-deploy" },
      {
        ...codeDeploy,
        codeDeploy: {
          deploymentConfigName: "CodeDeployDefault.ECSAllAtOnce",
          deploymentReadyOption: { actionOnTimeout: "CONTINUE_DEPLOYMENT", waitTimeInMinutes: 0 },
          terminationWaitTimeInMinutes: 60,
          autoRollback: true,
          hooks: {},
        },
      },
    ],
    [
      {
        type: "code-deploy",
        deploymentConfig: { type: "TimeBasedCanary", percentage: 20, interval: 5 },
        terminationWaitTimeInMinutes: 0,
        approvalWaitTimeInMinutes: 30,
        testListener: {},
        hooks: { AfterAllowTestTraffic: arn },
        alarms: ["errors"],
        autoRollback: false,
      },
      {
        ...codeDeploy,
        testPort: 8080,
        alarms: ["errors"],
        codeDeploy: {
          trafficRoutingConfig: {
            type: "TimeBasedCanary",
            timeBasedCanary: { percentage: 20, interval: 5 },
          },
          deploymentReadyOption: { actionOnTimeout: "STOP_DEPLOYMENT", waitTimeInMinutes: 30 },
          terminationWaitTimeInMinutes: 0,
          autoRollback: false,
          hooks: { AfterAllowTestTraffic: arn },
        },
      },
    ],
  ];
  for (const [strategy, plan] of table) {
    it(`of ${JSON.stringify(strategy)}`, async () => {
      assert.deepEqual(planDeployment(resolveStrategy(strategy)), plan);
    });
  }
});
