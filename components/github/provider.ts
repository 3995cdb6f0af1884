import * as github from "@pulumi/github";
import * as pulumi from "@pulumi/pulumi";

/**
 * The provider's own list, and the 409 that GitHub answers where two stacks write one branch at the same time: it succeeds
 * when it is sent again. `getDefaultRetryableErrors` in integrations/terraform-provider-github, github/provider.go;
 * https://docs.github.com/en/rest/repos/contents#create-or-update-file-contents
 */
const retryableErrors = [409, 500, 502, 503, 504];

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
    { owner, retryableErrors, ...(token && { token }), ...(baseUrl && { baseUrl }) },
    {
      // The SDK would copy GITHUB_TOKEN into the stack's state, where it is readable and where each new token of a CI
      // job would be a change. The plugin reads the variable itself.
      transformations: token
        ? []
        : [({ props: { token: _, ...props }, opts }) => ({ props, opts })],
    },
  );
}
