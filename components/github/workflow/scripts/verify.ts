/** Prints the seconds since 1970 of a time, with the `date` of GNU or of BSD and macOS. */
const secondsOf = `seconds_of() {
  date -d "$1" +%s 2> /dev/null || date -j -u -f %Y-%m-%dT%H:%M:%SZ "$1" +%s
}
`;

/** Fails the step 3 minutes before GitHub would end the job, so that people can read why. */
const untilDeadline = `${secondsOf}last=$(( $(seconds_of "$DEADLINE") - 180 ))
wait_on() {
  if (( $(date +%s) >= last )); then
    echo "::error title=The deployment takes longer than this job::$1 The release pointer is unchanged. When the deployment has ended, run the workflow again with the image's tag: it does not build again."
    exit 1
  fi
  echo "$1"
  sleep 15
}
`;

const compare = `if [[ "$running" != "$DEPLOYED" ]]; then
  echo "::error title=The deployment was rolled back::$ECS_SERVICE runs $running, not $DEPLOYED: the deployment was rolled back, or did not start. The release pointer is unchanged."
  exit 1
fi
`;

/** The deploy action registers the revision before it asks for a deployment. */
const registered = `if [[ -z "$DEPLOYED" ]]; then
  echo "::error title=Nothing was deployed::The new revision was not registered: see the previous step. The release pointer is unchanged."
  exit 1
fi
`;

const completed = `if [[ "$OUTCOME" != success ]]; then
  echo "::notice title=The deployment completed::The deploy action stopped waiting before the deployment ended. The deployment has completed."
fi
echo "$ECS_SERVICE runs $running."
`;

/**
 * Checks that ECS completed the deployment of this revision, even if the deploy action's wait failed. A service is also stable
 * after a rollback, so the script compares the running revision.
 * https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_Deployment.html (rolloutState)
 */
export const verifyDeployment = `${registered}${untilDeadline}while true; do
  # An assignment of its own: here a call that fails ends the step.
  primary=$(aws ecs describe-services --cluster "$ECS_CLUSTER" --services "$ECS_SERVICE" \\
    --query "services[0].deployments[?status=='PRIMARY'] | [0].[taskDefinition, rolloutState]" --output text)
  read -r running state <<< "$primary"
  if [[ "$state" != IN_PROGRESS ]]; then
    break
  fi
  wait_on "The rollout of $running is in progress."
done
${compare}if [[ "$state" != COMPLETED ]]; then
  echo "::error title=The deployment did not complete::the rollout of $DEPLOYED is $state. The release pointer is unchanged."
  exit 1
fi
${completed}`;

/**
 * The same check for a deployment by CodeDeploy. Such a service has task sets instead of deployments.
 * https://docs.aws.amazon.com/codedeploy/latest/APIReference/API_DeploymentInfo.html (status)
 */
export const verifyCodeDeploy = `${registered}if [[ -z "$DEPLOYMENT_ID" ]]; then
  echo "::error title=Nothing was deployed::CodeDeploy created no deployment: see the previous step. The release pointer is unchanged."
  exit 1
fi
${untilDeadline}while true; do
  status=$(aws deploy get-deployment --deployment-id "$DEPLOYMENT_ID" --query deploymentInfo.status --output text)
  case "$status" in
    Created | Queued | InProgress | Baking | Ready) wait_on "CodeDeploy's deployment $DEPLOYMENT_ID is $status." ;;
    *) break ;;
  esac
done
if [[ "$status" != Succeeded ]]; then
  echo "::error title=The deployment did not complete::CodeDeploy's deployment $DEPLOYMENT_ID is $status. The release pointer is unchanged."
  exit 1
fi
running=$(aws ecs describe-services --cluster "$ECS_CLUSTER" --services "$ECS_SERVICE" \\
  --query "services[0].taskSets[?status=='PRIMARY'] | [0].taskDefinition" --output text)
${compare}${completed}`;

/** Writes the AppSpec. The deploy action adds the revision. */
export const writeAppSpec = `printf '%s' "$APPSPEC" > "$RUNNER_TEMP/appspec.json"
`;
