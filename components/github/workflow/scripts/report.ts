import { expect } from "./expect";

/** Prints CodeDeploy's error. The next step prints why tasks stopped. */
export const reportCodeDeploy = `if [[ -n "$DEPLOYMENT_ID" ]]; then
  reason=$(aws deploy get-deployment --deployment-id "$DEPLOYMENT_ID" \\
    --query "deploymentInfo.[status, errorInformation.code, errorInformation.message, rollbackInfo.rollbackMessage]" --output text)
  reason=\${reason//%/%25}
  echo "::error title=CodeDeploy's deployment $DEPLOYMENT_ID::\${reason//$'\\t'/ }"
fi
`;

/**
 * Prints what people need first: ECS's events of the service, why the tasks of this release stopped, and where their logs are.
 * An annotation needs % escaped, and the console's URL needs / escaped.
 */
export const reportFailure = `${expect}expect ECS_TASK_DEFINITION '[A-Za-z0-9_-]+'
echo "ECS's events of $ECS_SERVICE, newest first:"
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
group=$(aws ecs describe-task-definition --task-definition "$ECS_TASK_DEFINITION" \\
  --query 'taskDefinition.containerDefinitions[].logConfiguration.options."awslogs-group" | [0]' --output text)
message="\${reasons:-ECS lists no stopped task of this release.}
Logs: https://$AWS_REGION.console.aws.amazon.com/cloudwatch/home?region=$AWS_REGION#logsV2:log-groups/log-group/\${group//\\//\\$252F}"
echo "$message"
message=\${message//%/%25}
echo "::error title=Why the deployment failed::\${message//$'\\n'/%0A}"
`;

/** Writes the job's summary, also for a failed release. */
export const summarize = `digest=$(aws ecr describe-images --repository-name "$ECR_REPOSITORY" --image-ids "[{\\"imageTag\\": \\"$IMAGE_TAG\\"}]" \\
  --query "imageDetails[0].imageDigest" --output text) || digest=unknown
seconds=$(( $(date +%s) - STARTED ))
cat >> "$GITHUB_STEP_SUMMARY" << SUMMARY
### $GITHUB_WORKFLOW: $RESULT

| | |
| --- | --- |
| Image | $IMAGE |
| Digest | $digest |
| Revision | \${DEPLOYED##*/} |
| URL | $SERVICE_URL |
| Duration | $((seconds / 60)) min $((seconds % 60)) s |
SUMMARY
`;
