import * as github from "@pulumi/github";
import * as pulumi from "@pulumi/pulumi";
import { ConfigurationError, type Problem, refuse } from "../errors";

/** A repository as GitHub describes it, with the numbers that no rename changes. */
export interface GitHubRepository {
  readonly owner: string;
  readonly name: string;
  readonly id: number;
  readonly ownerId: number;
  readonly defaultBranch: string;
}

/** What is used of https://docs.github.com/en/rest/repos/repos#get-a-repository */
interface Answer {
  readonly id: number;
  readonly name: string;
  readonly owner: { readonly login: string; readonly id: number };
  readonly default_branch: string;
  readonly permissions?: { readonly admin?: boolean };
}

export function checkRepositoryName(fullName: string, path: string): Problem[] {
  if (
    /^[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?\/[A-Za-z0-9._-]+$/.test(fullName) &&
    !fullName.endsWith(".git")
  ) {
    return [];
  }
  const found = /([A-Za-z0-9-]+)\/([A-Za-z0-9._-]+?)(?:\.git)?\/?$/.exec(fullName);
  return [
    {
      path,
      value: fullName,
      allowed: "owner/name, as in the address of the repository on GitHub",
      fix: found ? `write ${found[1]}/${found[2]}` : "for example octo-org/octo-app",
    },
  ];
}

/**
 * Looks repositories up, and makes sure before anything is created that the token may do what an update needs: see the
 * repository, administer it, and write workflow files.
 *
 * @throws {@link ConfigurationError} that says which of these is missing, for all repositories at once
 */
export async function findRepositories(
  fullNames: readonly string[],
  opts?: pulumi.InvokeOptions,
): Promise<Map<string, GitHubRepository>> {
  const unique = [...new Set(fullNames)];
  const found = await Promise.all(unique.map((fullName) => findRepository(fullName, opts)));
  const problems = found.flatMap((result) => ("fix" in result ? [result] : []));
  refuse("The access to GitHub", [...new Map(problems.map((p) => [p.path + p.fix, p])).values()]);
  const repositories = found.flatMap((result) => ("fix" in result ? [] : [result]));
  return new Map(unique.map((fullName, i) => [fullName, repositories[i]] as const).filter(isFound));
}

function isFound<T>(entry: readonly [string, T | undefined]): entry is [string, T] {
  return entry[1] !== undefined;
}

async function findRepository(
  fullName: string,
  opts?: pulumi.InvokeOptions,
): Promise<GitHubRepository | Problem> {
  try {
    const answer = await github.getRestApi({ endpoint: `repos/${fullName}` }, opts);
    return judge(fullName, answer);
  } catch (error) {
    if (error instanceof ConfigurationError || !/\b401\b|Bad credentials/i.test(String(error))) {
      throw error;
    }
    return hasToken() ? refusedToken : missingToken;
  }
}

function judge(fullName: string, answer: github.GetRestApiResult): GitHubRepository | Problem {
  if (answer.code === 401) {
    return hasToken() ? refusedToken : missingToken;
  }
  if (answer.code !== 200) {
    return hasToken() ? unknownRepository(fullName, answer.code) : missingToken;
  }
  const scopes = oauthScopes(answer.headers);
  const missing = ["repo", "workflow"].filter((scope) => scopes && !scopes.includes(scope));
  if (scopes && missing.length > 0) {
    return missingScopes(scopes, missing);
  }
  const body: Answer = JSON.parse(answer.body);
  if (!scopes && body.permissions === undefined && !hasToken()) {
    return missingToken;
  }
  if (body.permissions?.admin === false) {
    return notAdmin(fullName);
  }
  return {
    owner: body.owner.login,
    name: body.name,
    id: body.id,
    ownerId: body.owner.id,
    defaultBranch: body.default_branch,
  };
}

/** The scopes of a classic token; other tokens do not tell. */
function oauthScopes(headers: string): string[] | undefined {
  const entries: [string, string | string[]][] = Object.entries(JSON.parse(headers || "{}"));
  const value = entries.find(([name]) => name.toLowerCase() === "x-oauth-scopes")?.[1];
  if (value === undefined || String(value) === "") {
    return undefined;
  }
  return String(value)
    .split(",")
    .map((scope) => scope.trim());
}

function hasToken(): boolean {
  const config = new pulumi.Config("github");
  return Boolean(process.env.GITHUB_TOKEN || config.get("token") || config.get("appAuth"));
}

const missingToken: Problem = {
  path: "GITHUB_TOKEN",
  value: undefined,
  allowed: "a GitHub token that may administer the repository and write workflow files",
  fix: "export GITHUB_TOKEN, or pulumi config set --secret github:token; a classic token needs the scopes repo and workflow, a fine-grained one read and write access to Actions, Administration, Contents, Environments, Secrets, Variables and Workflows",
};

const refusedToken: Problem = {
  path: "GITHUB_TOKEN",
  value: "(hidden)",
  allowed: "a token that GitHub accepts: this one was answered with 401",
  fix: "it has expired or was revoked: make a new one and set GITHUB_TOKEN or github:token",
};

function missingScopes(scopes: readonly string[], missing: readonly string[]): Problem {
  return {
    path: "GITHUB_TOKEN",
    value: `a token with the scopes ${scopes.join(", ") || "(none)"}`,
    allowed:
      "a token with the scopes repo and workflow: without workflow, GitHub answers 404 when the workflow file is written",
    fix: `add ${missing.join(" and ")}: gh auth refresh --scopes repo,workflow, or edit the token on GitHub`,
  };
}

function unknownRepository(fullName: string, code: number): Problem {
  return {
    path: "repository",
    value: fullName,
    allowed: `a repository that exists and that the token may see: GitHub answered ${code}`,
    fix: `correct the name, create it (gh repo create ${fullName}), or use a token of someone who has access`,
  };
}

function notAdmin(fullName: string): Problem {
  return {
    path: "GITHUB_TOKEN",
    value: `a token of someone who is not an admin of ${fullName}`,
    allowed: "the admin role: environments, secrets and variables need it",
    fix: "use a token of an admin, or ask one for the role",
  };
}
