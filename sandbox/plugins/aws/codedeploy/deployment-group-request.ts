/** Converts a deployment group between the program's form and the API's. */
import type {
  CreateDeploymentGroupInput,
  DeploymentGroupInfo,
  TargetGroupPairInfo,
  UpdateDeploymentGroupInput,
} from "@aws-sdk/client-codedeploy";
import type * as codedeploy from "@pulumi/aws/codedeploy";
import { changedMembers, toCamel } from "../../kit/casing";
import type { Resolved } from "../definition";

type Inputs = Resolved<codedeploy.DeploymentGroupArgs>;
type State = Resolved<codedeploy.DeploymentGroupState>;
type Pair = NonNullable<NonNullable<Inputs["loadBalancerInfo"]>["targetGroupPairInfo"]>;

export function requestOf(inputs: Inputs): CreateDeploymentGroupInput {
  const { alarmConfiguration: alarms, ecsService, loadBalancerInfo, ...rest } = inputs;
  const pair = loadBalancerInfo?.targetGroupPairInfo;
  const request = toCamel<CreateDeploymentGroupInput>(rest, {
    appName: "applicationName",
    blueGreenDeploymentConfig: "blueGreenDeploymentConfiguration",
  });
  return {
    ...request,
    alarmConfiguration: alarms && {
      ...alarms,
      alarms: (alarms.alarms ?? []).map((name) => ({ name })),
    },
    ecsServices: ecsService && [ecsService],
    loadBalancerInfo: pair && { targetGroupPairInfoList: [pair] },
  };
}

/** Sends only the changes and what the call requires. A removed block is switched off. */
export function updateOf(
  inputs: Inputs,
  nameBefore: string | undefined,
  has: (...properties: (keyof codedeploy.DeploymentGroupArgs)[]) => boolean,
): UpdateDeploymentGroupInput {
  const all = requestOf(inputs);
  const off = {
    alarmConfiguration: { alarms: [], enabled: false, ignorePollAlarmFailure: false },
    autoRollbackConfiguration: { enabled: false, events: [] },
    ecsServices: [],
    loadBalancerInfo: {},
  };
  const sent = Object.entries(all).filter(([, value]) => value !== undefined);
  const request: UpdateDeploymentGroupInput = {
    ...{ applicationName: undefined, currentDeploymentGroupName: undefined },
    ...off,
    ...Object.fromEntries(sent),
    newDeploymentGroupName: inputs.deploymentGroupName,
  };
  const changed = changedMembers(
    request,
    [
      ...(["alarmConfiguration", "autoRollbackConfiguration", "deploymentConfigName"] as const),
      ...(["blueGreenDeploymentConfig", "deploymentGroupName", "deploymentStyle"] as const),
      ...(["ecsService", "loadBalancerInfo", "outdatedInstancesStrategy"] as const),
    ],
    has,
    {
      blueGreenDeploymentConfig: "blueGreenDeploymentConfiguration",
      deploymentGroupName: "newDeploymentGroupName",
      ecsService: "ecsServices",
    },
  );
  return {
    ...changed,
    applicationName: all.applicationName,
    currentDeploymentGroupName: nameBefore,
    serviceRoleArn: all.serviceRoleArn,
  };
}

export function stateOf(found: DeploymentGroupInfo): State {
  const { deploymentStyle: style, ecsServices: [ecs] = [] } = found;
  const { clusterName = "", serviceName = "" } = ecs ?? {};
  const pair = found.loadBalancerInfo?.targetGroupPairInfoList?.[0];
  return {
    alarmConfiguration: alarmState(found),
    appName: found.applicationName,
    autoRollbackConfiguration: rollbackState(found),
    blueGreenDeploymentConfig: blueGreenState(found),
    computePlatform: found.computePlatform,
    deploymentConfigName: found.deploymentConfigName,
    deploymentGroupId: found.deploymentGroupId,
    deploymentGroupName: found.deploymentGroupName,
    deploymentStyle: style && { ...style },
    ecsService: ecs && { clusterName, serviceName },
    loadBalancerInfo: pair && { targetGroupPairInfo: fromPair(pair) },
    outdatedInstancesStrategy: found.outdatedInstancesStrategy ?? "UPDATE",
    serviceRoleArn: found.serviceRoleArn,
  };
}

/** The provider omits blocks that are switched off and empty. */
function alarmState({ alarmConfiguration: found = {} }: DeploymentGroupInfo) {
  const { enabled = false, ignorePollAlarmFailure = false } = found;
  const alarms = (found.alarms ?? []).map(({ name = "" }) => name);
  return enabled || alarms.length > 0 ? { alarms, enabled, ignorePollAlarmFailure } : undefined;
}

function rollbackState({ autoRollbackConfiguration: found = {} }: DeploymentGroupInfo) {
  const { enabled = false, events = [] } = found;
  return enabled || events.length > 0 ? { enabled, events: [...events] } : undefined;
}

function blueGreenState({ blueGreenDeploymentConfiguration: found }: DeploymentGroupInfo) {
  if (!found) return undefined;
  const {
    deploymentReadyOption: ready,
    greenFleetProvisioningOption: fleet,
    terminateBlueInstancesOnDeploymentSuccess: terminate,
  } = found;
  return {
    ...(ready && { deploymentReadyOption: { waitTimeInMinutes: 0, ...ready } }),
    ...(fleet && { greenFleetProvisioningOption: { ...fleet } }),
    ...(terminate && {
      terminateBlueInstancesOnDeploymentSuccess: { terminationWaitTimeInMinutes: 0, ...terminate },
    }),
  };
}

function fromPair(found: TargetGroupPairInfo): Pair {
  const { prodTrafficRoute: prod, targetGroups = [], testTrafficRoute: test } = found;
  return {
    prodTrafficRoute: { listenerArns: prod?.listenerArns ?? [] },
    targetGroups: targetGroups.map(({ name = "" }) => ({ name })),
    ...(test && { testTrafficRoute: { listenerArns: test.listenerArns ?? [] } }),
  };
}
