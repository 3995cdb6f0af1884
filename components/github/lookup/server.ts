import * as pulumi from "@pulumi/pulumi";
import type { Problem } from "../../shared/errors";

/**
 * Only github.com. A GitHub Enterprise Server signs its tokens as another issuer (https://HOST/_services/token), of which STS
 * understands `aud` and `sub` alone, and has no GitHub-hosted runners, on which the workflow runs; GHE.com has an issuer of its
 * own, too. https://docs.github.com/en/enterprise-server@latest/actions/reference/security/oidc
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
        "https://api.github.com/: the deploy role trusts the tokens of github.com, and the workflow runs on its runners; a GitHub Enterprise Server and GHE.com have issuers of their own",
      fix: "remove github:baseUrl and GITHUB_BASE_URL, and use a repository on github.com",
    },
  ];
}
