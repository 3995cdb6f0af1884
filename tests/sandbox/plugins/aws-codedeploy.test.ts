import assert from "node:assert/strict";
import type { DeploymentGroupInfo } from "@aws-sdk/client-codedeploy";
import { application } from "../../../sandbox/plugins/aws/codedeploy/application";
import {
  deploymentConfig,
  fromRouting,
  toRouting,
} from "../../../sandbox/plugins/aws/codedeploy/deployment-config";
import { deploymentGroup } from "../../../sandbox/plugins/aws/codedeploy/deployment-group";
import {
  requestOf,
  stateOf,
  updateOf,
} from "../../../sandbox/plugins/aws/codedeploy/deployment-group-request";
import { AwsContext } from "../../../sandbox/plugins/aws/context";
import type { AnyResource } from "../../../sandbox/plugins/aws/definition";
import { check } from "../../../sandbox/plugins/kit/check";
import { diff } from "../../../sandbox/plugins/kit/diff";
import type { Properties } from "../../../sandbox/plugins/kit/provider";
import { inputsOf } from "../../../sandbox/plugins/kit/state";
import { nowhere } from "./nowhere";

const aws = new AwsContext("eu-central-1", nowhere);

function request({ type }: AnyResource) {
  return { urn: `urn:pulumi:dev::slipway::${type}::api`, type, name: "api" };
}

function checked(definition: AnyResource, inputs: Properties) {
  const randomSeed = new Uint8Array([1]);
  return check(definition, { ...request(definition), oldInputs: {}, inputs, randomSeed }, aws);
}

/** Each changed path, with `!` if it forces a replacement. */
function paths(definition: AnyResource, oldInputs: Properties, inputs: Properties): string[] {
  const rest = { id: "x", oldOutputs: {}, ignoreChanges: [] };
  const { changes } = diff(definition, { ...request(definition), ...rest, oldInputs, inputs });
  return changes.map(({ path, replace }) => path + (replace ? "!" : ""));
}

const group = {
  appName: "app",
  deploymentGroupName: "group",
  serviceRoleArn: "role",
  deploymentConfigName: "CodeDeployDefault.ECSAllAtOnce",
  outdatedInstancesStrategy: "UPDATE",
  deploymentStyle: { deploymentOption: "WITH_TRAFFIC_CONTROL", deploymentType: "BLUE_GREEN" },
  ecsService: { clusterName: "cluster", serviceName: "service" },
  alarmConfiguration: { alarms: ["errors"], enabled: true, ignorePollAlarmFailure: false },
  autoRollbackConfiguration: { enabled: true, events: ["DEPLOYMENT_FAILURE"] },
  blueGreenDeploymentConfig: {
    deploymentReadyOption: { actionOnTimeout: "CONTINUE_DEPLOYMENT", waitTimeInMinutes: 0 },
    terminateBlueInstancesOnDeploymentSuccess: {
      action: "TERMINATE",
      terminationWaitTimeInMinutes: 60,
    },
  },
  loadBalancerInfo: {
    targetGroupPairInfo: {
      prodTrafficRoute: { listenerArns: ["listener"] },
      targetGroups: [{ name: "blue" }, { name: "green" }],
      testTrafficRoute: { listenerArns: ["test"] },
    },
  },
};

/** AWS's answer to the request. */
function kept(inputs: typeof group): DeploymentGroupInfo {
  const { deploymentConfigName, ...sent } = requestOf(inputs);
  return {
    ...sent,
    deploymentConfigName,
    computePlatform: "ECS",
    deploymentGroupId: "id",
  } as DeploymentGroupInfo;
}

