/** Finds the newest release of each action in the table of pinned actions: https://docs.github.com/en/rest/releases/releases#get-the-latest-release */

export interface Change {
  /** `owner/name` */
  readonly repository: string;
  readonly from: string;
  readonly to: string;
}

export interface GitHubApi {
  /** @default https://api.github.com */
  readonly url?: string;
  /** Raises the limit of 60 requests in an hour. @default none */
  readonly token?: string | undefined;
}

/** GitHub gives no answer, or an error. Nothing was changed. */
export class GitHubUnavailable extends Error {}

/** A `pin(…)` of the table: the repository, the version and the commit. */
const pinned =
  /(?<start>"(?<repository>[\w-]+\/[\w-]+)",\s*)"(?<version>v[\d.]+)"(?<between>,\s*)"(?<commit>[0-9a-f]{40})"/g;

/** The table with the newest release of each action. */
export async function updateTable(
  table: string,
  api: GitHubApi = {},
): Promise<{ readonly table: string; readonly changes: readonly Change[] }> {
  const changes: Change[] = [];
  let updated = "";
  let end = 0;
  for (const match of table.matchAll(pinned)) {
    const { start = "", repository = "", version = "", between = "", commit } = match.groups ?? {};
    const newest = await newestRelease(repository, api);
    if (newest.version !== version || newest.commit !== commit) {
      changes.push({ repository, from: version, to: newest.version });
    }
    updated += `${table.slice(end, match.index)}${start}"${newest.version}"${between}"${newest.commit}"`;
    end = match.index + match[0].length;
  }
  return { table: updated + table.slice(end), changes };
}

async function newestRelease(repository: string, api: GitHubApi) {
  const path = `repos/${repository}`;
  const { tag_name: version } = await get<{ tag_name: string }>(`${path}/releases/latest`, api);
  if (!/^v\d+\.\d+\.\d+$/.test(version)) {
    throw new GitHubUnavailable(
      `The newest release of ${repository} is ${version}, which is not a whole version such as v1.2.3.`,
    );
  }
  let { object } = await get<{ object: GitObject }>(`${path}/git/ref/tags/${version}`, api);
  // An annotated tag is an object of its own, which names the commit.
  while (object.type === "tag") {
    ({ object } = await get<{ object: GitObject }>(`${path}/git/tags/${object.sha}`, api));
  }
  return { version, commit: object.sha };
}

interface GitObject {
  readonly type: "commit" | "tag";
  readonly sha: string;
}

async function get<T>(path: string, { url = "https://api.github.com", token }: GitHubApi) {
  const headers = {
    accept: "application/vnd.github+json",
    ...(token && { authorization: `Bearer ${token}` }),
  };
  let response: Response;
  try {
    response = await fetch(`${url}/${path}`, { headers, signal: AbortSignal.timeout(30_000) });
  } catch (error) {
    const { cause, message } = error as Error;
    const reason = cause instanceof Error ? cause.message || cause.name : message;
    throw new GitHubUnavailable(`GitHub does not answer at ${url}: ${reason}.`);
  }
  if (!response.ok) {
    const { message = response.statusText } = (await response.json().catch(() => ({}))) as {
      message?: string;
    };
    const hint = response.status === 403 && !token ? " Export GITHUB_TOKEN and try again." : "";
    throw new GitHubUnavailable(
      `GitHub answers ${response.status} to GET ${path}: ${message}.${hint}`,
    );
  }
  return (await response.json()) as T;
}
