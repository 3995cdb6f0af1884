/** CodeDeploy deployment groups for ECS services. */
import type * as codedeploy from "@pulumi/aws/codedeploy";
import { toTagList } from "../../kit/tags";
import { resource, stable } from "../definition";
import { arn, atMost, client, oneOf, tagging, tagsOf } from "./common";
import { requestOf, stateOf, updateOf } from "./deployment-group-request";

/**
 * https://www.pulumi.com/registry/packages/aws/api-docs/codedeploy/deploymentgroup/. No change forces a new
 * one. After a change of the application, the update does not find the group in the new application.
 */
export const deploymentGroup = resource<
  codedeploy.DeploymentGroupArgs,
  codedeploy.DeploymentGroupState
>({
  type: "aws:codedeploy/deploymentGroup:DeploymentGroup",
  properties: {
    alarmConfiguration: {
      block: {
        members: ["alarms", "enabled", "ignorePollAlarmFailure"],
        defaults: { ignorePollAlarmFailure: false },
      },
      validate: ({ alarms = [] }) =>
        alarms.length > 10 ? "expected at most 10 alarms" : undefined,
    },
    appName: { validate: atMost(100) },
    autoRollbackConfiguration: { block: { members: ["enabled", "events"] } },
    blueGreenDeploymentConfig: {
      computed: true,
      block: {
        members: [
          ...(["deploymentReadyOption", "greenFleetProvisioningOption"] as const),
          "terminateBlueInstancesOnDeploymentSuccess",
        ],
        computed: ["greenFleetProvisioningOption"],
      },
      validate: ({ terminateBlueInstancesOnDeploymentSuccess: terminate }) =>
        (terminate?.terminationWaitTimeInMinutes ?? 0) > 2880
          ? "expected terminationWaitTimeInMinutes to be at most 2880"
          : undefined,
    },
    deploymentConfigName: { default: "CodeDeployDefault.OneAtATime", validate: atMost(100) },
    deploymentGroupName: { validate: atMost(100) },
    // The diff is suppressed while the block is missing.
    deploymentStyle: {
      computed: true,
      block: {
        members: ["deploymentOption", "deploymentType"],
        defaults: { deploymentOption: "WITHOUT_TRAFFIC_CONTROL", deploymentType: "IN_PLACE" },
      },
    },
    ecsService: { block: { members: ["clusterName", "serviceName"] } },
    loadBalancerInfo: {
      block: {
        members: ["targetGroupPairInfo"],
        blocks: { targetGroupPairInfo: { blocks: { targetGroups: { ordered: true } } } },
      },
      validate: ({ targetGroupPairInfo: pair }) =>
        pair && pair.targetGroups.length > 2 ? "expected at most 2 targetGroups" : undefined,
    },
    outdatedInstancesStrategy: { default: "UPDATE", validate: oneOf(["IGNORE", "UPDATE"]) },
    serviceRoleArn: {},
  },
  outputs: {
    ...stable("computePlatform", "deploymentGroupId"),
    arn: { when: ["appName", "deploymentGroupName"] },
  },
  tagging,
  async create(aws, inputs, tags) {
    const request = { ...requestOf(inputs), tags: toTagList(tags) };
    return (await client(aws).createDeploymentGroup(request)).deploymentGroupId;
  },
  async read(aws, { id, inputs }) {
    const [application, group] = id.split(":");
    // The import id is the application and the name, joined by a colon.
    const { appName: applicationName = application, deploymentGroupName = group } = inputs;
    const request = { applicationName, deploymentGroupName };
    const { deploymentGroupInfo: found } = await client(aws).getDeploymentGroup(request);
    if (!found) return undefined;
    const own = await arn(aws, `deploymentgroup:${applicationName}/${deploymentGroupName}`);
    return {
      id: found.deploymentGroupId ?? id,
      properties: { ...stateOf(found), arn: own },
      tags: await tagsOf(aws, own),
    };
  },
  update: (aws, _, inputs, { old, has }) =>
    client(aws).updateDeploymentGroup(updateOf(inputs, old.inputs.deploymentGroupName, has)),
  delete: (aws, { inputs: { appName: applicationName, deploymentGroupName } }) =>
    client(aws).deleteDeploymentGroup({ applicationName, deploymentGroupName }),
});
