/** Repositories on disk: `<root>/<owner>/<name>.git`, a bare git repository, and `<name>.json`, its settings. */
import { mkdir, readdir, readFile, rm, stat } from "node:fs/promises";
import { basename, join, relative } from "node:path";
import { type Author, commit } from "./commits";
import { git } from "./git";
import { endRedirect } from "./renames";
import {
  emptyValues,
  type RepositorySettings,
  readSettings,
  repositoryPath,
  stableId,
  writeSettings,
} from "./settings";

export interface RepositoryOptions {
  /** The folder whose files are the first commit. */
  readonly seed: string;
  /** Branches in addition to the default one, `main`; they start at the first commit. */
  readonly branches?: readonly string[];
  /** @default false */
  readonly private?: boolean;
  /** @default "Organization" */
  readonly ownerType?: RepositorySettings["ownerType"];
  /** OIDC subjects in GitHub's immutable form. @default false */
  readonly immutableSubject?: boolean;
}

export interface Repository {
  readonly fullName: string;
  /** The bare git repository. */
  readonly path: string;
  readonly settings: RepositorySettings;
}

const DEFAULT_BRANCH = "main";
const DEVELOPER: Author = { name: "Sandbox Developer", email: "developer@example.com" };

export async function createRepository(
  root: string,
  fullName: string,
  options: RepositoryOptions,
): Promise<Repository> {
  const path = repositoryPath(root, fullName);
  if (await readSettings(root, fullName)) throw new Error(`repository ${fullName} exists`);
  // Without settings it is left over from an interrupted creation.
  await rm(path, { recursive: true, force: true });
  await mkdir(path, { recursive: true });
  await git(path, ["init", "--quiet", "--bare", `--initial-branch=${DEFAULT_BRANCH}`]);
  const seed = await readFolder(options.seed);
  await commit(path, {
    branch: DEFAULT_BRANCH,
    ...seed,
    message: "First commit",
    author: DEVELOPER,
  });
  for (const branch of options.branches ?? []) {
    if (branch !== DEFAULT_BRANCH) await git(path, ["branch", branch, DEFAULT_BRANCH]);
  }
  const settings: RepositorySettings = {
    id: stableId(fullName),
    ownerId: stableId(fullName.split("/")[0] ?? fullName),
    ownerType: options.ownerType ?? "Organization",
    private: options.private ?? false,
    defaultBranch: DEFAULT_BRANCH,
    immutableSubject: options.immutableSubject ?? false,
    environments: {},
    ...emptyValues(),
  };
  await writeSettings(root, fullName, settings);
  await endRedirect(root, fullName);
  return { fullName, path, settings };
}

/** Another owner's copy, with the branches and without the settings. */
export async function forkRepository(
  root: string,
  fullName: string,
  fork: string,
): Promise<Repository> {
  const { path: source, settings } = await getRepository(root, fullName);
  const path = repositoryPath(root, fork);
  if (await readSettings(root, fork)) throw new Error(`repository ${fork} exists`);
  await mkdir(root, { recursive: true });
  await git(root, ["clone", "--quiet", "--bare", `file://${source}`, path]);
  const own: RepositorySettings = {
    ...settings,
    id: stableId(fork),
    ownerId: stableId(fork.split("/")[0] ?? fork),
    ownerType: "User",
    environments: {},
    ...emptyValues(),
  };
  await writeSettings(root, fork, own);
  return { fullName: fork, path, settings: own };
}

export async function getRepository(root: string, fullName: string): Promise<Repository> {
  const settings = await readSettings(root, fullName);
  if (!settings) throw new Error(`repository ${fullName} does not exist in the sandbox's GitHub`);
  return { fullName, path: repositoryPath(root, fullName), settings };
}

export async function listRepositories(root: string): Promise<Repository[]> {
  return Promise.all((await repositoryNames(root)).map((name) => getRepository(root, name)));
}

export async function repositoryNames(root: string): Promise<string[]> {
  const owners = await readdir(root, { withFileTypes: true }).catch(() => []);
  const names: string[] = [];
  for (const owner of owners.filter((entry) => entry.isDirectory())) {
    const files = await readdir(join(root, owner.name));
    const settings = files.filter((file) => file.endsWith(".json"));
    names.push(...settings.map((file) => `${owner.name}/${basename(file, ".json")}`));
  }
  return names.sort();
}

/** Commits to a branch, like a `git push` of one commit, and returns the SHA. A null content deletes the file. */
export async function push(
  root: string,
  fullName: string,
  branch: string,
  changes: Readonly<Record<string, string | null>>,
  message: string,
): Promise<string> {
  const { path } = await getRepository(root, fullName);
  return commit(path, { branch, changes, message, author: DEVELOPER });
}

async function readFolder(folder: string) {
  const changes: Record<string, Buffer> = {};
  const executables = new Set<string>();
  for (const entry of await readdir(folder, { withFileTypes: true, recursive: true })) {
    if (!entry.isFile()) continue;
    const file = join(entry.parentPath ?? entry.path, entry.name);
    const path = relative(folder, file);
    changes[path] = await readFile(file);
    if ((await stat(file)).mode & 0o100) executables.add(path);
  }
  if (Object.keys(changes).length === 0) throw new Error(`${folder} has no files to start from`);
  return { changes, executables };
}
