/**
 * How the engine says that a plugin is missing: its kind, its name and its version are the pattern's groups.
 * https://github.com/pulumi/pulumi/blob/v3.250.0/sdk/go/common/workspace/plugins.go and pkg/workspace/plugin.go
 */
export const missingPlugin =
  /(?:no|install) (\w+) plugin '(?:pulumi-\w+-)?([\w-]+)'(?: found in the workspace)? at version v(\S+?)[\s,]/;
