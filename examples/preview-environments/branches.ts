import { execFile } from "node:child_process";
import { promisify } from "node:util";

/**
 * The branches of a repository on GitHub, read by git with the credentials that git itself has.
 *
 * @throws Error if git cannot read them: an error must not look like a repository without branches
 */
export async function readBranches(repository: string): Promise<ReadonlySet<string>> {
  const url = `https://github.com/${repository}.git`;
  const { stdout } = await promisify(execFile)("git", ["ls-remote", "--heads", url], {
    // git must not ask for a password, because nobody would answer.
    env: { ...process.env, GIT_TERMINAL_PROMPT: "0" },
    maxBuffer: 64 * 1024 * 1024,
  });
  const branches = parseBranches(stdout);
  if (branches.size === 0) {
    throw new Error(`${url} has no branches. Is it the right repository?`);
  }
  return branches;
}

/** Each line has a commit, a tab and a ref: https://git-scm.com/docs/git-ls-remote#_output */
export function parseBranches(output: string): ReadonlySet<string> {
  const names = output.split("\n").map((line) => /\trefs\/heads\/(.+)$/.exec(line)?.[1]);
  return new Set(names.filter((name) => name !== undefined));
}
