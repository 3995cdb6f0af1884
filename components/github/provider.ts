import * as github from "@pulumi/github";
import * as pulumi from "@pulumi/pulumi";
import { refuse } from "../shared/errors";
import { checkServer } from "./lookup";

/**
 * The provider's own list, and the 409 that GitHub answers where two stacks write one branch at the same time: it succeeds
 * when it is sent again. `getDefaultRetryableErrors` in integrations/terraform-provider-github, github/provider.go;
 * https://docs.github.com/en/rest/repos/contents#create-or-update-file-contents
 */
const retryableErrors = [409, 500, 502, 503, 504];

/**
 * A provider for the repositories of one owner, so that `owner/name` is all that a user writes. The plugin takes the token from
 * `GITHUB_TOKEN` when it starts, or from `github:token`, which stays in the stack's state: a refresh uses the state's.
 */
export function githubProvider(owner: string): github.Provider {
  refuse(`The GitHub provider of ${owner}`, checkServer());
  const token = new pulumi.Config("github").getSecret("token");
  if (token) {
    pulumi.log.warn(
      "github:token is kept in the stack's state: once it is revoked, previews and updates fail with 401, also with a new one. Export GITHUB_TOKEN instead: pulumi config rm github:token, then pulumi up --run-program",
    );
  }
  return new github.Provider(
    owner,
    { owner, retryableErrors, ...(token && { token }) },
    {
      // The SDK would copy GITHUB_TOKEN into the stack's state, where it is readable and where each new token of a CI
      // job would be a change. The plugin reads the variable itself.
      transformations: token
        ? []
        : [({ props: { token: _, ...props }, opts }) => ({ props, opts })],
    },
  );
}
