import * as pulumi from "@pulumi/pulumi";
import type { Problem } from "../../shared/errors";

/**
 * Refuses every server except github.com. GitHub Enterprise Server has another token issuer (https://HOST/_services/token), for
 * which STS supports only `aud` and `sub`, and it has no GitHub-hosted runners, which the workflow needs. GHE.com also has its
 * own issuer. https://docs.github.com/en/enterprise-server@latest/actions/reference/security/oidc
 */
export function checkServer(): Problem[] {
  const baseUrl = new pulumi.Config("github").get("baseUrl") ?? process.env.GITHUB_BASE_URL;
  if (!baseUrl || /^https:\/\/api\.github\.com\/?$/i.test(baseUrl)) {
    return [];
  }
  return [
    {
      path: "github:baseUrl",
      value: baseUrl,
      allowed:
        "https://api.github.com/: the deploy role trusts only github.com's tokens, and the workflow needs its runners; GitHub Enterprise Server and GHE.com have other token issuers",
      fix: "remove github:baseUrl and GITHUB_BASE_URL, and use a repository on github.com",
    },
  ];
}
