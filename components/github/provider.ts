import * as github from "@pulumi/github";
import * as pulumi from "@pulumi/pulumi";
import { refuse } from "../shared/errors";
import { checkServer } from "./lookup";

/**
 * The provider's default list, and 409: GitHub answers 409 if two stacks write to one branch at the same time, and a retry
 * succeeds. `getDefaultRetryableErrors` in integrations/terraform-provider-github, github/provider.go;
 * https://docs.github.com/en/rest/repos/contents#create-or-update-file-contents
 */
const retryableErrors = [409, 500, 502, 503, 504];

/**
 * A provider for the repositories of one owner, so that users only write `owner/name`. The plugin reads the token from
 * `GITHUB_TOKEN` when it starts, or from `github:token`. The latter stays in the stack's state, and a refresh uses the state's
 * token.
 */
export function githubProvider(owner: string): github.Provider {
  refuse(`The GitHub provider of ${owner}`, checkServer());
  const token = new pulumi.Config("github").getSecret("token");
  if (token) {
    pulumi.log.warn(
      "The stack's state contains github:token. Once this token is revoked, previews and updates fail with 401, even after you set a new one. Export GITHUB_TOKEN instead: pulumi config rm github:token, then pulumi up --run-program",
    );
  }
  return new github.Provider(
    owner,
    { owner, retryableErrors, ...(token && { token }) },
    {
      // The SDK would copy GITHUB_TOKEN into the stack's state: it would be readable there, and each new token of a CI job
      // would be a change. The plugin reads the variable itself.
      transformations: token
        ? []
        : [({ props: { token: _, ...props }, opts }) => ({ props, opts })],
    },
  );
}
