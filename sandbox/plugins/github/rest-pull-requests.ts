import type { RepositorySettings } from "../../github/settings";

/** The newest first, as the program asks for them: https://docs.github.com/en/rest/pulls/pulls#list-pull-requests */
export function pullRequestsPage(
  { pullRequests = [] }: RepositorySettings,
  query: URLSearchParams,
) {
  const expected = { sort: "created", direction: "desc", state: "all" };
  for (const [name, value] of Object.entries(expected)) {
    if (query.get(name) !== value)
      throw new Error(`pull requests are listed with ${name}=${value}`);
  }
  const base = query.get("base");
  return pullRequests
    .filter((one) => base === null || one.base.branch === base)
    .sort((a, b) => b.number - a.number)
    .slice(0, Number(query.get("per_page") ?? 30))
    .map((one) => ({
      ...{ number: one.number, title: one.title, state: one.state, created_at: one.openedAt },
      merged_at: one.merged ? one.updatedAt : null,
      head: { ref: one.head.branch, sha: one.head.sha, repo: { full_name: one.head.repository } },
      base: { ref: one.base.branch, sha: one.base.sha },
    }));
}