describe("the AWS plugin's CodeDeploy", () => {
  it("names applications and configurations, not groups", () => {
    const ecs = { computePlatform: "ECS" };
    assert.match(String(checked(application, ecs).inputs.name), /^api-[0-9a-f]{7}$/);
    const { deploymentConfigName } = checked(deploymentConfig, ecs).inputs;
    assert.match(String(deploymentConfigName), /^api_[0-9a-f]{7}$/);
    assert.equal(
      checked(deploymentGroup, { appName: "app" }).inputs.deploymentGroupName,
      undefined,
    );
  });

  it("renames an application, and replaces it for another platform", () => {
    const before = { name: "a", computePlatform: "Server" };
    assert.deepEqual(paths(application, before, { name: "b", computePlatform: "ECS" }), [
      "name",
      "computePlatform!",
    ]);
  });

  it("replaces a configuration for any change", () => {
    const canary = (percentage: number) => ({
      trafficRoutingConfig: {
        type: "TimeBasedCanary",
        timeBasedCanary: { interval: 5, percentage },
      },
    });
    assert.deepEqual(paths(deploymentConfig, canary(10), canary(20)), [
      "trafficRoutingConfig.timeBasedCanary.percentage!",
    ]);
    const { trafficRoutingConfig: routing } = canary(10);
    assert.deepEqual(toRouting(routing), {
      type: "TimeBasedCanary",
      timeBasedCanary: { canaryInterval: 5, canaryPercentage: 10 },
    });
    assert.deepEqual(fromRouting(toRouting(routing)), routing);
    const linear = { type: "TimeBasedLinear", timeBasedLinear: { interval: 1, percentage: 10 } };
    assert.deepEqual(fromRouting(toRouting(linear)), linear);
  });

  describe("deployment group", () => {
    it("is read back as it was created", () => {
      const properties: Properties = { ...stateOf(kept(group)) };
      const read = inputsOf(deploymentGroup, aws, { properties }, group, {});
      assert.deepEqual(paths(deploymentGroup, read, { ...read, ...group }), []);
      const { computePlatform, deploymentGroupId, ...own } = stateOf(kept(group));
      assert.deepEqual([computePlatform, deploymentGroupId], ["ECS", "id"]);
      assert.deepEqual(own, group);
    });

    it("shows no change for values that AWS chose and for blocks that are switched off", () => {
      const info = kept(group);
      const fleet = { greenFleetProvisioningOption: { action: "DISCOVER_EXISTING" as const } };
      const properties: Properties = {
        ...stateOf({
          ...info,
          blueGreenDeploymentConfiguration: { ...info.blueGreenDeploymentConfiguration, ...fleet },
          alarmConfiguration: { enabled: false, alarms: [] },
          autoRollbackConfiguration: { enabled: false, events: [] },
        }),
      };
      const { alarmConfiguration: _, autoRollbackConfiguration: __, ...plain } = group;
      const read = inputsOf(deploymentGroup, aws, { properties }, plain, properties);
      assert.deepEqual(paths(deploymentGroup, read, { ...read, ...plain }), []);
    });

    it("changes in place, and sends the changes and what the call requires", () => {
      const changed = {
        ...group,
        deploymentConfigName: "CodeDeployDefault.ECSCanary10Percent5Minutes",
        loadBalancerInfo: {
          targetGroupPairInfo: {
            ...group.loadBalancerInfo.targetGroupPairInfo,
            targetGroups: [{ name: "green" }, { name: "blue" }],
          },
        },
      };
      assert.deepEqual(paths(deploymentGroup, group, { ...changed, appName: "other" }), [
        "appName",
        "deploymentConfigName",
        "loadBalancerInfo",
      ]);
      const sent = updateOf(changed, "before", (name) => name === "deploymentConfigName");
      const given = Object.entries(sent).filter(([, value]) => value !== undefined);
      assert.deepEqual(Object.fromEntries(given), {
        applicationName: "app",
        currentDeploymentGroupName: "before",
        serviceRoleArn: "role",
        deploymentConfigName: "CodeDeployDefault.ECSCanary10Percent5Minutes",
      });
    });

    it("switches off removed blocks", () => {
      const { alarmConfiguration: _, autoRollbackConfiguration: __, ...plain } = group;
      const sent = updateOf(plain, "group", () => true);
      assert.deepEqual(sent.alarmConfiguration, {
        alarms: [],
        enabled: false,
        ignorePollAlarmFailure: false,
      });
      assert.deepEqual(sent.autoRollbackConfiguration, { enabled: false, events: [] });
    });

    const wait = (terminationWaitTimeInMinutes: number) => ({
      blueGreenDeploymentConfig: {
        terminateBlueInstancesOnDeploymentSuccess: { terminationWaitTimeInMinutes },
      },
    });
    for (const [title, inputs, reason] of [
      ["a wait that is too long", wait(2881), /at most 2880/],
      ["instances", { ec2TagFilters: [] }, /does not know the property 'ec2TagFilters'/],
      ["another strategy", { outdatedInstancesStrategy: "SOMETIMES" }, /one of IGNORE, UPDATE/],
    ] as const) {
      it(`refuses ${title}`, () => {
        const failures = checked(deploymentGroup, inputs).failures ?? [];
        assert.match(failures.map((failure) => failure.reason).join(), reason);
      });
    }
  });
});
