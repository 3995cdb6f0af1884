/** A deployment group between the program's form and the API's. */
import type {
  CreateDeploymentGroupInput,
  DeploymentGroupInfo,
  LoadBalancerInfo,
  TargetGroupPairInfo,
  UpdateDeploymentGroupInput,
} from "@aws-sdk/client-codedeploy";
import type * as codedeploy from "@pulumi/aws/codedeploy";
import type { Resolved } from "../definition";

type Inputs = Resolved<codedeploy.DeploymentGroupArgs>;
type State = Resolved<codedeploy.DeploymentGroupState>;
type Pair = NonNullable<NonNullable<Inputs["loadBalancerInfo"]>["targetGroupPairInfo"]>;

export function requestOf(inputs: Inputs): CreateDeploymentGroupInput {
  const { alarmConfiguration: alarms, ecsService } = inputs;
  const request = {
    applicationName: inputs.appName,
    deploymentGroupName: inputs.deploymentGroupName,
    serviceRoleArn: inputs.serviceRoleArn,
    deploymentConfigName: inputs.deploymentConfigName,
    deploymentStyle: inputs.deploymentStyle,
    outdatedInstancesStrategy: inputs.outdatedInstancesStrategy,
    autoRollbackConfiguration: inputs.autoRollbackConfiguration,
    blueGreenDeploymentConfiguration: inputs.blueGreenDeploymentConfig,
    alarmConfiguration: alarms && {
      ...alarms,
      alarms: (alarms.alarms ?? []).map((name) => ({ name })),
    },
    ecsServices: ecsService && [ecsService],
    loadBalancerInfo: toLoadBalancerInfo(inputs.loadBalancerInfo),
  };
  // What the SDK has as enumerations is plain text in @pulumi/aws; AWS refuses a wrong one.
  return request as CreateDeploymentGroupInput;
}

function toLoadBalancerInfo(info: Inputs["loadBalancerInfo"]): LoadBalancerInfo | undefined {
  const pair = info?.targetGroupPairInfo;
  if (!pair) return undefined;
  const { prodTrafficRoute, targetGroups, testTrafficRoute } = pair;
  return { targetGroupPairInfoList: [{ prodTrafficRoute, targetGroups, testTrafficRoute }] };
}

/** Only what changed, beside what the call requires. A block that was taken away is switched off. */
export function updateOf(
  inputs: Inputs,
  nameBefore: string | undefined,
  has: (...properties: (keyof codedeploy.DeploymentGroupArgs)[]) => boolean,
): UpdateDeploymentGroupInput {
  const all = requestOf(inputs);
  const changed = <Value>(property: keyof codedeploy.DeploymentGroupArgs, value: Value) =>
    has(property) ? value : undefined;
  return {
    applicationName: all.applicationName,
    currentDeploymentGroupName: nameBefore,
    newDeploymentGroupName: changed("deploymentGroupName", all.deploymentGroupName),
    serviceRoleArn: all.serviceRoleArn,
    alarmConfiguration: changed(
      "alarmConfiguration",
      all.alarmConfiguration ?? { alarms: [], enabled: false, ignorePollAlarmFailure: false },
    ),
    autoRollbackConfiguration: changed(
      "autoRollbackConfiguration",
      all.autoRollbackConfiguration ?? { enabled: false, events: [] },
    ),
    blueGreenDeploymentConfiguration: changed(
      "blueGreenDeploymentConfig",
      all.blueGreenDeploymentConfiguration,
    ),
    deploymentConfigName: changed("deploymentConfigName", all.deploymentConfigName),
    deploymentStyle: changed("deploymentStyle", all.deploymentStyle),
    ecsServices: changed("ecsService", all.ecsServices ?? []),
    loadBalancerInfo: changed("loadBalancerInfo", all.loadBalancerInfo ?? {}),
    outdatedInstancesStrategy: changed("outdatedInstancesStrategy", all.outdatedInstancesStrategy),
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

/** The provider leaves out what is switched off and holds nothing. */
function alarmState({ alarmConfiguration: found }: DeploymentGroupInfo) {
  const alarms = (found?.alarms ?? []).map(({ name = "" }) => name);
  if (!found?.enabled && alarms.length === 0) return undefined;
  return {
    alarms,
    enabled: found?.enabled ?? false,
    ignorePollAlarmFailure: found?.ignorePollAlarmFailure ?? false,
  };
}

function rollbackState({ autoRollbackConfiguration: found }: DeploymentGroupInfo) {
  const events = found?.events ?? [];
  if (!found?.enabled && events.length === 0) return undefined;
  return { enabled: found?.enabled ?? false, events: [...events] };
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
