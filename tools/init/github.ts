import type { Answer, Ask } from "../../components/github/lookup/ask";
import { judgeEnvironment } from "../../components/github/lookup/environment";
import { lookAtBranch } from "../../components/github/lookup/look-at-branch";
import { contentOf } from "../../components/github/lookup/workflow-file";
import type { GitRef } from "../../components/github/workflow/trigger";
import type { Problem } from "../../components/shared/errors";

/** What GitHub says about a repository. Without an answer, all of it is unknown. */
export interface GitHubFacts {
  /** Why GitHub did not say it. */
  readonly unanswered?: string;
  readonly defaultBranch?: string;
  /** `repository` if the owner's plan has no environments for the repository. */
  readonly settings?: "repository";
  /** Why nobody may commit to the branch. */
  readonly closed?: string;
}

/** Sends requests to GitHub's REST API. `GITHUB_API_URL` names another server, as in GitHub's workflows. */
export function askGitHub(env: Readonly<Record<string, string | undefined>>): Ask {
  const { GITHUB_API_URL: url = "https://api.github.com", GITHUB_TOKEN: token } = env;
  const headers = {
    accept: "application/vnd.github+json",
    ...(token && { authorization: `Bearer ${token}` }),
  };
  return async (endpoint) => {
    try {
      const signal = AbortSignal.timeout(10_000);
      const response = await fetch(`${url}/${endpoint}`, { headers, signal });
      const body = (await response.json().catch(() => ({}))) as { readonly message?: string };
      const message = response.ok ? "" : (body.message ?? response.statusText);
      return { code: response.status, message, body };
    } catch (error) {
      const { cause, message } = error as Error;
      const reason = cause instanceof Error ? cause.message || cause.name : message;
      return { code: undefined, message: reason, body: undefined };
    }
  };
}

/** Only reads. With a token, GitHub shows more than without one. */
export async function readGitHub(
  ask: Ask,
  repository: string,
  wantedBranch?: string,
): Promise<GitHubFacts> {
  const answer = await ask(`repos/${repository}`);
  if (answer.code !== 200) {
    return { unanswered: reasonOf(repository, answer) };
  }
  const { default_branch: defaultBranch } = answer.body as { default_branch: string };
  const branch = wantedBranch ?? defaultBranch;
  const { closed, problems } = await lookAtBranch(
    ask,
    { project: "", stack: "", workflow: "create" },
    { fullName: repository, branch, path: "--branch", files: [] },
  );
  const needsRepository = problems.some(({ path }) => path === "github.settings");
  return {
    defaultBranch,
    ...(needsRepository && { settings: "repository" as const }),
    ...(closed && { closed }),
  };
}

function reasonOf(repository: string, { code, message }: Answer): string {
  return code === 404
    ? `GitHub shows no repository ${repository}. If it is private, export GITHUB_TOKEN`
    : `GitHub does not describe ${repository}: ${code ?? ""} ${message}`.replace(":  ", ": ");
}

/** Whether the stack's environment exists, and what its rules would refuse. */
export async function readEnvironment(
  ask: Ask,
  repository: string,
  name: string,
  refs: readonly GitRef[],
): Promise<{ readonly exists: boolean; readonly problems: readonly Problem[] }> {
  const endpoint = `repos/${repository}/environments/${encodeURIComponent(name)}`;
  const environment = await ask(endpoint);
  if (environment.code !== 200) return { exists: false, problems: [] };
  const { deployment_branch_policy: policy } = environment.body as {
    deployment_branch_policy: { custom_branch_policies: boolean } | null;
  };
  const policies = policy?.custom_branch_policies
    ? await ask(`${endpoint}/deployment-branch-policies?per_page=100`)
    : undefined;
  const wanted = { fullName: repository, name, mode: "adopt", refs } as const;
  return { exists: true, problems: judgeEnvironment(wanted, environment, policies) };
}

/** The text of a file in the repository; undefined if GitHub does not show one. */
export async function readRemoteFile(
  ask: Ask,
  repository: string,
  branch: string,
  path: string,
): Promise<string | undefined> {
  const encoded = path.split("/").map(encodeURIComponent).join("/");
  const query = `ref=${encodeURIComponent(branch)}`;
  const answer = await ask(`repos/${repository}/contents/${encoded}?${query}`);
  return answer.code === 200 ? contentOf(answer) : undefined;
}
