import { releasedTagPrefix } from "../../../image-repository/image-repository";

/**
 * Writes a parameter. As JSON: of `--value`, the AWS CLI would read a file or a page where it begins with `file://` or
 * `https://`. What is written has been checked, so that it needs no escape.
 */
const put = `put() {
  aws ssm put-parameter --cli-input-json "{\\"Name\\": \\"$1\\", \\"Type\\": \\"String\\", \\"Value\\": \\"$2\\", \\"Overwrite\\": true}" > /dev/null
}
`;

export const moveReleasePointer = `${put}put "$RELEASE_POINTER" "$IMAGE"
echo "Released $IMAGE." | tee -a "$GITHUB_STEP_SUMMARY"
`;

/**
 * The pointer's image; the record's where the pointer is lost. get-parameters does not fail on a missing one. What is no
 * image of this service's repository is not carried on: `pulumi up` refuses it, and this release writes over it.
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

/** From here on an update of the stack waits: it must not read the newest revision and the pointer while both move. */
export const beginRelease = `${findReleased}run="$GITHUB_SERVER_URL/$GITHUB_REPOSITORY/actions/runs/$GITHUB_RUN_ID"
put "$RELEASE_RECORD" "$released $DEADLINE $run"
echo "Released until now: $released. Updates of the stack wait for this run until $DEADLINE at the latest."
`;

export const endRelease = `${findReleased}put "$RELEASE_RECORD" "$released"
echo "Released: $released."
`;

/**
 * Tags the released image, once, so that the registry's lifecycle does not count it among the images whose release
 * failed. The tag is made of the image's digest: a second release of the same image finds it there.
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
  echo "::warning title=The released image is not marked::The registry's lifecycle may expire it after later builds: \${answer//$'\\n'/ }"
fi
`;
