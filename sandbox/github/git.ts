/** Runs git commands on bare repositories. */
import { spawn } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { withLock } from "../base/lock";

export interface Author {
  readonly name: string;
  readonly email: string;
}

export interface Commit {
  readonly branch: string;
  /** New content by path; null deletes the file. */
  readonly changes: Readonly<Record<string, string | Buffer | null>>;
  readonly message: string;
  readonly author: Author;
  /** The commit that the branch must point to. */
  readonly parent?: string;
  /** Paths of executable files. */
  readonly executables?: ReadonlySet<string>;
}

/** Disables the user's and the system's git configuration (signing, hooks, line ends) in the sandbox. */
const ENVIRONMENT = {
  GIT_CONFIG_GLOBAL: "/dev/null",
  GIT_CONFIG_NOSYSTEM: "1",
  GIT_TERMINAL_PROMPT: "0",
};

export async function git(
  directory: string,
  args: readonly string[],
  input?: Buffer,
): Promise<string> {
  return (await gitBytes(directory, args, input)).toString("utf8").trim();
}

function gitBytes(directory: string, args: readonly string[], input?: Buffer): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const child = spawn("git", ["-C", directory, ...args], {
      env: { PATH: process.env.PATH, ...ENVIRONMENT },
    });
    const output: Buffer[] = [];
    const errors: Buffer[] = [];
    child.stdout.on("data", (chunk: Buffer) => output.push(chunk));
    child.stderr.on("data", (chunk: Buffer) => errors.push(chunk));
    child.on("error", reject);
    child.on("close", (code) => {
      if (code === 0) resolve(Buffer.concat(output));
      else reject(new Error(`git ${args[0]} failed: ${Buffer.concat(errors).toString().trim()}`));
    });
    // A process that fails at once closes its input; its exit code gives the reason.
    child.stdin.on("error", () => {});
    child.stdin.end(input);
  });
}

/** Another commit moved the branch. */
export class BranchMoved extends Error {
  constructor(branch: string, actual: string | undefined, expected: string) {
    super(`${branch} is at ${actual} but expected ${expected}`);
    this.name = "BranchMoved";
  }
}

/** Adds a commit to a branch, creates the branch if it does not exist, and returns the SHA. */
export async function commit(repository: string, commit: Commit): Promise<string> {
  return withLock(`${repository}.lock`, async () => {
    const ref = `refs/heads/${commit.branch}`;
    const parent = await resolveRef(repository, ref);
    if (commit.parent && commit.parent !== parent) {
      throw new BranchMoved(commit.branch, parent, commit.parent);
    }
    await git(repository, ["fast-import", "--quiet"], fastImport(commit, ref, parent));
    return (await resolveRef(repository, ref)) ?? git(repository, ["rev-parse", ref]);
  });
}

/** The stream of `git fast-import`: one process for any number of files. */
function fastImport(commit: Commit, ref: string, parent: string | undefined): Buffer {
  const seconds = Math.floor(Date.now() / 1000);
  const identity = `${commit.author.name} <${commit.author.email}> ${seconds} +0000`;
  const parts: Buffer[] = [
    Buffer.from(`commit ${ref}\nauthor ${identity}\ncommitter ${identity}\n`),
    data(Buffer.from(commit.message)),
    Buffer.from(parent ? `from ${parent}\n` : ""),
  ];
  for (const [path, content] of Object.entries(commit.changes)) {
    const quoted = JSON.stringify(path);
    if (content === null) {
      parts.push(Buffer.from(`D ${quoted}\n`));
      continue;
    }
    const mode = commit.executables?.has(path) ? "100755" : "100644";
    parts.push(Buffer.from(`M ${mode} inline ${quoted}\n`), data(Buffer.from(content)));
  }
  return Buffer.concat(parts);
}

function data(content: Buffer): Buffer {
  return Buffer.concat([Buffer.from(`data ${content.length}\n`), content, Buffer.from("\n")]);
}

/** The commit of a ref or SHA; undefined if there is none. */
export async function resolveRef(repository: string, ref: string): Promise<string | undefined> {
  // A third of all calls asks for a branch. The file of a branch, if it has one, takes precedence over packed refs:
  // https://git-scm.com/docs/gitrepository-layout
  const head = ref.startsWith("refs/heads/")
    ? await readFile(join(repository, ref), "utf8").catch(() => "")
    : "";
  if (/^[0-9a-f]{40}\n$/.test(head)) return head.trim();
  return git(repository, ["rev-parse", "--verify", "--quiet", `${ref}^{commit}`]).catch(
    () => undefined,
  );
}

export async function readFileAt(
  repository: string,
  commit: string,
  path: string,
): Promise<string | undefined> {
  return (
    await gitBytes(repository, ["show", `${commit}:${path}`]).catch(() => undefined)
  )?.toString("utf8");
}

/** Files directly inside a folder. */
export async function listFilesAt(
  repository: string,
  commit: string,
  folder: string,
): Promise<string[]> {
  const out = await git(repository, ["ls-tree", "-z", "--name-only", commit, `${folder}/`]);
  return out.split("\0").filter((path) => path !== "");
}

export interface CommitInfo {
  readonly sha: string;
  readonly message: string;
  readonly author: Author;
}

/** The newest commit up to `commit` that changed `path`, or any file if no path is given. */
export async function newestCommit(
  repository: string,
  commit: string,
  path?: string,
): Promise<CommitInfo | undefined> {
  const args = ["log", "-1", "--format=%H%x00%an%x00%ae%x00%B", commit];
  const out = await git(repository, path === undefined ? args : [...args, "--", path]);
  const [sha, name, email, ...message] = out.split("\0");
  if (!sha || name === undefined || email === undefined) return undefined;
  return { sha, message: message.join("\0").trimEnd(), author: { name, email } };
}

/** Paths that differ between two commits; all files of `after` if there is no earlier commit. */
export async function changedFiles(
  repository: string,
  before: string | undefined,
  after: string,
): Promise<string[]> {
  const args =
    before === undefined
      ? ["ls-tree", "-r", "-z", "--name-only", after]
      : ["diff", "--name-only", "--no-renames", "-z", before, after];
  return (await git(repository, args)).split("\0").filter((path) => path !== "");
}
