import * as github from "@pulumi/github";
import * as pulumi from "@pulumi/pulumi";

/**
 * A provider for the repositories of one owner, so that `owner/name` is all that a user writes. Takes the token from
 * `github:token` or, when the plugin starts, from `GITHUB_TOKEN`; and `github:baseUrl` for GitHub Enterprise.
 */
export function githubProvider(owner: string): github.Provider {
  const config = new pulumi.Config("github");
  const token = config.getSecret("token");
  const baseUrl = config.get("baseUrl");
  return new github.Provider(
    owner,
    { owner, ...(token && { token }), ...(baseUrl && { baseUrl }) },
    {
      // The SDK would copy GITHUB_TOKEN into the stack's state, where it is readable and where each new token of a CI
      // job would be a change. The plugin reads the variable itself.
      transformations: token
        ? []
        : [({ props: { token: _, ...props }, opts }) => ({ props, opts })],
    },
  );
}
