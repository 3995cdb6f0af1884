/**
 * The workflow's own steps: bash and the AWS CLI that GitHub's runners hold. They read nothing but environment
 * variables, so that no expression is ever pasted into a script.
 */

/** Outputs `image` and `exists`. A tag that was asked for must exist; a commit's is built if it does not. */
export const findImage = `image="$REGISTRY/$ECR_REPOSITORY:$IMAGE_TAG"
echo "image=$image" >> "$GITHUB_OUTPUT"
if answer=$(aws ecr describe-images --repository-name "$ECR_REPOSITORY" --image-ids "imageTag=$IMAGE_TAG" 2>&1); then
  echo "exists=true" >> "$GITHUB_OUTPUT"
  echo "$image is in the registry: it is deployed as it is."
elif [[ "$answer" != *ImageNotFoundException* ]]; then
  echo "::error title=The registry did not answer::\${answer//$'\\n'/ }"
  exit 1
elif [[ -n "$REQUESTED_TAG" ]]; then
  echo "::error title=No such image::$ECR_REPOSITORY holds no image with the tag $REQUESTED_TAG. Run the workflow without a tag to build the commit, or choose one that aws ecr describe-images lists."
  exit 1
else
  echo "exists=false" >> "$GITHUB_OUTPUT"
fi
`;

/** A deployment that rolled back looks stable: only the running revision tells. */
export const verifyDeployment = `for attempt in {1..30}; do
  # An assignment of its own: here a call that fails ends the step.
  primary=$(aws ecs describe-services --cluster "$ECS_CLUSTER" --services "$ECS_SERVICE" \\
    --query "services[0].deployments[?status=='PRIMARY'] | [0].[taskDefinition, rolloutState]" --output text)
  read -r running state <<< "$primary"
  if [[ "$state" != IN_PROGRESS ]]; then
    break
  fi
  echo "The rollout is still in progress ($attempt of 30)."
  sleep 10
done
if [[ "$running" != "$DEPLOYED" ]]; then
  echo "::error title=The deployment was rolled back::$ECS_SERVICE runs $running, not $DEPLOYED. The release pointer stays where it was."
  exit 1
fi
if [[ "$state" != COMPLETED ]]; then
  echo "::error title=The deployment did not complete::the rollout of $DEPLOYED is $state. The release pointer stays where it was."
  exit 1
fi
echo "$ECS_SERVICE runs $running."
`;

/** Under CodeDeploy a service has task sets in place of deployments. */
export const verifyCodeDeploy = `running=$(aws ecs describe-services --cluster "$ECS_CLUSTER" --services "$ECS_SERVICE" \\
  --query "services[0].taskSets[?status=='PRIMARY'] | [0].taskDefinition" --output text)
if [[ "$running" != "$DEPLOYED" ]]; then
  echo "::error title=The deployment was rolled back::$ECS_SERVICE runs $running, not $DEPLOYED. The release pointer stays where it was."
  exit 1
fi
echo "$ECS_SERVICE runs $running."
`;

/** The deploy action puts the revision in. */
export const writeAppSpec = `printf '%s' "$APPSPEC" > "$RUNNER_TEMP/appspec.json"
`;

/** CodeDeploy's own words; the tasks' reasons follow. */
export const reportCodeDeploy = `if [[ -n "$DEPLOYMENT_ID" ]]; then
  reason=$(aws deploy get-deployment --deployment-id "$DEPLOYMENT_ID" \\
    --query "deploymentInfo.[status, errorInformation.code, errorInformation.message, rollbackInfo.rollbackMessage]" --output text)
  reason=\${reason//%/%25}
  echo "::error title=CodeDeploy's deployment $DEPLOYMENT_ID::\${reason//$'\\t'/ }"
fi
`;

export const moveReleasePointer = `aws ssm put-parameter --name "$RELEASE_POINTER" --type String --value "$IMAGE" --overwrite > /dev/null
echo "Released $IMAGE." | tee -a "$GITHUB_STEP_SUMMARY"
`;

/** The pointer's image; the record's where the pointer is lost. get-parameters does not fail on a missing one. */
const findReleased = `released=unreleased
for name in "$RELEASE_POINTER" "$RELEASE_RECORD"; do
  value=$(aws ssm get-parameters --names "$name" --query "Parameters[0].Value" --output text)
  if [[ "$value" != None && "$value" != unreleased* ]]; then
    released=\${value%% *}
    break
  fi
done
`;

/** From here on an update of the stack waits: it must not read the newest revision and the pointer while both move. */
export const beginRelease = `${findReleased}deadline=$(date -u -d "+$TIMEOUT_MINUTES minutes" +%Y-%m-%dT%H:%M:%SZ)
run="$GITHUB_SERVER_URL/$GITHUB_REPOSITORY/actions/runs/$GITHUB_RUN_ID"
aws ssm put-parameter --name "$RELEASE_RECORD" --type String --value "$released $deadline $run" --overwrite > /dev/null
echo "Released until now: $released. Updates of the stack wait for this run until $deadline at the latest."
`;

export const endRelease = `${findReleased}aws ssm put-parameter --name "$RELEASE_RECORD" --type String --value "$released" --overwrite > /dev/null
echo "Released: $released."
`;

/**
 * What somebody needs first: what ECS says of the service, why the tasks of this release stopped, and where their logs
 * are. In an annotation %, and in the console's address a slash, have to be escaped.
 */
export const reportFailure = `echo "What ECS says of $ECS_SERVICE, newest first:"
aws ecs describe-services --cluster "$ECS_CLUSTER" --services "$ECS_SERVICE" \\
  --query "services[0].events[:10].[createdAt, message]" --output text
reasons=
tasks=$(aws ecs list-tasks --cluster "$ECS_CLUSTER" --service-name "$ECS_SERVICE" --desired-status STOPPED \\
  --query "taskArns[:100]" --output text)
if [[ -n "$DEPLOYED" && -n "$tasks" && "$tasks" != None ]]; then
  # One argument a task.
  # shellcheck disable=SC2086
  reasons=$(aws ecs describe-tasks --cluster "$ECS_CLUSTER" --tasks $tasks --output text --query "(tasks[?taskDefinitionArn=='$DEPLOYED'])[:5].[
    join('; ', [stoppedReason || 'no reason', containers[].join(' ', [name, exitCode && join(' ', ['exit code', to_string(exitCode)]), reason][?@])][])
  ]")
fi
group=$(aws ecs describe-task-definition --task-definition "$TASK_DEFINITION" \\
  --query 'taskDefinition.containerDefinitions[].logConfiguration.options."awslogs-group" | [0]' --output text)
message="\${reasons:-ECS names no stopped task of this release.}
Logs: https://$AWS_REGION.console.aws.amazon.com/cloudwatch/home?region=$AWS_REGION#logsV2:log-groups/log-group/\${group//\\//\\$252F}"
echo "$message"
message=\${message//%/%25}
echo "::error title=Why the deployment failed::\${message//$'\\n'/%0A}"
`;
