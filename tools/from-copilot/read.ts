import { access, readdir, readFile } from "node:fs/promises";
import { basename, dirname, join, relative, resolve, sep } from "node:path";
import { UsageError } from "../command";
import { readGit } from "../init/git";
import type { Origin } from "./draft";
import { find, parseManifest, type Tree, textOf } from "./tree";

export interface Manifest {
  /** Relative to the workspace: `copilot/api/manifest.yml`. */
  readonly file: string;
  readonly name: string;
  readonly tree: Tree & { readonly kind: "map" };
}

/** The files of a Copilot application. */
export interface Application {
  /** Undefined without a `.workspace` file. */
  readonly name?: string;
  /** The folder that contains `copilot/`, relative to the repository's root. */
  readonly workspace: string;
  readonly workloads: readonly Manifest[];
  readonly environments: readonly Manifest[];
  readonly pipelines: readonly Manifest[];
  /** Folders with CloudFormation templates, or changes to them. */
  readonly templates: readonly Origin[];
}

/** https://aws.github.io/copilot-cli/docs/manifest/overview/ */
export async function readApplication(folder: string): Promise<Application> {
  const root = resolve(folder);
  const below = join(root, "copilot");
  const copilot = (await exists(below)) ? below : root;
  const workspace = dirname(copilot);
  if (basename(copilot) !== "copilot" || !(await exists(copilot))) {
    throw new UsageError(`there is no folder copilot in ${root}`);
  }
  const read = async (path: string): Promise<Manifest | undefined> => {
    const text = await readFile(join(workspace, path), "utf8").catch(() => undefined);
    if (text === undefined) return undefined;
    const tree = parseManifest(text, path);
    const name = textOf(find(tree, "name")) ?? basename(dirname(path));
    return { file: path, name, tree };
  };
  const readAll = async (paths: readonly string[]) =>
    (await Promise.all(paths.map(read))).filter((manifest) => manifest !== undefined);
  const manifestsIn = async (path: string) =>
    (await foldersIn(join(workspace, path))).map((name) => `${path}/${name}/manifest.yml`);
  const folders = await manifestsIn("copilot");
  const git = await readGit(workspace);
  const settings = await read("copilot/.workspace");
  const name = settings && textOf(find(settings.tree, "application"));
  return {
    ...(name && { name }),
    workspace: git.root ? relative(git.root, workspace).split(sep).join("/") || "." : ".",
    workloads: await readAll(folders.filter((path) => !isReserved(path))),
    environments: await readAll(await manifestsIn("copilot/environments")),
    // The second is the place of earlier versions.
    pipelines: await readAll([...(await manifestsIn("copilot/pipelines")), "copilot/pipeline.yml"]),
    templates: await templatesIn(workspace, [...folders.map(dirname), "copilot/environments"]),
  };
}

function isReserved(path: string): boolean {
  return /^copilot\/(?:environments|pipelines)\//.test(path);
}

async function templatesIn(workspace: string, folders: readonly string[]): Promise<Origin[]> {
  const paths = folders.flatMap((folder) => ["addons", "overrides"].map((key) => [folder, key]));
  const found = await Promise.all(
    paths.map(async ([folder = "", key = ""]) => {
      const file = `${folder}/${key}`;
      return (await exists(join(workspace, file))) ? [{ at: { file, line: 1 }, key }] : [];
    }),
  );
  const all = found.flat();
  return all.filter(({ at }, i) => all.findIndex((other) => other.at.file === at.file) === i);
}

async function foldersIn(path: string): Promise<string[]> {
  const entries = await readdir(path, { withFileTypes: true }).catch(() => []);
  return entries
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .sort();
}

function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
