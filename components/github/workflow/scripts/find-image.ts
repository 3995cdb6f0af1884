import { expect } from "./expect";

/** Prints the time of a number of seconds since 1970, with the `date` of GNU or of BSD and macOS, where people try the workflow in the sandbox. */
const timeOf = `time_of() {
  date -u -d "@$1" +%Y-%m-%dT%H:%M:%SZ 2> /dev/null || date -u -r "$1" +%Y-%m-%dT%H:%M:%SZ
}
`;

/**
 * Outputs `image`, `exists`, `started` (seconds since 1970), and `deadline`, the time at which GitHub ends this job. A requested tag must exist. The image of
 * a commit is built if it does not exist.
 *
 * The format of a tag: https://github.com/opencontainers/distribution-spec/blob/main/spec.md#pulling-manifests
 */
export const findImage = `${expect}expect IMAGE_TAG '[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}'
expect ECR_REPOSITORY '[a-z0-9][a-z0-9._/-]*'
expect REGISTRY '[A-Za-z0-9.:-]+'
expect ECS_CLUSTER '[A-Za-z0-9_-]+'
expect ECS_SERVICE '[A-Za-z0-9_-]+'
expect RELEASE_POINTER '/[A-Za-z0-9_./-]+'
expect RELEASE_RECORD '/[A-Za-z0-9_./-]+'
image="$REGISTRY/$ECR_REPOSITORY:$IMAGE_TAG"
echo "image=$image" >> "$GITHUB_OUTPUT"
echo "started=$(date +%s)" >> "$GITHUB_OUTPUT"
${timeOf}echo "deadline=$(time_of $(( $(date +%s) + TIMEOUT_MINUTES * 60 )))" >> "$GITHUB_OUTPUT"
if answer=$(aws ecr describe-images --repository-name "$ECR_REPOSITORY" --image-ids "[{\\"imageTag\\": \\"$IMAGE_TAG\\"}]" 2>&1); then
  echo "exists=true" >> "$GITHUB_OUTPUT"
  echo "$image is in the registry: deploying it without a build."
elif [[ "$answer" != *ImageNotFoundException* ]]; then
  echo "::error title=The registry did not answer::\${answer//$'\\n'/ }"
  exit 1
elif [[ -n "$REQUESTED_TAG" ]]; then
  echo "::error title=No such image::$ECR_REPOSITORY has no image with the tag $REQUESTED_TAG. Run the workflow without a tag to build the commit, or choose one that aws ecr describe-images lists."
  exit 1
else
  echo "exists=false" >> "$GITHUB_OUTPUT"
fi
`;
