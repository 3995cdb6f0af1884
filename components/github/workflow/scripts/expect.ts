/** `expect NAME PATTERN` fails the step unless the whole value of the variable matches. */
export const expect = `expect() {
  local value="\${!1}"
  if [[ ! "$value" =~ ^$2$ ]]; then
    value=$(printf %q "$value")
    echo "::error title=Wrong $1::$1 is \${value//%/%25}, which does not match $2. Correct the field image-tag, or run pulumi up, which writes the workflow file."
    exit 1
  fi
}
`;
