import * as pulumi from "@pulumi/pulumi";
import type { Problem } from "../../shared/errors";
import type { Answer } from "./ask";

/** Whether the plugin has a token. */
export function hasToken(): boolean {
  const config = new pulumi.Config("github");
  return Boolean(process.env.GITHUB_TOKEN || config.get("token") || config.get("appAuth"));
}

const permissions =
  "Actions, Administration, Contents, Environments, Secrets, Variables and Workflows";

export const missingToken: Problem = {
  path: "GITHUB_TOKEN",
  value: undefined,
  allowed: "a GitHub token that may administer the repository and write workflow files",
  fix: `export GITHUB_TOKEN; a classic token needs the scopes repo and workflow, a fine-grained one read and write access to ${permissions}`,
};

const refusedToken: Problem = {
  path: "GITHUB_TOKEN",
  value: "(hidden)",
  allowed: "a token that GitHub accepts: GitHub answered 401",
  fix: "the token has expired or was revoked: create a new one and export GITHUB_TOKEN. If the stack configuration has github:token: pulumi config rm github:token, then pulumi up --run-program",
};

export function missingScopes(scopes: readonly string[], missing: readonly string[]): Problem {
  return {
    path: "GITHUB_TOKEN",
    value: `a token with the scopes ${scopes.join(", ") || "(none)"}`,
    allowed:
      "a token with the scopes repo and workflow: without workflow, GitHub answers 404 when the workflow file is written",
    fix: `add ${missing.join(" and ")}: gh auth refresh --scopes repo,workflow, or edit the token on GitHub`,
  };
}

export function notAdmin(fullName: string): Problem {
  return {
    path: "GITHUB_TOKEN",
    value: `a token of someone who is not an admin of ${fullName}`,
    allowed: "the admin role: environments, secrets and variables need it",
    fix: "use a token of an admin, or ask an admin for the role",
  };
}

function missingPermission(fullName: string, permission: string): Problem {
  return {
    path: "GITHUB_TOKEN",
    value: `a token without the permission ${permission} for ${fullName}`,
    allowed: `a fine-grained token with read and write access to ${permissions}`,
    fix: `give the token read and write access to ${permission}, on GitHub under Settings, Developer settings`,
  };
}

/** The problem if GitHub does not answer the question: no answer, a refused token, or an error of GitHub. */
export function failure(fullName: string, answer: Answer, permission?: string): Problem {
  if (answer.code === 401) {
    return hasToken() ? refusedToken : missingToken;
  }
  if (answer.code === 403 && permission && /not accessible/i.test(answer.message)) {
    return missingPermission(fullName, permission);
  }
  return {
    path: "GitHub",
    value: answer.code === undefined ? answer.message : `${answer.code} ${answer.message}`.trim(),
    allowed: `an answer of GitHub about ${fullName}`,
    fix: "check https://www.githubstatus.com, the network and the token's rate limit (gh api rate_limit), then try again",
  };
}
