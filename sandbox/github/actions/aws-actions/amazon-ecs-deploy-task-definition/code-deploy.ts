/** The part of the action for services that CodeDeploy deploys. */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import {
  CodeDeploy,
  type DeploymentGroupInfo,
  waitUntilDeploymentSuccessful,
} from "@aws-sdk/client-codedeploy";
import { environment, type Inputs, setOutput, toGate } from "../../action";
import { withTaskDefinition } from "./app-spec";
import { MAX_WAIT_MINUTES, waiterOptions } from "./wait";

export async function deployWithCodeDeploy(
  inputs: Inputs,
  target: { readonly cluster: string; readonly service: string; readonly taskDefinition: string },
): Promise<void> {
  const codedeploy = new CodeDeploy(toGate());
  const name = `ECS-${target.cluster}-${target.service}`;
  const group = {
    applicationName: inputs.get("codedeploy-application") || `App${name}`,
    deploymentGroupName: inputs.get("codedeploy-deployment-group") || `Dgp${name}`,
  };
  const { deploymentGroupInfo } = await codedeploy.getDeploymentGroup(group);
  const path = inputs.get("codedeploy-appspec") || "appspec.yaml";
  const appSpec = readFileSync(resolve(environment("GITHUB_WORKSPACE"), path), "utf8");
  const { deploymentId = "" } = await codedeploy.createDeployment({
    ...group,
    ...revision(withTaskDefinition(appSpec, target.taskDefinition)),
    ...options(inputs),
  });
  setOutput("codedeploy-deployment-id", deploymentId);
  console.log(`CodeDeploy deployment ${deploymentId} of ${target.taskDefinition} started`);
  if (!inputs.flag("wait-for-service-stability")) return;
  const minutes = waitMinutes(inputs, deploymentGroupInfo);
  // The error contains the whole answer of GetDeployment, with the reason in `errorInformation`.
  const waiter = { client: codedeploy, ...waiterOptions(inputs, minutes, 120) };
  await waitUntilDeploymentSuccessful(waiter, { deploymentId });
}

function revision(content: string) {
  const sha256 = createHash("sha256").update(content).digest("hex");
  return {
    revision: { revisionType: "AppSpecContent", appSpecContent: { content, sha256 } },
  } as const;
}

function options(inputs: Inputs) {
  const description = inputs.get("codedeploy-deployment-description");
  const deploymentConfigName = inputs.get("codedeploy-deployment-config");
  return {
    // CodeDeploy's maximum.
    ...(description && {
      description: description.length <= 512 ? description : `${description.slice(0, 511)}…`,
    }),
    ...(deploymentConfigName && { deploymentConfigName }),
  };
}

/** If a group has no ready wait, this is NaN and the wait has no end, as in the action. */
function waitMinutes(inputs: Inputs, group: DeploymentGroupInfo | undefined): number {
  const { deploymentReadyOption: ready, terminateBlueInstancesOnDeploymentSuccess: terminate } =
    group?.blueGreenDeploymentConfiguration ?? {};
  const own = Math.min(Number.parseInt(inputs.get("wait-for-minutes"), 10) || 30, MAX_WAIT_MINUTES);
  const waits = [ready?.waitTimeInMinutes, terminate?.terminationWaitTimeInMinutes];
  return Math.min(
    waits.reduce<number>((sum, wait) => sum + (wait ?? Number.NaN), own),
    MAX_WAIT_MINUTES,
  );
}
