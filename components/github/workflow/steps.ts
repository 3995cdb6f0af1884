import { versionLabel } from "../../shared/image";
import { actions } from "./actions";
import type { Timeouts, WorkflowArgs } from "./args";
import { imageSteps } from "./build-steps";
import { deploySteps } from "./deploy-steps";
import { checkoutRef, testedCommit } from "./events";
import { expression } from "./expressions";
import { migrationSteps } from "./migration-steps";
import type { ActionStep, Step } from "./model";
import { notifySteps } from "./notify";
import { scriptCommand } from "./release-script";

/** The image by its tag. */
const image = { IMAGE: expression("steps.image.outputs.image") };
/** The image by its tag and its digest. */
const release = { RELEASE: expression("steps.release.outputs.release") };
/** The time at which GitHub ends the job. */
const deadline = { DEADLINE: expression("steps.image.outputs.deadline") };
const revision = { DEPLOYED: expression("steps.deploy.outputs.task-definition-arn") };

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
        ...(args.promote && { PROMOTED_FROM: args.promote.from }),
      },
      run: scriptCommand(stack, "find-image"),
    },
    ...imageSteps(args, image),
    {
      name: "Record that a release is running",
      id: "release",
      env: { ...image, ...deadline },
      run: scriptCommand(stack, "begin-release"),
    },
    {
      name: "Put the image into the task definition",
      id: "task-definition",
      ...rendering(service, "ECS_TASK_DEFINITION"),
    },
    ...migrationSteps(args, release),
    ...deploySteps(args, { ...revision, ...deadline }),
    {
      name: "Move the release pointer",
      env: release,
      run: scriptCommand(stack, "move-release-pointer"),
    },
    ...scheduledTaskSteps(args),
    {
      name: "Mark the image as released",
      env: release,
      run: scriptCommand(stack, "mark-released"),
    },
    {
      name: "Report why the deployment failed",
      if: "failure() && steps.deploy.outcome != 'skipped'",
      env: revision,
      run: scriptCommand(stack, "report-failure"),
    },
    {
      name: "Record that the release has ended",
      // Runs even if the release failed or was cancelled, because updates wait for it.
      if: "always() && steps.release.outcome != 'skipped'",
      env: image,
      run: scriptCommand(stack, "end-release"),
    },
    {
      name: "Write the summary",
      id: "summary",
      if: "always() && steps.release.outcome == 'success'",
      env: {
        ...release,
        ...revision,
        RESULT: expression("job.status"),
        BEGUN: expression("steps.release.outputs.begun"),
      },
      run: scriptCommand(stack, "summarize"),
    },
    ...notifySteps(args),
  ];
}

/** The newest revision of a family, with the image. */
function rendering(service: string, family: string): Pick<ActionStep, "uses" | "with"> {
  return {
    uses: actions.renderTaskDefinition.uses,
    with: {
      "task-definition-family": expression(`env.${family}`),
      "container-name": service,
      image: expression("steps.release.outputs.image"),
      // The image is named by its digest. The label shows people the tag.
      "docker-labels": `${versionLabel}=${expression("env.IMAGE_TAG")}`,
    },
  };
}

/** Schedules run the newest revision of their family, so it gets an image only after the release. */
function scheduledTaskSteps({ service, scheduledTasks }: WorkflowArgs): Step[] {
  return scheduledTasks
    ? [
        {
          name: "Put the image into the scheduled tasks",
          id: "scheduled",
          ...rendering(service, "ECS_SCHEDULED_TASK_DEFINITION"),
        },
        {
          name: "Register the revision that schedules run",
          uses: actions.deployTaskDefinition.uses,
          // Without a service, the action only registers.
          with: { "task-definition": expression("steps.scheduled.outputs.task-definition") },
        },
      ]
    : [];
}

export function checkoutSteps({ trigger, stack }: Pick<WorkflowArgs, "trigger" | "stack">): Step[] {
  const checkout = (inputs: object) => ({
    name: "Check out",
    uses: actions.checkout.uses,
    with: { ...inputs, "persist-credentials": false },
  });
  const ref = checkoutRef(trigger);
  const tested = testedCommit(trigger);
  if (tested === undefined) {
    return [checkout({ ...(ref && { ref }) })];
  }
  return [
    // The branches with their history, for the next step.
    checkout({
      ...(ref && { ref }),
      "fetch-depth": expression(`${tested} && '0' || '1'`),
    }),
    {
      name: "Check out the tested commit",
      if: tested,
      env: {
        COMMIT: expression("github.event.workflow_run.head_sha"),
        BRANCH: expression("github.event.workflow_run.head_branch"),
      },
      run: scriptCommand(stack, "check-out-tested-commit"),
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
