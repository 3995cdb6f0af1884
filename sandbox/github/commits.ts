/** Commits of bare repositories: git writes them; isomorphic-git reads them, without a process for each answer. */
import fs from "node:fs";
import { posix } from "node:path";
import {
  Errors,
  listFiles,
  type ReadCommitResult,
  readBlob,
  readCommit,
  readTree,
  resolveRef as resolve,
  TREE,
  walk,
} from "isomorphic-git";
import { withLock } from "../base/lock";
import { git } from "./git";

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
    return (await commitAt(repository, ref)).oid;
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

/** isomorphic-git's cache of the packs that it has read. */
const cache = {};

const inside = (repository: string) => ({ fs, gitdir: repository, cache });

/** Returns undefined in place of an error if a ref or a path does not exist, or if a path is a file where a folder is needed. */
async function found<T>(read: () => Promise<T>): Promise<T | undefined> {
  try {
    return await read();
  } catch (error) {
    const { NotFoundError, ObjectTypeError } = Errors;
    if (error instanceof NotFoundError || error instanceof ObjectTypeError) return undefined;
    throw error;
  }
}

/** The commit of a ref or SHA; undefined if there is none. */
export async function resolveRef(repository: string, ref: string): Promise<string | undefined> {
  return (await found(() => commitAt(repository, ref)))?.oid;
}

/** The commit of a ref, in every form that git accepts except a shortened SHA. */
async function commitAt(repository: string, ref: string) {
  const oid = await resolve({ ...inside(repository), ref });
  return readCommit({ ...inside(repository), oid });
}

/** The first parent; undefined for the first commit. */
export async function parentOf(repository: string, sha: string): Promise<string | undefined> {
  return (await commitAt(repository, sha)).commit.parent[0];
}

export interface Blob {
  readonly sha: string;
  readonly content: string;
}

export async function readBlobAt(
  repository: string,
  ref: string,
  path: string,
): Promise<Blob | undefined> {
  return found(async () => {
    const { oid: commit } = await commitAt(repository, ref);
    const { oid, blob } = await readBlob({ ...inside(repository), oid: commit, filepath: path });
    return { sha: oid, content: Buffer.from(blob).toString("utf8") };
  });
}

export async function readFileAt(
  repository: string,
  ref: string,
  path: string,
): Promise<string | undefined> {
  return (await readBlobAt(repository, ref, path))?.content;
}

/** Files directly inside a folder. */
export async function listFilesAt(
  repository: string,
  commit: string,
  folder: string,
): Promise<string[]> {
  const read = () => readTree({ ...inside(repository), oid: commit, filepath: folder });
  const entries = (await found(read))?.tree ?? [];
  return entries.filter(({ type }) => type === "blob").map(({ path }) => `${folder}/${path}`);
}

export interface CommitInfo {
  readonly sha: string;
  readonly message: string;
  readonly author: Author;
}

/** The newest commit up to `ref` that changed `path`, or any file if no path is given. */
export async function newestCommit(
  repository: string,
  ref: string,
  path?: string,
): Promise<CommitInfo | undefined> {
  let newest = await found(() => commitAt(repository, ref));
  if (newest !== undefined && path !== undefined) {
    newest = await lastToChange(repository, newest, path);
  }
  if (newest === undefined) return undefined;
  const { message, author } = newest.commit;
  const { name, email } = author;
  return { sha: newest.oid, message: message.trimEnd(), author: { name, email } };
}

/** As `git log -1 -- path`: a merge that took the path from one of its parents did not change it. */
async function lastToChange(
  repository: string,
  start: ReadCommitResult,
  path: string,
): Promise<ReadCommitResult | undefined> {
  const { dir, base } = posix.parse(path);
  const folder = dir === "" ? {} : { filepath: dir };
  const contentAt = async (oid: string) => {
    const tree = await found(() => readTree({ ...inside(repository), oid, ...folder }));
    const entry = tree?.tree.find((one) => one.path === base);
    return entry && `${entry.mode} ${entry.oid}`;
  };
  const content = await contentAt(start.oid);
  let at = start;
  for (;;) {
    const parents = await Promise.all(at.commit.parent.map(contentAt));
    const same = at.commit.parent[parents.indexOf(content)];
    if (same === undefined) break;
    at = await readCommit({ ...inside(repository), oid: same });
  }
  const never = content === undefined && at.commit.parent.length === 0;
  return never ? undefined : at;
}

/** Paths that differ between two commits; all files of `after` if there is no earlier commit. */
export async function changedFiles(
  repository: string,
  before: string | undefined,
  after: string,
): Promise<string[]> {
  const common = inside(repository);
  if (before === undefined) return listFiles({ ...common, ref: after });
  const paths = await walk({
    ...common,
    trees: [TREE({ ref: before }), TREE({ ref: after })],
    map: async (path, entries) => {
      const [one, other] = await Promise.all(
        entries.map(async (entry) => entry && `${await entry.mode()} ${await entry.oid()}`),
      );
      // Null: the walk does not enter this folder. A folder at both places that differs is walked, and is not a path itself.
      if (one === other) return null;
      const types = await Promise.all(entries.map((entry) => entry?.type()));
      return types.includes("blob") ? path : undefined;
    },
  });
  return paths ?? [];
}
