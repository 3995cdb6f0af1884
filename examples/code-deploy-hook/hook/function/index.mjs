/**
 * CodeDeploy calls this function when the test listener leads to the new tasks, and waits for its result.
 * https://docs.aws.amazon.com/codedeploy/latest/userguide/tutorial-ecs-with-hooks-create-hooks.html
 */
import { CodeDeploy } from "@aws-sdk/client-codedeploy"; // Lambda's runtime has it

const PATHS = ["/", "/health"];
const TIMEOUT_MS = 5_000;

export async function handler({ DeploymentId, LifecycleEventHookExecutionId }) {
  const problems = (await Promise.all(PATHS.map(problemOf))).filter((problem) => problem);
  for (const problem of problems) console.error(problem);
  // Without a result CodeDeploy waits for an hour, and then fails the deployment.
  await new CodeDeploy().putLifecycleEventHookExecutionStatus({
    deploymentId: DeploymentId,
    lifecycleEventHookExecutionId: LifecycleEventHookExecutionId,
    status: problems.length === 0 ? "Succeeded" : "Failed",
  });
}

/** What is wrong with the answer of the new tasks, or nothing. */
async function problemOf(path) {
  const url = `${process.env.TEST_URL}${path}`;
  try {
    const { ok, status } = await fetch(url, { signal: AbortSignal.timeout(TIMEOUT_MS) });
    return ok ? undefined : `${url} answered ${status}`;
  } catch (error) {
    return `${url}: ${error.cause?.message ?? error.message}`;
  }
}
