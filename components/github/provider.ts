import * as github from "@pulumi/github";
import * as pulumi from "@pulumi/pulumi";
import { refuse } from "../errors";
import { checkServer } from "./lookup";

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
    { owner, ...(token && { token }) },
    {
      // The SDK would copy GITHUB_TOKEN into the stack's state, where it is readable and where each new token of a CI
      // job would be a change. The plugin reads the variable itself.
      transformations: token
        ? []
        : [({ props: { token: _, ...props }, opts }) => ({ props, opts })],
    },
  );
}
