#!/usr/bin/env bash
# The builds of a pipeline. Each one runs one command of this script:
#   bash pipeline.sh build --file Dockerfile .
# All values come from environment variables. What GitHub's workflow does, too, is in release.sh beside this script.
# shellcheck source=release.sh
source "$(dirname "${BASH_SOURCE[0]}")/release.sh"

: "${APPSPEC:=}" "${OVERRIDES:=}" "${ECS_SCHEDULED_TASK_DEFINITION:=}"

# In place of GitHub's annotations.
annotate() {
  echo "$(tr '[:lower:]' '[:upper:]' <<< "$1"): $2
${3//workflow/pipeline}" >&2
}

# What the functions of release.sh output.
exists='' image='' deadline='' release='' needed=''

# In place of a step's outputs: a variable.
output() {
  printf -v "$1" %s "$2"
}

run_address() {
  # CodeBuild names the pipeline that started the build. For a build that a rule has started, the rule does.
  # https://docs.aws.amazon.com/codebuild/latest/userguide/build-env-ref-env-vars.html (CODEBUILD_INITIATOR)
  local pipeline=${PIPELINE:-${CODEBUILD_INITIATOR#codepipeline/}}
  echo "https://$AWS_REGION.console.aws.amazon.com/codesuite/codepipeline/pipelines/$pipeline/executions/$EXECUTION_ID/timeline?region=$AWS_REGION"
}

# Sets the tag of the image: the one that the execution's variable names, or the commit.
# The word `commit` is the variable's default, because a variable cannot be empty.
choose_tag() {
  if [[ "$REQUESTED_TAG" == commit ]]; then
    REQUESTED_TAG='' IMAGE_TAG=$COMMIT
  else
    IMAGE_TAG=$REQUESTED_TAG
  fi
}

# Builds and pushes the commit's image, unless the registry has it. The arguments are those of `docker buildx build`.
# https://docs.aws.amazon.com/AmazonECR/latest/userguide/registry_auth.html
build() {
  choose_tag
  find_image
  if [[ "$exists" == true ]]; then
    return
  fi
  aws ecr get-login-password | docker login --username AWS --password-stdin "$REGISTRY"
  docker buildx build --push --tag "$image" "$@"
  if [[ "$TAG_LATEST" == true ]]; then
    docker buildx imagetools create --prefer-index=false --tag "${image%:*}:latest" "$image"
  fi
}

# Copies the image that another stack runs, or the one with the requested tag, and exports its tag: that of the commit.
promote() {
  local value digest registry
  if [[ "$REQUESTED_TAG" == commit ]]; then
    value=$(aws ssm get-parameters --names "$SOURCE_POINTER" --query "Parameters[0].Value" --output text)
    digest=${value##*@}
    if [[ ! "$digest" =~ ^sha256:[0-9a-f]{64}$ ]]; then
      fail "$SOURCE_STACK has released nothing" "Its release pointer $SOURCE_POINTER holds $(printf %q "$value"). Release there first, or name an image: --variables name=IMAGE_TAG,value=<tag>."
    fi
    REQUESTED_TAG=$(aws ecr describe-images --registry-id "${SOURCE%%.*}" --region "$(cut -d. -f4 <<< "$SOURCE")" --repository-name "${SOURCE#*/}" \
      --image-ids "[{\"imageDigest\": \"$digest\"}]" --output text \
      --query "imageDetails[0].imageTags[?!starts_with(@, 'released-') && @ != 'latest'] | [0]")
  fi
  IMAGE_TAG=$REQUESTED_TAG PROMOTED_FROM=$SOURCE_STACK
  find_image
  printf 'export IMAGE_TAG=%q\n' "$IMAGE_TAG" > promoted.env
  if [[ "$exists" == true ]]; then
    return
  fi
  for registry in "$REGISTRY" "${SOURCE%%/*}"; do
    aws ecr get-login-password --region "$(cut -d. -f4 <<< "$registry")" | docker login --username AWS --password-stdin "$registry"
  done
  IMAGE=$image
  copy_image
}

# Prints the newest revision of a family, ready to be registered, with an image and, if there is a third argument, with the label of its
# version. Without the third argument there is no label: the ECS action changes the image alone, and would leave an old one.
# https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_RegisterTaskDefinition.html
render() {
  aws ecs describe-task-definition --task-definition "$1" --include TAGS --output json | python3 -c '
import json, sys

_, container, label, image, *version = sys.argv
answer = json.load(sys.stdin)
definition = answer["taskDefinition"]
for key in ("taskDefinitionArn", "revision", "status", "requiresAttributes", "compatibilities",
            "registeredAt", "registeredBy", "deregisteredAt", "deleteRequestedAt"):
    definition.pop(key, None)
found = [one for one in definition["containerDefinitions"] if one["name"] == container]
if not found:
    names = ", ".join(one["name"] for one in definition["containerDefinitions"])
    sys.exit(f"ERROR: The task definition has no container {container}: it has {names}. Run pulumi up.")
found[0]["image"] = image
labels = found[0].pop("dockerLabels", {})
labels.pop(label, None)
labels.update({label: text for text in version})
if labels:
    found[0]["dockerLabels"] = labels
if answer.get("tags"):
    definition["tags"] = answer["tags"]
json.dump(definition, sys.stdout, sort_keys=True)
' "$CONTAINER" "$VERSION_LABEL" "${@:2}"
}

# Registers a rendered revision and prints its ARN.
register() {
  aws ecs register-task-definition --cli-input-json "file://$1" --query taskDefinition.taskDefinitionArn --output text
}

# The revision that the service runs, or is about to run.
current_revision() {
  aws ecs describe-services --cluster "$ECS_CLUSTER" --services "$ECS_SERVICE" --output text \
    --query "services[0].[deployments[?status=='PRIMARY'].taskDefinition, taskSets[?status=='PRIMARY'].taskDefinition][] | [0]"
}

# The ECS action copies the revision that the service runs, and changes its image alone. So the service must run the newest revision
# first: it does not before the first release, after an edit that was rolled back, and after a release by another way.
# https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-ECS.html
deploy_newest_settings() {
  local running
  running=$(current_revision)
  render "$ECS_TASK_DEFINITION" "$1" > newest.json
  if [[ "$running" == *":task-definition/$ECS_TASK_DEFINITION:"* ]]; then
    # The rendering of the running revision removes a label, so compare with what it has.
    aws ecs describe-task-definition --task-definition "$running" --output json > running.json
    if python3 -c '
import json, sys

container = sys.argv[1]
newest = json.load(open("newest.json"))
running = json.load(open("running.json"))["taskDefinition"]
for one in newest["containerDefinitions"] + running["containerDefinitions"]:
    if one["name"] == container:
        one.pop("image")
newest.pop("tags", None)
sys.exit(0 if all(running.get(key) == value for key, value in newest.items()) else 1)
' "$CONTAINER"; then
      return
    fi
  fi
  DEPLOYED=$(register newest.json)
  echo "$ECS_SERVICE runs ${running##*/}, which has not the newest settings. First it gets them, with the new image: ${DEPLOYED##*/}."
  aws ecs update-service --cluster "$ECS_CLUSTER" --service "$ECS_SERVICE" --task-definition "$DEPLOYED" > /dev/null
  OUTCOME=success verify_deployment
}

# Records that a release is running, runs the migration, and writes what the deploy action reads.
# https://docs.aws.amazon.com/codepipeline/latest/userguide/file-reference.html
prepare() {
  choose_tag
  find_image
  if [[ "$exists" != true ]]; then
    fail "The image was not built" "$image is not in the registry. A buildspec of your own must push it as \$IMAGE_REPOSITORY:\$COMMIT."
  fi
  IMAGE=$image DEADLINE=$deadline
  begin_release
  RELEASE=$release
  mkdir -p release
  if [[ -n "$APPSPEC" ]]; then
    render "$ECS_TASK_DEFINITION" "<$IMAGE_PLACEHOLDER>" "$IMAGE_TAG" > release/taskdef.json
    printf '%s' "$APPSPEC" > release/appspec.yaml
    printf '{"ImageURI": "%s"}' "$image" > release/imageDetail.json
  else
    # The ECS action cannot write the label with the tag, so the release pointer has none.
    RELEASE=$image
    printf '[{"name": "%s", "imageUri": "%s"}]' "$CONTAINER" "$image" > release/imagedefinitions.json
  fi
  printf 'export DEADLINE=%q RELEASE=%q\n' "$DEADLINE" "$RELEASE" > release.env
  if [[ -n "$OVERRIDES" ]]; then
    find_migration
    if [[ "$needed" == true ]]; then
      render "$ECS_TASK_DEFINITION" "$image" > migration.json
      REVISION=$(register migration.json)
      run_migration
    fi
  fi
  if [[ -z "$APPSPEC" ]]; then
    deploy_newest_settings "$image"
  fi
}

# Sets DEPLOYED to the revision that runs. After a rollback its image is another one.
find_deployed() {
  local found
  DEPLOYED=$(current_revision)
  found=$(aws ecs describe-task-definition --task-definition "$DEPLOYED" --output text \
    --query "taskDefinition.containerDefinitions[?name=='$CONTAINER'].image | [0]")
  if [[ "$found" != "${IMAGE%:*}@${RELEASE##*@}" ]]; then
    fail "The deployment was rolled back" "$ECS_SERVICE runs $found in ${DEPLOYED##*/}, not the image of this release: the deployment was rolled back. The release pointer is unchanged."
  fi
}

# Checks that the release runs, and moves the release pointer.
verify() {
  choose_tag
  IMAGE="$REGISTRY/$ECR_REPOSITORY:$IMAGE_TAG"
  find_deployed
  if [[ -z "$APPSPEC" ]]; then
    OUTCOME=success verify_deployment
  fi
  move_release_pointer
  if [[ -n "$ECS_SCHEDULED_TASK_DEFINITION" ]]; then
    render "$ECS_SCHEDULED_TASK_DEFINITION" "${IMAGE%:*}@${RELEASE##*@}" "$IMAGE_TAG" > scheduled.json
    echo "Schedules run $(register scheduled.json)."
  fi
  mark_released
  end_release
}

# The end of a stage that failed or was stopped: tells why, and records the end, if this execution began a release.
end_failed() {
  local record
  record=$(aws ssm get-parameters --names "$RELEASE_RECORD" --query "Parameters[0].Value" --output text)
  if [[ "$record" != *" $(run_address)" ]]; then
    echo "This execution has begun no release, or has ended it."
    return
  fi
  IMAGE="$REGISTRY/$ECR_REPOSITORY:unreleased"
  DEPLOYED=$(aws ecs describe-task-definition --task-definition "$ECS_TASK_DEFINITION" --query taskDefinition.taskDefinitionArn --output text)
  report_failure || true
  end_release
}

case "$1" in
  build) build "${@:2}" ;;
  promote) promote ;;
  prepare) prepare ;;
  verify) verify ;;
  end-failed) end_failed ;;
  *) fail "No such command" "pipeline.sh has no command $1." ;;
esac
