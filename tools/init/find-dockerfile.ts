import { readdir, readFile } from "node:fs/promises";
import { isAbsolute, join, posix, relative, resolve, sep } from "node:path";
import type { Ask } from "../../components/github/lookup/ask";
import type { Collector } from "./collector";
import { type DockerfileFacts, readDockerfile } from "./dockerfile";
import type { Flags } from "./flags";
import { readRemoteFile } from "./github";

/** The Dockerfile, and what a build of it needs. */
export interface Build {
  /** Relative to the repository's root. */
  readonly path: string;
  /** The folder of the application, relative to the repository's root. */
  readonly context: string;
  readonly target?: string;
  readonly facts: DockerfileFacts;
}

/** A folder of a clone, or a repository on GitHub. */
export type Place =
  | { readonly app: string; readonly root: string }
  | { readonly ask: Ask; readonly repository: string; readonly branch: string };

/** Finds and reads the Dockerfile. A missing one is a problem. */
export async function findDockerfile(
  place: Place,
  { dockerfile, target }: Pick<Flags, "dockerfile" | "target">,
  collector: Collector,
): Promise<Build | undefined> {
  const found =
    "app" in place
      ? await findInFolder(place.app, place.root, dockerfile, collector)
      : await findOnGitHub(place, dockerfile, collector);
  if (!found) return undefined;
  const facts = readDockerfile(found.text, target);
  if (!facts.hasTarget && target !== undefined) {
    collector.add({
      path: "--target",
      value: target,
      allowed: `a stage of ${found.path}`,
      fix: "write the name after AS, or leave it out to build the last stage",
    });
  }
  return { path: found.path, context: found.context, ...(target && { target }), facts };
}

interface Found {
  readonly path: string;
  readonly context: string;
  readonly text: string;
}

async function findInFolder(
  app: string,
  root: string,
  given: string | undefined,
  collector: Collector,
): Promise<Found | undefined> {
  const file = given ?? (await collector.choose("dockerfile", await dockerfilesIn(app)));
  if (file === undefined) return undefined;
  const path = resolve(app, file);
  const inside = relative(root, path);
  const text = await readFile(path, "utf8").catch(() => undefined);
  if (text === undefined || inside.startsWith("..") || isAbsolute(inside)) {
    collector.add(missing(file, `a Dockerfile in ${app}`));
    return undefined;
  }
  return { text, path: slashes(inside), context: slashes(relative(root, app)) || "." };
}

async function findOnGitHub(
  { ask, repository, branch }: Extract<Place, { ask: Ask }>,
  given: string | undefined,
  collector: Collector,
): Promise<Found | undefined> {
  const path = posix.normalize(given ?? "Dockerfile");
  const text = branch && (await readRemoteFile(ask, repository, branch, path));
  if (text) return { text, path, context: "." };
  collector.add(
    missing(given, `a Dockerfile that GitHub shows in ${repository || "a repository"}`),
  );
  return undefined;
}

/** Finds `Dockerfile` in the folder. If there is none, finds all Dockerfiles down to the third level. */
async function dockerfilesIn(folder: string, level = 0): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  const files = entries.filter((entry) => entry.isFile() && entry.name === "Dockerfile");
  if (level === 0 && files.length > 0) return ["Dockerfile"];
  const folders = level < 2 ? entries.filter((entry) => entry.isDirectory()) : [];
  const below = folders
    .filter(({ name }) => !name.startsWith(".") && name !== "node_modules")
    .map(async ({ name }) =>
      (await dockerfilesIn(join(folder, name), level + 1)).map((path) => `${name}/${path}`),
    );
  return [...files.map(({ name }) => name), ...(await Promise.all(below)).flat()].sort();
}

function missing(value: string | undefined, allowed: string) {
  return {
    path: "--dockerfile",
    value,
    allowed,
    fix: "correct the path; --app names the application's folder",
  };
}

function slashes(path: string): string {
  return path.split(sep).join("/");
}
