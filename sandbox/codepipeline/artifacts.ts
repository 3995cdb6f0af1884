/** The files of artifacts, and their form in the bucket: ZIP files. */
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { basename, dirname, join, relative, resolve } from "node:path";
import { type Unzipped, unzipSync, type Zippable, zipSync } from "fflate";
import { minimatch } from "minimatch";
import type { ArtifactSpec } from "./buildspec";

/** The files that a buildspec names, by their path in the artifact. The errors are CodeBuild's. */
export async function collectArtifact(source: string, spec: ArtifactSpec): Promise<Zippable> {
  const base = await baseFolder(source, spec["base-directory"] ?? ".");
  const all = (await readdir(base, { withFileTypes: true, recursive: true }))
    .filter((entry) => entry.isFile())
    .map((entry) => relative(base, join(entry.parentPath ?? entry.path, entry.name)));
  const matching = (patterns: readonly string[]) => (file: string) =>
    patterns.some((pattern) => matches(file, pattern));
  const named = all.filter(matching(spec.files));
  if (named.length === 0) {
    throw new Error(
      `CLIENT_ERROR Message: no matching artifact paths found in ${base} for ${spec.files.join(", ")}`,
    );
  }
  const excluded = matching(spec["exclude-paths"] ?? []);
  const files = named.filter((file) => !excluded(file));
  const entries = files.map(async (file) => {
    const path = spec["discard-paths"] ? basename(file) : file;
    return [path, new Uint8Array(await readFile(join(base, file)))] as const;
  });
  return Object.fromEntries(await Promise.all(entries));
}

/** `**` with a slash matches in every folder, and `**` and `*` alone match all files, as the reference's examples do. */
function matches(file: string, pattern: string): boolean {
  const plain = pattern.replace(/^\.\//, "");
  return minimatch(file, plain, { dot: true }) || file.startsWith(`${plain.replace(/\/$/, "")}/`);
}

/** The folder that `base-directory` names. It may contain wildcards: the first match counts. */
async function baseFolder(source: string, given: string): Promise<string> {
  const exact = resolve(source, given);
  const found = await readdir(exact).catch(() => undefined);
  if (found) return exact;
  const folders = (await readdir(source, { withFileTypes: true, recursive: true }))
    .filter((entry) => entry.isDirectory())
    .map((entry) => relative(source, join(entry.parentPath ?? entry.path, entry.name)));
  const match = folders.sort().find((folder) => minimatch(folder, given, { dot: true }));
  if (match !== undefined) return join(source, match);
  throw new Error(`CLIENT_ERROR Message: no matching base directory path found for ${given}`);
}

export function zip(files: Zippable): Uint8Array {
  return zipSync(files);
}

/** CodePipeline's ZIP files of sources do not keep the permissions of files: https://docs.aws.amazon.com/codepipeline/latest/userguide/troubleshooting.html */
export async function unzip(content: Uint8Array, folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const [path, bytes] of Object.entries(unzipSync(content))) {
    if (path.endsWith("/")) continue;
    const file = resolve(folder, path);
    if (relative(folder, file).startsWith("..")) throw new Error(`${path} is outside the artifact`);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, bytes);
  }
}

/** One file of an artifact; undefined if it has no such file. */
export function fileOf(content: Uint8Array, path: string): Buffer | undefined {
  const files: Unzipped = unzipSync(content, { filter: ({ name }) => name === path });
  return files[path] && Buffer.from(files[path]);
}
