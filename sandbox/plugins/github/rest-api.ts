/** `getRestApi`: what GitHub's REST API answers for a repository. */
import { randomUUID } from "node:crypto";
import type { GetRestApiArgs, GetRestApiResult } from "@pulumi/github";
import { type GitHubContext, GitHubError } from "./context";
import { variablesAt } from "./rest-variables";

/** https://docs.github.com/en/rest/repos/repos#get-a-repository */
export async function getRestApi(
  github: GitHubContext,
  { endpoint }: GetRestApiArgs,
): Promise<GetRestApiResult> {
  const path = endpoint.replace(/^\//, "");
  const listed = variablesAt(path);
  const fullName = /^repos\/([^/?]+\/[^/?]+)$/.exec(path)?.[1];
  if (!fullName && !listed) throw new Error(`the sandbox's GitHub does not answer GET ${endpoint}`);
  const id = randomUUID();
  const scopes = await github.scopes(`GET ${path}`);
  const headers = JSON.stringify({
    "Content-Type": ["application/json; charset=utf-8"],
    "X-Github-Request-Id": [id],
    ...(scopes && { "X-Oauth-Scopes": [scopes.join(", ")] }),
  });
  try {
    const body = listed
      ? await variables(github, listed, `GET ${path}`)
      : await repository(github, fullName ?? "", scopes);
    return { endpoint, id, headers, code: 200, status: "200 OK", body: JSON.stringify(body) };
  } catch (error) {
    // The real function answers a 404, and throws any other error.
    if (!(error instanceof GitHubError) || error.status !== 404) throw error;
    const body = JSON.stringify({ message: "Not Found", status: "404" });
    return { endpoint, id, headers, code: 404, status: "404 Not Found", body };
  }
}

async function variables(
  github: GitHubContext,
  { fullName, page }: NonNullable<ReturnType<typeof variablesAt>>,
  request: string,
) {
  const { settings } = await github.writable(fullName, request);
  const found = page(settings);
  if (!found) throw new GitHubError(404, request, "Not Found");
  return found;
}

async function repository(github: GitHubContext, asked: string, scopes?: readonly string[]) {
  const { settings, fullName } = await github.find(asked);
  const [login, name] = fullName.split("/");
  return {
    ...{ id: settings.id, name, full_name: fullName, private: settings.private },
    visibility: settings.private ? "private" : "public",
    owner: { login, id: settings.ownerId, type: settings.ownerType },
    default_branch: settings.defaultBranch,
    ...{ archived: false, disabled: false },
    // Only somebody who is known has any.
    ...(scopes && { permissions: { admin: true, maintain: true, push: true, pull: true } }),
  };
}
