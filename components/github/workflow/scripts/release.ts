import { releasedTagPrefix } from "../../../image-repository/image-repository";

/**
 * Writes a parameter. The value is passed as JSON: with `--value`, the AWS CLI would read a file or a URL if the value starts
 * with `file://` or `https://`. The value was checked before, so it needs no escaping.
 */
const put = `put() {
  aws ssm put-parameter --cli-input-json "{\\"Name\\": \\"$1\\", \\"Type\\": \\"String\\", \\"Value\\": \\"$2\\", \\"Overwrite\\": true}" > /dev/null
}
`;

export const moveReleasePointer = `${put}put "$RELEASE_POINTER" "$IMAGE"
echo "Released $IMAGE."
`;

/**
 * Sets `released` to the pointer's image, or to the record's image if the pointer was lost. get-parameters does not fail for a
 * missing parameter. An image of another repository is ignored: `pulumi up` refuses it, and this release overwrites it.
 */
const findReleased = `${put}released=unreleased
for name in "$RELEASE_POINTER" "$RELEASE_RECORD"; do
  value=$(aws ssm get-parameters --names "$name" --query "Parameters[0].Value" --output text)
  found=\${value%% *}
  if [[ "$found" == "\${IMAGE%:*}"[:@]* && "$found" =~ ^[A-Za-z0-9._:/@-]+$ ]]; then
    released=$found
    break
  elif [[ "$found" != None && "$found" != unreleased ]]; then
    value=$(printf %q "$value")
    echo "::warning title=Not an image of this service::The parameter $name holds \${value//%/%25}, which is no image of \${IMAGE%:*}. It is ignored; find out who wrote it."
  fi
done
`;

/** From here on, an update of the stack waits: it must not read the newest revision and the pointer while both change. */
export const beginRelease = `${findReleased}run="$GITHUB_SERVER_URL/$GITHUB_REPOSITORY/actions/runs/$GITHUB_RUN_ID"
put "$RELEASE_RECORD" "$released $DEADLINE $run"
echo "The released image is $released. Updates of the stack wait for this run, until $DEADLINE at the latest."
`;

export const endRelease = `${findReleased}put "$RELEASE_RECORD" "$released"
echo "Released: $released."
`;

/**
 * Tags the released image, so that the repository's lifecycle policy does not count it among images that were not released.
 * The tag contains the image's digest, so a second release of the same image finds the tag.
 * https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-retag.html
 */
export const keepImage = `id="[{\\"imageTag\\": \\"$IMAGE_TAG\\"}]"
types=(application/vnd.oci.image.manifest.v1+json application/vnd.oci.image.index.v1+json application/vnd.docker.distribution.manifest.v2+json application/vnd.docker.distribution.manifest.list.v2+json)
read_image() {
  aws ecr batch-get-image --repository-name "$ECR_REPOSITORY" --image-ids "$id" --accepted-media-types "\${types[@]}" --query "images[0].$1" --output text
}
keep() {
  local manifest type digest
  manifest=$(read_image imageManifest) && type=$(read_image imageManifestMediaType) && digest=$(read_image imageId.imageDigest) || return
  # A manifest begins with a brace: the AWS CLI reads no file for it.
  aws ecr put-image --repository-name "$ECR_REPOSITORY" --image-tag "${releasedTagPrefix}\${digest#sha256:}" --image-digest "$digest" \\
    --image-manifest "$manifest" --image-manifest-media-type "$type"
}
# The release is done: a tag that is missing must not make it fail.
if ! answer=$(keep 2>&1) && [[ "$answer" != *AlreadyExistsException* ]]; then
  answer=\${answer//%/%25}
  echo "::warning title=The released image is not marked::The registry's lifecycle policy may delete it after later builds: \${answer//$'\\n'/ }"
fi
`;
