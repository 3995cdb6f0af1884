import { actions } from "./actions";
import type { Timeouts, WorkflowArgs } from "./args";
import { checkoutRef, testedCommit } from "./events";
import { expression } from "./expressions";
import type { Step } from "./model";
import { stepsAfter, stepsBefore } from "./notify";
import {
  beginRelease,
  checkTestedCommit,
  endRelease,
  findImage,
  keepImage,
  moveReleasePointer,
  reportCodeDeploy,
  reportFailure,
  summarize,
  verifyCodeDeploy,
  verifyDeployment,
  writeAppSpec,
} from "./scripts";

const image = { IMAGE: expression("steps.image.outputs.image") };
/** The time at which GitHub ends the job. */
const deadline = { DEADLINE: expression("steps.image.outputs.deadline") };
const deploymentId = { DEPLOYMENT_ID: expression("steps.deploy.outputs.codedeploy-deployment-id") };

/** All steps of a run, in order. */
export function steps(args: WorkflowArgs): Step[] {
  const { service, stack, timeouts } = args;
  return [
    ...checkoutSteps(args),
    {
      name: "Assume the deploy role",
      uses: actions.configureAwsCredentials.uses,
      with: {
        "role-to-assume": expression(`secrets.${args.roleSecret}`),
        "role-session-name": sessionName(service, stack),
        "aws-region": expression("env.AWS_REGION"),
        // The credentials must be valid for the whole job, because it also waits for a long deployment.
        ...(sessionSeconds(timeouts) > 3600 && {
          "role-duration-seconds": sessionSeconds(timeouts),
        }),
      },
    },
    { name: "Log in to ECR", id: "registry", uses: actions.amazonEcrLogin.uses },
    {
      name: "Find the image",
      id: "image",
      env: {
        REGISTRY: expression("steps.registry.outputs.registry"),
        REQUESTED_TAG: expression("inputs.image-tag"),
        TIMEOUT_MINUTES: String(timeouts.timeoutMinutes),
      },
      run: findImage,
    },
    ...buildSteps(args),
    ...stepsBefore(args),
    {
      name: "Record that a release is running",
      id: "release",
      env: { ...image, ...deadline },
      run: beginRelease,
    },
    {
      name: "Put the image into the task definition",
      id: "task-definition",
      uses: actions.renderTaskDefinition.uses,
      with: {
        "task-definition-family": expression("env.ECS_TASK_DEFINITION"),
        "container-name": service,
        image: expression("steps.image.outputs.image"),
      },
    },
    ...deploySteps(args),
    {
      name: "Move the release pointer",
      env: image,
      run: moveReleasePointer,
    },
    { name: "Mark the image as released", run: keepImage },
    {
      name: "Report why the deployment failed",
      if: "failure() && steps.task-definition.outcome == 'success'",
      env: { DEPLOYED: expression("steps.deploy.outputs.task-definition-arn") },
      run: reportFailure,
    },
    {
      name: "Record that the release has ended",
      // Runs even if the release failed or was cancelled, because updates wait for it.
      if: "always() && steps.release.outcome != 'skipped'",
      env: image,
      run: endRelease,
    },
    {
      name: "Write the summary",
      if: "always() && steps.release.outcome == 'success'",
      env: {
        ...image,
        DEPLOYED: expression("steps.deploy.outputs.task-definition-arn"),
        RESULT: expression("job.status"),
        STARTED: expression("steps.image.outputs.started"),
      },
      run: summarize,
    },
    ...stepsAfter(args),
  ];
}

function checkoutSteps({ trigger }: WorkflowArgs): Step[] {
  const ref = checkoutRef(trigger);
  const tested = testedCommit(trigger);
  const checkout = (inputs: object) => ({
    name: "Check out",
    uses: actions.checkout.uses,
    with: { ...(ref && { ref }), ...inputs, "persist-credentials": false },
  });
  if (tested === undefined) {
    return [checkout({})];
  }
  return [
    // The branches with their history, for the next step.
    checkout({ "fetch-depth": expression(`${tested} && '0' || '1'`) }),
    {
      name: "Check that the tested commit is on its branch",
      if: tested,
      env: {
        COMMIT: expression("github.event.workflow_run.head_sha"),
        BRANCH: expression("github.event.workflow_run.head_branch"),
      },
      run: checkTestedCommit,
    },
  ];
}

/** How many seconds the role's credentials must be valid. */
export function sessionSeconds({ timeoutMinutes }: Timeouts): number {
  return Math.max(3600, timeoutMinutes * 60);
}

/** The role's session name in CloudTrail, which ends with the run's id. At most 64 characters. */
function sessionName(service: string, stack: string): string {
  return `${`deploy-${service}-${stack}`.slice(0, 48)}-${expression("github.run_id")}`;
}

function deploySteps({ timeouts, codeDeploy }: WorkflowArgs): Step[] {
  const verify = {
    name: "Verify that the deployed revision runs",
    env: {
      DEPLOYED: expression("steps.deploy.outputs.task-definition-arn"),
      OUTCOME: expression("steps.deploy.outcome"),
      ...deadline,
    },
  };
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
  if (!codeDeploy) {
    return [deploy, { ...verify, run: verifyDeployment }];
  }
  return [
    { name: "Write the AppSpec", run: writeAppSpec },
    deploy,
    { ...verify, env: { ...verify.env, ...deploymentId }, run: verifyCodeDeploy },
    {
      name: "Report CodeDeploy's error",
      if: "failure() && steps.deploy.outcome != 'skipped'",
      env: deploymentId,
      run: reportCodeDeploy,
    },
  ];
}

function buildSteps({ service, stack, build, cpuArchitecture }: WorkflowArgs): Step[] {
  const missing = "steps.image.outputs.exists == 'false'";
  const context = build.context ?? ".";
  const buildArgs = Object.entries(build.args ?? {}).map(([name, value]) => `${name}=${value}`);
  const secrets = Object.entries(build.secrets ?? {}).map(
    ([id, name]) => `${id}=${expression(`secrets.${name}`)}`,
  );
  const scope = `${service}-${stack}`;
  return [
    { name: "Set up Buildx", if: missing, uses: actions.setupBuildx.uses },
    {
      name: "Build and push the image",
      if: missing,
      uses: actions.buildPush.uses,
      with: {
        context,
        file: build.dockerfile ?? (context === "." ? "Dockerfile" : `${context}/Dockerfile`),
        ...(build.target && { target: build.target }),
        ...(buildArgs.length > 0 && { "build-args": buildArgs.join("\n") }),
        ...(secrets.length > 0 && { secrets: secrets.join("\n") }),
        platforms: cpuArchitecture === "ARM64" ? "linux/arm64" : "linux/amd64",
        push: true,
        tags: expression("steps.image.outputs.image"),
        "cache-from": `type=gha,scope=${scope}`,
        "cache-to": `type=gha,scope=${scope},mode=max`,
        // One manifest per tag: the repository's lifecycle policy would count attestations as images.
        provenance: false,
      },
    },
  ];
}
