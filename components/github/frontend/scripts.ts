/**
 * The steps of the site's workflow, in bash. They are in the workflow file, because the job with access to AWS checks nothing out. All
 * values come from environment variables. The steps check them first, so that the AWS CLI reads them only as plain text.
 */
import { liveFolder, releasesFolder } from "../../frontend/plan";

const checked = `set -euo pipefail
if [[ ! $COMMIT =~ ^[0-9a-f]{40}$ ]]; then
  echo "::error title=Wrong commit::$(printf %q "$COMMIT") is no commit: write all 40 characters of its hash."
  exit 1
fi
release="s3://$BUCKET/${releasesFolder}/$COMMIT"
`;

/** Browsers ask for a file each time, and CloudFront has it until the next release. */
const revalidated = "public, max-age=0, s-maxage=31536000, must-revalidate";
const immutable = "public, max-age=31536000, immutable";

/**
 * Keeps the build under its commit. \`cp\`, because \`sync\` leaves out files of the same size with an older date.
 * https://docs.aws.amazon.com/cli/latest/reference/s3/sync.html
 */
export function keepScript(immutablePaths: readonly string[]): string {
  const only = immutablePaths.map((path) => ` --include '${path}'`).join("");
  const without = immutablePaths.map((path) => ` --exclude '${path}'`).join("");
  const copy = 'aws s3 cp --recursive --only-show-errors site "$release"';
  return `${checked}if [[ ! -f site/index.html ]]; then
  echo "::error title=No index.html::The build left no index.html in its output directory."
  exit 1
fi
${immutablePaths.length > 0 ? `${copy} --exclude '*'${only} --cache-control '${immutable}'\n` : ""}${copy}${without} --cache-control '${revalidated}'
`;
}

/**
 * Copies a release to where users see it. Pages refer to other files, so they come last. The files of the previous release stay until
 * the next one, because an open page may still load them.
 */
export const publishScript = `${checked}live="s3://$BUCKET/${liveFolder}"
# The CLI ends with 1 if there is no such file, and with more if it could not look.
exists() {
  local code=0
  aws s3 ls "$1/index.html" > /dev/null || code=$?
  if [[ $code -gt 1 ]]; then exit "$code"; fi
  return "$code"
}
if ! exists "$release"; then
  echo "::error title=No release::There is no release of $COMMIT. Run the workflow on that commit to build it."
  exit 1
fi
before=$(aws ssm get-parameter --name "$RELEASE_POINTER" --query Parameter.Value --output text)
if [[ $before =~ ^[0-9a-f]{40}$ && $before != "$COMMIT" ]] && exists "s3://$BUCKET/${releasesFolder}/$before"; then
  aws s3 sync --only-show-errors --size-only --delete --copy-props metadata-directive "s3://$BUCKET/${releasesFolder}/$before" "$live"
fi
copy=(aws s3 cp --recursive --only-show-errors --copy-props metadata-directive "$release" "$live")
"\${copy[@]}" --exclude '*.html'
"\${copy[@]}" --exclude '*' --include '*.html'
`;

/** https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/Invalidation.html: one path; 1,000 paths a month are free. */
export const invalidateScript = `set -euo pipefail
id=$(aws cloudfront create-invalidation --distribution-id "$DISTRIBUTION" --paths '/*' --query Invalidation.Id --output text)
aws cloudfront wait invalidation-completed --distribution-id "$DISTRIBUTION" --id "$id"
`;

export const pointScript = `${checked}aws ssm put-parameter --name "$RELEASE_POINTER" --value "$COMMIT" --overwrite > /dev/null
echo "Users of $SITE_URL see the release of $COMMIT." >> "$GITHUB_STEP_SUMMARY"
`;
