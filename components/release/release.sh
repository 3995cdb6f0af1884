# The steps of a release that no action takes. Each step of the workflow runs one command of this script:
#   bash release.sh find-image
# All values come from environment variables. Another script can source this one, and replace the functions that speak to GitHub.
#
# The AWS CLI reads a file if a value starts with file:// or fileb://, requests a URL if it starts with http
# (awscli/paramfile.py), and reads files in shorthand syntax, too (key@=file://..., awscli/shorthand.py). So values are checked
# before they are passed, and structures are passed as JSON.
set -euo pipefail

# Fails unless the whole value of a variable matches a pattern.
expect() {
  local name=$1 pattern=$2
  if [[ ! "${!name}" =~ ^$pattern$ ]]; then
    fail "Wrong $name" "$name is $(printf %q "${!name}"), which does not match $pattern. Correct the field image-tag, or run pulumi up, which writes the workflow file."
  fi
}

# An annotation of the run: a title, and a message of one or several lines.
annotate() {
  local message=${3//%/%25}
  message=${message//$'\r'/}
  echo "::$1 title=$2::${message//$'\n'/%0A}"
}

fail() {
  annotate error "$1" "$2"
  exit 1
}

# Gives a value to later steps.
output() {
  echo "$1=$2" >> "$GITHUB_OUTPUT"
}

# The address of this run.
run_address() {
  echo "$GITHUB_SERVER_URL/$GITHUB_REPOSITORY/actions/runs/$GITHUB_RUN_ID"
}

# `date` of GNU, or of BSD and macOS.
time_of_seconds() {
  date -u -d "@$1" +%Y-%m-%dT%H:%M:%SZ 2> /dev/null || date -u -r "$1" +%Y-%m-%dT%H:%M:%SZ
}

seconds_of_time() {
  date -d "$1" +%s 2> /dev/null || date -j -u -f %Y-%m-%dT%H:%M:%SZ "$1" +%s
}

# For a run that another workflow starts: checks out the commit that it tested. This script keeps the version of the workflow file.
check_out_tested_commit() {
  if ! git merge-base --is-ancestor "$COMMIT" "refs/remotes/origin/$BRANCH"; then
    fail "Not a commit of the branch" "The commit $COMMIT is not on the branch $BRANCH, so it is not deployed. Probably a tag has the branch's name."
  fi
  git checkout --quiet --detach "$COMMIT"
  git checkout --quiet "$GITHUB_SHA" -- .github/slipway
}

# Outputs `image`, `exists`, and `deadline`, the time at which GitHub ends this job. A requested tag must exist. The image of a commit
# is built if it does not exist.
# The format of a tag: https://github.com/opencontainers/distribution-spec/blob/main/spec.md#pulling-manifests
find_image() {
  local reference answer
  expect IMAGE_TAG '[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}'
  expect ECR_REPOSITORY '[a-z0-9][a-z0-9._/-]*'
  expect REGISTRY '[A-Za-z0-9.:-]+'
  expect ECS_CLUSTER '[A-Za-z0-9_-]+'
  expect ECS_SERVICE '[A-Za-z0-9_-]+'
  expect RELEASE_POINTER '/[A-Za-z0-9_./-]+'
  expect RELEASE_RECORD '/[A-Za-z0-9_./-]+'
  reference="$REGISTRY/$ECR_REPOSITORY:$IMAGE_TAG"
  output image "$reference"
  output deadline "$(time_of_seconds $(($(date +%s) + TIMEOUT_MINUTES * 60)))"
  if answer=$(aws ecr describe-images --repository-name "$ECR_REPOSITORY" --image-ids "[{\"imageTag\": \"$IMAGE_TAG\"}]" 2>&1); then
    output exists "true"
    echo "$reference is in the registry: deploying it without a build."
  elif [[ "$answer" != *ImageNotFoundException* ]]; then
    fail "The registry did not answer" "$answer"
  elif [[ -n "$REQUESTED_TAG" && -z "${PROMOTED_FROM:-}" ]]; then
    fail "No such image" "$ECR_REPOSITORY has no image with the tag $REQUESTED_TAG. Run the workflow without a tag to build the commit, or choose one that aws ecr describe-images lists."
  else
    output exists "false"
  fi
}

# Copies the image that another stack has released: the requested tag, or this commit's image. The copy has the same digest:
# https://docs.docker.com/reference/cli/docker/buildx/imagetools/create/ (--prefer-index)
copy_image() {
  local host=${SOURCE%%/*} account region tag answer digest found=''
  if [[ ! "$host" =~ ^([0-9]{12})\.dkr\.ecr\.([a-z0-9-]+)\. ]]; then
    fail "Not a registry of ECR" "$SOURCE is not an image repository of Amazon ECR. Run pulumi up, which writes the workflow file."
  fi
  account=${BASH_REMATCH[1]} region=${BASH_REMATCH[2]}
  # Where a tag starts the other stack's releases, too, the image has the tag's name.
  for tag in "${REQUESTED_TAG:-$COMMIT}" "$IMAGE_TAG"; do
    if answer=$(aws ecr describe-images --registry-id "$account" --region "$region" --repository-name "${SOURCE#*/}" \
      --image-ids "[{\"imageTag\": \"$tag\"}]" --query "imageDetails[0].[imageDigest, join(' ', imageTags)]" --output text 2>&1); then
      found=$tag
      break
    elif [[ "$answer" != *ImageNotFoundException* ]]; then
      fail "The registry of $SOURCE_STACK did not answer" "$answer"
    fi
  done
  if [[ -z "$found" ]]; then
    fail "$SOURCE_STACK has no such image" "$SOURCE has no image of ${REQUESTED_TAG:-the commit $COMMIT}. Release it to $SOURCE_STACK first, then run this workflow again."
  fi
  digest=${answer%%$'\t'*}
  if [[ "$answer" != *"released-${digest#sha256:}"* ]]; then
    fail "$SOURCE_STACK has not verified the image" "$SOURCE:$found was built, but no release of it to $SOURCE_STACK has succeeded. Release it there first, then run this workflow again."
  fi
  docker buildx imagetools create --prefer-index=false --tag "$IMAGE" "$SOURCE@$digest"
  echo "Copied $SOURCE:$found ($digest), which $SOURCE_STACK has verified."
}

# Writes a parameter. The value is passed as JSON: with --value, the AWS CLI would read a file or a URL if the value starts with
# file:// or https://. The value was checked before, so it needs no escaping.
put_parameter() {
  aws ssm put-parameter --cli-input-json "{\"Name\": \"$1\", \"Type\": \"String\", \"Value\": \"$2\", \"Overwrite\": true}" > /dev/null
}

# Sets `released` to the pointer's image, or to the record's image if the pointer was lost. get-parameters does not fail for a
# missing parameter. An image of another repository is ignored: pulumi up refuses it, and this release overwrites it.
find_released() {
  local repository=${IMAGE%:*} name value found
  released=unreleased
  for name in "$RELEASE_POINTER" "$RELEASE_RECORD"; do
    value=$(aws ssm get-parameters --names "$name" --query "Parameters[0].Value" --output text)
    found=${value%% *}
    if [[ "$found" == "$repository"[:@]* && "$found" =~ ^[A-Za-z0-9._:/@-]+$ ]]; then
      released=$found
      break
    elif [[ "$found" != None && "$found" != unreleased ]]; then
      annotate warning "Not an image of this service" "The parameter $name holds $(printf %q "$value"), which is no image of $repository. It is ignored; find out who wrote it."
    fi
  done
}

# From here on, an update of the stack waits: it must not read the newest revision and the pointer while both change.
# Outputs `image`, by its digest for the task definition; `release`, by its tag and its digest for the release pointer; and `begun`, in
# seconds since 1970.
begin_release() {
  local released digest run
  run=$(run_address)
  digest=$(aws ecr describe-images --repository-name "$ECR_REPOSITORY" --image-ids "[{\"imageTag\": \"$IMAGE_TAG\"}]" \
    --query "imageDetails[0].imageDigest" --output text)
  if [[ ! "$digest" =~ ^sha256:[0-9a-f]{64}$ ]]; then
    fail "The image has no digest" "The registry gives $(printf %q "$digest") as the digest of $IMAGE."
  fi
  find_released
  put_parameter "$RELEASE_RECORD" "$released $DEADLINE $run"
  output begun "$(date +%s)"
  output image "${IMAGE%:*}@$digest"
  output release "$IMAGE@$digest"
  echo "This run releases $IMAGE@$digest. Until now the released image is $released."
  echo "Updates of the stack wait for this run, until $DEADLINE at the latest."
}

end_release() {
  local released
  find_released
  put_parameter "$RELEASE_RECORD" "$released"
  echo "Released: $released."
}

# Outputs `needed`: whether this image needs its migration. An image that the release pointer had before went through it then: a
# rollback must not wait for a migration, which fails in many tools if the database is newer than the image.
find_migration() {
  local digest=${RELEASE##*@} versions
  if ! versions=$(aws ssm get-parameter-history --name "$RELEASE_POINTER" --output text \
    --query "Parameters[?ends_with(Value, '@$digest')].Version" 2>&1); then
    if [[ "$versions" != *ParameterNotFound* ]]; then
      fail "The history of the release pointer cannot be read" "$versions"
    fi
    versions=''
  fi
  if [[ "$versions" =~ [0-9] ]]; then
    output needed "false"
    echo "This image was released before, after its migration. The migration does not run again."
  else
    output needed "true"
  fi
}

# The service's subnets and security groups. Under CodeDeploy, each task set has them.
service_network() {
  aws ecs describe-services --cluster "$ECS_CLUSTER" --services "$ECS_SERVICE" --output json \
    --query "services[0].networkConfiguration || (services[0].taskSets[?status=='PRIMARY'] | [0].networkConfiguration)"
}

# Sets `state`, `code` and `why` of a task: its status, the exit code of the main container, and why they stopped.
look_at_task() {
  IFS=$'\t' read -r state code why < <(aws ecs describe-tasks --cluster "$ECS_CLUSTER" --tasks "$1" --output text --query "tasks[0].[
    lastStatus, containers[?name=='$CONTAINER'] | [0].exitCode, join('; ', [stoppedReason, containers[?name=='$CONTAINER'] | [0].reason][?@])]")
}

# Waits until a task has stopped, at most until $2, in seconds since 1970.
wait_for_task() {
  local state='' code why
  while true; do
    look_at_task "$1"
    if [[ "$state" == STOPPED ]]; then
      break
    elif (($(date +%s) >= $2)); then
      fail "The migration takes longer than $MIGRATION_MINUTES minutes" "$unchanged The task still runs; it is not stopped, because that could leave half a migration. When it has ended, run the workflow again, or stop it:
aws ecs stop-task --cluster $ECS_CLUSTER --task $1
$logs"
    fi
    sleep 5
  done
  if [[ "$3" != this ]]; then
    return
  elif [[ "$code" == None || -z "$code" ]]; then
    fail "The migration did not start" "$unchanged ECS stopped the task before the container ran: $why
$logs"
  elif [[ "$code" != 0 ]]; then
    fail "The migration failed with exit code $code" "$unchanged $why
$logs"
  fi
}

# Runs the migration's task with the new revision, in the service's network, and fails unless its main container exits with 0. A null
# exit code means that the container never ran. A task of an earlier run, which was cancelled or timed out, ends first.
# https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_Container.html (exitCode)
run_migration() {
  local unchanged="The service is unchanged, and the release pointer did not move." logs='' started_by end earlier network answer task failures placement
  started_by="migration-of-${ECS_SERVICE:0:100}"
  end=$(($(date +%s) + MIGRATION_MINUTES * 60))
  for earlier in $(aws ecs list-tasks --cluster "$ECS_CLUSTER" --started-by "$started_by" --query "taskArns[]" --output text); do
    if [[ "$earlier" == arn:* ]]; then
      echo "A migration of an earlier run is running: $earlier. This one starts when it ends."
      wait_for_task "$earlier" "$end" earlier
    fi
  done
  network=$(service_network)
  read -ra placement <<< "$CAPACITY"
  answer=$(aws ecs run-task --cluster "$ECS_CLUSTER" --task-definition "$REVISION" "${placement[@]}" --started-by "$started_by" \
    --network-configuration "$network" --overrides "$OVERRIDES" --output text \
    --query "[tasks[0].taskArn, join('; ', failures[].join(' ', [reason, detail][?@]))]")
  IFS=$'\t' read -r task failures <<< "$answer"
  if [[ "$task" != arn:* ]]; then
    fail "The migration did not start" "$unchanged ECS started no task: $failures"
  fi
  logs="Logs: $(log_address "$REVISION" "${task##*/}")"
  echo "The migration runs: $task. $logs"
  wait_for_task "$task" "$end" this
  echo "The migration has ended with exit code 0."
}

# CodeDeploy's AppSpec. The deploy action adds the revision.
write_appspec() {
  printf '%s' "$APPSPEC" > "$RUNNER_TEMP/appspec.json"
}

# The deploy action registers the revision before it asks for a deployment.
check_registered() {
  if [[ -z "$DEPLOYED" ]]; then
    fail "Nothing was deployed" "The new revision was not registered: see the previous step. The release pointer is unchanged."
  fi
}

# Waits for the deployment, at most until 3 minutes before GitHub would end the job, so that people can read why.
wait_on() {
  if (($(date +%s) >= $(seconds_of_time "$DEADLINE") - 180)); then
    fail "The deployment takes longer than this job" "$1 The release pointer is unchanged. When the deployment has ended, run the workflow again with the image's tag: it does not build again."
  fi
  echo "$1"
  sleep 15
}

check_running() {
  if [[ "$1" != "$DEPLOYED" ]]; then
    fail "The deployment was rolled back" "$ECS_SERVICE runs $1, not $DEPLOYED: the deployment was rolled back, or did not start. The release pointer is unchanged."
  fi
}

say_completed() {
  if [[ "$OUTCOME" != success ]]; then
    annotate notice "The deployment completed" "The deploy action stopped waiting before the deployment ended. The deployment has completed."
  fi
  echo "$ECS_SERVICE runs $DEPLOYED."
}

# Checks that ECS completed the deployment of this revision, even if the deploy action's wait failed. A service is also stable
# after a rollback, so the running revision is compared.
# https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_Deployment.html (rolloutState)
verify_deployment() {
  local primary running state
  check_registered
  while true; do
    primary=$(aws ecs describe-services --cluster "$ECS_CLUSTER" --services "$ECS_SERVICE" \
      --query "services[0].deployments[?status=='PRIMARY'] | [0].[taskDefinition, rolloutState]" --output text)
    read -r running state <<< "$primary"
    if [[ "$state" != IN_PROGRESS ]]; then
      break
    fi
    wait_on "The rollout of $running is in progress."
  done
  check_running "$running"
  if [[ "$state" != COMPLETED ]]; then
    fail "The deployment did not complete" "The rollout of $DEPLOYED is $state. The release pointer is unchanged."
  fi
  say_completed
}

# The same check for a deployment by CodeDeploy. Such a service has task sets instead of deployments.
# https://docs.aws.amazon.com/codedeploy/latest/APIReference/API_DeploymentInfo.html (status)
verify_codedeploy() {
  local status running
  check_registered
  if [[ -z "$DEPLOYMENT_ID" ]]; then
    fail "Nothing was deployed" "CodeDeploy created no deployment: see the previous step. The release pointer is unchanged."
  fi
  while true; do
    status=$(aws deploy get-deployment --deployment-id "$DEPLOYMENT_ID" --query deploymentInfo.status --output text)
    case "$status" in
      Created | Queued | InProgress | Baking | Ready) wait_on "CodeDeploy's deployment $DEPLOYMENT_ID is $status." ;;
      *) break ;;
    esac
  done
  if [[ "$status" != Succeeded ]]; then
    fail "The deployment did not complete" "CodeDeploy's deployment $DEPLOYMENT_ID is $status. The release pointer is unchanged."
  fi
  running=$(aws ecs describe-services --cluster "$ECS_CLUSTER" --services "$ECS_SERVICE" \
    --query "services[0].taskSets[?status=='PRIMARY'] | [0].taskDefinition" --output text)
  check_running "$running"
  say_completed
}

move_release_pointer() {
  put_parameter "$RELEASE_POINTER" "$RELEASE"
  echo "Released $RELEASE."
}

# Tags the released image, so that the repository's lifecycle policy does not count it among images that were not released.
# The tag contains the image's digest, so a second release of the same image finds the tag.
# https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-retag.html
tag_released() {
  local digest=${RELEASE##*@} manifest type
  local types=(application/vnd.oci.image.manifest.v1+json application/vnd.oci.image.index.v1+json application/vnd.docker.distribution.manifest.v2+json application/vnd.docker.distribution.manifest.list.v2+json)
  local query=(ecr batch-get-image --repository-name "$ECR_REPOSITORY" --image-ids "[{\"imageDigest\": \"$digest\"}]" --accepted-media-types "${types[@]}" --output text)
  manifest=$(aws "${query[@]}" --query "images[0].imageManifest") || return
  type=$(aws "${query[@]}" --query "images[0].imageManifestMediaType") || return
  # A manifest begins with a brace: the AWS CLI reads no file for it.
  aws ecr put-image --repository-name "$ECR_REPOSITORY" --image-tag "released-${digest#sha256:}" --image-digest "$digest" \
    --image-manifest "$manifest" --image-manifest-media-type "$type"
}

# The release is done: a tag that is missing must not make it fail.
mark_released() {
  local answer
  if ! answer=$(tag_released 2>&1) && [[ "$answer" != *AlreadyExistsException* ]]; then
    annotate warning "The released image is not marked" "The registry's lifecycle policy may delete it after later builds: $answer"
  fi
}

# Prints CodeDeploy's error. The next step prints why tasks stopped.
report_codedeploy() {
  local reason application group
  if [[ -n "$DEPLOYMENT_ID" ]]; then
    reason=$(aws deploy get-deployment --deployment-id "$DEPLOYMENT_ID" --output text \
      --query "deploymentInfo.[status, errorInformation.code, errorInformation.message, rollbackInfo.rollbackMessage]")
    annotate error "CodeDeploy's deployment $DEPLOYMENT_ID" "${reason//$'\t'/ }"
    if [[ "$reason" == *ALARM_ACTIVE* ]]; then
      read -r application group < <(aws deploy get-deployment --deployment-id "$DEPLOYMENT_ID" --output text \
        --query "deploymentInfo.[applicationName, deploymentGroupName]")
      annotate error "An alarm ended the deployment" "CodeDeploy goes back to the previous release. Look at the graph of the alarm that is named above, and correct the release.
CodeDeploy deploys nothing while one of its alarms is in ALARM. If the running release is the wrong one, turn the alarms off, then run this workflow again:
aws deploy update-deployment-group --application-name $application --current-deployment-group-name $group --alarm-configuration enabled=false
The next pulumi up turns them on."
    fi
  fi
}

# Prints which alarms ended the newest deployment by ECS.
report_alarms() {
  local newest alarms
  newest=$(aws ecs list-service-deployments --cluster "$ECS_CLUSTER" --service "$ECS_SERVICE" --output text \
    --query "serviceDeployments[0].serviceDeploymentArn") || return 0
  if [[ "$newest" != arn:* ]]; then
    return
  fi
  alarms=$(aws ecs describe-service-deployments --service-deployment-arns "$newest" --output text \
    --query "join(', ', serviceDeployments[0].alarms.triggeredAlarmNames || \`[]\`)") || return 0
  if [[ -n "$alarms" && "$alarms" != None ]]; then
    annotate error "An alarm ended the deployment: $alarms" "ECS goes back to the previous release, and the release pointer is unchanged: users need nothing from you. Look at the alarm's graph and at the logs, correct the release and push it.
An alarm that is in ALARM when a deployment starts does not stop it, so you can always deploy a fix.
Alarms: https://$AWS_REGION.console.aws.amazon.com/cloudwatch/home?region=$AWS_REGION#alarmsV2:"
  fi
}

# The console's address of a task definition's log group; with a task, of the main container's log stream. The console's URL needs /
# escaped. https://docs.aws.amazon.com/AmazonECS/latest/developerguide/specify-log-config.html (awslogs-stream-prefix)
log_address() {
  local group
  group=$(aws ecs describe-task-definition --task-definition "$1" --output text \
    --query 'taskDefinition.containerDefinitions[].logConfiguration.options."awslogs-group" | [0]')
  echo "https://$AWS_REGION.console.aws.amazon.com/cloudwatch/home?region=$AWS_REGION#logsV2:log-groups/log-group/${group//\//\$252F}${2:+/log-events/$CONTAINER\$252F$CONTAINER\$252F$2}"
}

# Prints what people need first: ECS's events of the service, why the tasks of this release stopped, and where their logs are.
report_failure() {
  local tasks reasons='' message
  expect ECS_TASK_DEFINITION '[A-Za-z0-9_-]+'
  echo "ECS's events of $ECS_SERVICE, newest first:"
  aws ecs describe-services --cluster "$ECS_CLUSTER" --services "$ECS_SERVICE" \
    --query "services[0].events[:10].[createdAt, message]" --output text
  tasks=$(aws ecs list-tasks --cluster "$ECS_CLUSTER" --service-name "$ECS_SERVICE" --desired-status STOPPED \
    --query "taskArns[:100]" --output text)
  if [[ -n "$DEPLOYED" ]]; then
    report_alarms
  fi
  if [[ -n "$DEPLOYED" && -n "$tasks" && "$tasks" != None ]]; then
    # One argument a task.
    # shellcheck disable=SC2086
    reasons=$(aws ecs describe-tasks --cluster "$ECS_CLUSTER" --tasks $tasks --output text --query "(tasks[?taskDefinitionArn=='$DEPLOYED'])[:5].[
      join('; ', [stoppedReason || 'no reason', containers[].join(' ', [name, exitCode && join(' ', ['exit code', to_string(exitCode)]), reason][?@])][])
    ]")
  fi
  message="${reasons:-ECS lists no stopped task of this release.}
Logs: $(log_address "$ECS_TASK_DEFINITION" "")"
  echo "$message"
  annotate error "Why the deployment failed" "$message"
}

# The summary of the job, also of a failed release. Outputs `took`.
summarize() {
  local seconds=$(($(date +%s) - BEGUN))
  local took="$((seconds / 60)) min $((seconds % 60)) s"
  output took "$took"
  cat >> "$GITHUB_STEP_SUMMARY" << SUMMARY
### $GITHUB_WORKFLOW: $RESULT

| | |
| --- | --- |
| Image | ${RELEASE%@*} |
| Digest | ${RELEASE##*@} |
| Revision | ${DEPLOYED##*/} |
| URL | $SERVICE_URL |
| Duration | $took |
SUMMARY
}

if [[ "${BASH_SOURCE[0]:-$0}" == "$0" ]]; then
  case "$1" in
    check-out-tested-commit) check_out_tested_commit ;;
    find-image) find_image ;;
    copy-image) copy_image ;;
    begin-release) begin_release ;;
    find-migration) find_migration ;;
    run-migration) run_migration ;;
    write-appspec) write_appspec ;;
    verify-deployment) verify_deployment ;;
    verify-codedeploy) verify_codedeploy ;;
    move-release-pointer) move_release_pointer ;;
    mark-released) mark_released ;;
    report-codedeploy) report_codedeploy ;;
    report-failure) report_failure ;;
    end-release) end_release ;;
    summarize) summarize ;;
    *) fail "No such command" "release.sh has no command $1." ;;
  esac
fi
