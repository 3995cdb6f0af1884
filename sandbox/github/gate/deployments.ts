/** Completes a CodeDeploy call with the values that its authorization needs and the call does not have. */
import { CodeDeploy } from "@aws-sdk/client-codedeploy";
import { administrator } from "./account";
import { type AwsCall, optional } from "./calls";

/**
 * Adds the application and the group of the deployment that the call names, or the configuration of its
 * deployment group. Nothing is added for an object that does not exist: the emulator then answers with an error.
 */
export async function withDeployment(call: AwsCall, endpoint: string): Promise<AwsCall> {
  const deploymentId = optional(call, "deploymentId");
  const creates = call.operation === "CreateDeployment" && !optional(call, "deploymentConfigName");
  if (!(deploymentId || creates)) return call;
  const client = new CodeDeploy(await administrator(endpoint, call.account, call.region));
  const found = await (deploymentId
    ? ofDeployment(client, deploymentId)
    : ofGroup(client, call)
  ).catch((error: Error) => {
    if (/DoesNotExist/.test(error.name)) return {};
    throw error;
  });
  return { ...call, input: { ...call.input, ...found } };
}

async function ofDeployment(client: CodeDeploy, deploymentId: string) {
  const { deploymentInfo } = await client.getDeployment({ deploymentId });
  const { applicationName, deploymentGroupName } = deploymentInfo ?? {};
  return { applicationName, deploymentGroupName };
}

async function ofGroup(client: CodeDeploy, call: AwsCall) {
  const { deploymentGroupInfo } = await client.getDeploymentGroup({
    applicationName: optional(call, "applicationName"),
    deploymentGroupName: optional(call, "deploymentGroupName"),
  });
  return { deploymentConfigName: deploymentGroupInfo?.deploymentConfigName };
}
