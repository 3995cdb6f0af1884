#!/usr/bin/env bash
# The AWS CLI's commands of the site's workflow, on a folder: a bucket is a folder in $FAKE_AWS, a parameter is a file, and
# `file#` has the Cache-Control header of an object.
# https://docs.aws.amazon.com/cli/latest/reference/s3/: of filters, the last one that matches decides.
set -euo pipefail
echo "$*" >> "$FAKE_AWS/calls"
command="$1 $2"
if [[ ${FAKE_FAILURE-} == "$command" ]]; then exit 255; fi
shift 2
filters=() places=() header="" name="" value=""
while [[ $# -gt 0 ]]; do
  case "$1" in
    --exclude | --include) filters+=("$1" "$2") && shift ;;
    --cache-control) header=$2 && shift ;;
    --name) name=$2 && shift ;;
    --value) value=$2 && shift ;;
    --copy-props | --query | --output | --distribution-id | --paths | --id) shift ;;
    --recursive | --only-show-errors | --delete | --size-only | --overwrite) ;;
    --*) echo "unknown option $1" >&2 && exit 2 ;;
    *) places+=("${1/#s3:\/\//$FAKE_AWS/}") ;;
  esac
  shift
done
from=${places[0]-} to=${places[1]-}

files_in() {
  if [[ -d $1 ]]; then (cd "$1" && find . -type f ! -name '*#' | sed 's|^\./||'); fi
}

wanted() {
  local i takes=0
  for ((i = 0; i < ${#filters[@]}; i += 2)); do
    # shellcheck disable=SC2053 # a pattern
    if [[ $1 == ${filters[i + 1]} ]]; then [[ ${filters[i]} == --include ]] && takes=0 || takes=1; fi
  done
  return "$takes"
}

copy() {
  mkdir -p "$(dirname "$to/$1")"
  cp "$from/$1" "$to/$1"
  if [[ $header ]]; then echo -n "$header" > "$to/$1#"; fi
}

case "$command" in
  "s3 cp") files_in "$from" | while read -r file; do if wanted "$file"; then copy "$file"; fi; done ;;
  "s3 sync")
    files_in "$from" | while read -r file; do
      if [[ ! -f $to/$file || $(wc -c < "$from/$file") != $(wc -c < "$to/$file") ]]; then copy "$file"; fi
    done
    files_in "$to" | while read -r file; do if [[ ! -f $from/$file ]]; then rm "$to/$file"; fi; done
    ;;
  "s3 ls") [[ -f $from ]] ;;
  "ssm get-parameter") cat "$FAKE_AWS/$name" ;;
  "ssm put-parameter") echo -n "$value" > "$FAKE_AWS/$name" ;;
  "cloudfront create-invalidation") echo I1 ;;
  "cloudfront wait") ;;
  *) echo "unknown command $command" >&2 && exit 2 ;;
esac
