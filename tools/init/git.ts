import { execFile } from "node:child_process";

/** What a folder's git repository says. */
export interface GitFacts {
  /** The repository's root folder. */
  readonly root?: string;
  /** `owner/name` on github.com. */
  readonly repository?: string;
  /** The remote's default branch, as of the last fetch. */
  readonly defaultBranch?: string;
}

export async function readGit(folder: string): Promise<GitFacts> {
  const git = (...args: string[]) => run(folder, args);
  const root = await git("rev-parse", "--show-toplevel");
  if (root === undefined) return {};
  const remotes = (await git("remote"))?.split("\n") ?? [];
  const remote = remotes.includes("origin") ? "origin" : (remotes[0] ?? "");
  const url = remote === "" ? undefined : await git("remote", "get-url", remote);
  const head = await git("symbolic-ref", "--short", `refs/remotes/${remote}/HEAD`);
  const repository = url === undefined ? undefined : repositoryOf(url);
  return {
    root,
    ...(repository && { repository }),
    ...(head && { defaultBranch: head.slice(remote.length + 1) }),
  };
}

/** `owner/name`, from the address of a repository on github.com. */
export function repositoryOf(url: string): string | undefined {
  const found =
    /^(?:(?:https?|git|ssh):\/\/(?:[^@/]*@)?(?:www\.|ssh\.)?github\.com(?::\d+)?\/|(?:[^@/]*@)?github\.com:)([\w-]+\/[\w.-]+?)(?:\.git)?\/?$/i.exec(
      url.trim(),
    );
  return found?.[1];
}

function run(cwd: string, args: readonly string[]): Promise<string | undefined> {
  return new Promise((resolve) => {
    execFile("git", args, { cwd }, (error, stdout) => {
      resolve(error ? undefined : stdout.trim() || undefined);
    });
  });
}
