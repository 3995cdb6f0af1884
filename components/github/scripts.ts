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

export const moveReleasePointer = `aws ssm put-parameter --name "$RELEASE_POINTER" --type String --value "$IMAGE" --overwrite > /dev/null
echo "Released $IMAGE." | tee -a "$GITHUB_STEP_SUMMARY"
`;

/** What somebody needs first: what ECS says of the service, and why its newest stopped tasks stopped. */
export const reportFailure = `echo "What ECS says of $ECS_SERVICE, newest first:"
aws ecs describe-services --cluster "$ECS_CLUSTER" --services "$ECS_SERVICE" \\
  --query "services[0].events[:10].[createdAt, message]" --output text
tasks=$(aws ecs list-tasks --cluster "$ECS_CLUSTER" --service-name "$ECS_SERVICE" --desired-status STOPPED \\
  --query "taskArns[:5]" --output text)
if [[ -n "$tasks" && "$tasks" != None ]]; then
  # One argument a task.
  # shellcheck disable=SC2086
  reasons=$(aws ecs describe-tasks --cluster "$ECS_CLUSTER" --tasks $tasks \\
    --query "tasks[].[taskDefinitionArn, stoppedReason, containers[0].reason]" --output text)
  echo "::error title=Tasks stopped::\${reasons//$'\\n'/%0A}"
fi
`;
