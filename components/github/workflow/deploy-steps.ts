import { actions } from "./actions";
import type { WorkflowArgs } from "./args";
import { expression } from "./expressions";
import type { Step } from "./model";
import { scriptCommand } from "./release-script";

const deploymentId = { DEPLOYMENT_ID: expression("steps.deploy.outputs.codedeploy-deployment-id") };

/** The steps that deploy the revision, and that wait until it runs. */
export function deploySteps(
  { stack, timeouts, codeDeploy }: WorkflowArgs,
  env: Readonly<Record<string, string>>,
): Step[] {
  const deploy: Step = {
    name: "Deploy",
    id: "deploy",
    uses: actions.deployTaskDefinition.uses,
    // The next step decides: if the wait ends too early, the deployment has not failed.
    "continue-on-error": true,
    with: {
      "task-definition": expression("steps.task-definition.outputs.task-definition"),
      cluster: expression("env.ECS_CLUSTER"),
      service: expression("env.ECS_SERVICE"),
      "wait-for-service-stability": true,
      "wait-for-minutes": timeouts.waitForMinutes,
      // Without this, the action polls less and less often, in the end every ten minutes.
      "wait-max-delay-seconds": 15,
      ...(codeDeploy && {
        "codedeploy-appspec": `${expression("runner.temp")}/appspec.json`,
        "codedeploy-application": expression("env.CODEDEPLOY_APPLICATION"),
        "codedeploy-deployment-group": codeDeploy.deploymentGroupName,
      }),
    },
  };
  const verify = (command: string, ids = {}): Step => ({
    name: "Verify that the deployed revision runs",
    env: { ...env, OUTCOME: expression("steps.deploy.outcome"), ...ids },
    run: scriptCommand(stack, command),
  });
  if (!codeDeploy) {
    return [deploy, verify("verify-deployment")];
  }
  return [
    { name: "Write the AppSpec", run: scriptCommand(stack, "write-appspec") },
    deploy,
    verify("verify-codedeploy", deploymentId),
    {
      name: "Report CodeDeploy's error",
      if: "failure() && steps.deploy.outcome != 'skipped'",
      env: deploymentId,
      run: scriptCommand(stack, "report-codedeploy"),
    },
  ];
}
