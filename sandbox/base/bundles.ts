/**
 * Bundles each plugin and each replacement for an action into one JavaScript file. The engine and act start them often, and such a
 * process then loads one file instead of hundreds that it would have to transpile first.
 */
import { createHash } from "node:crypto";
import { lstat, readdir, readFile, rename, rm, stat } from "node:fs/promises";
import { join, relative } from "node:path";
import { build } from "esbuild";
import { withLock } from "./lock";

const SANDBOX = join(__dirname, "..");
const CHECKOUT = join(SANDBOX, "..");
const CACHE = join(CHECKOUT, "node_modules", ".cache", "slipway");
const PREFIX = "bundles-";
/** A running sandbox may still use bundles of older sources. */
const KEEP_MS = 2 * 24 * 60 * 60_000;

let made: Promise<string> | undefined;

/** The folder of the bundles: `plugins/aws/main.js`, `github/actions/actions/checkout/main.js` and so on. */
export function bundles(): Promise<string> {
  made ??= find();
  return made;
}

async function find(): Promise<string> {
  const sources = await typescriptFiles();
  const hash = createHash("sha256");
  for (const path of [...sources, join(CHECKOUT, "package-lock.json")]) {
    hash.update(`${relative(CHECKOUT, path)}\0`).update(await readFile(path));
  }
  const folder = join(CACHE, `${PREFIX}${hash.digest("hex").slice(0, 12)}`);
  const isMade = () => stat(folder).catch(() => undefined);
  if (await isMade()) return folder;
  await withLock(`${folder}.lock`, async () => {
    if (!(await isMade())) await make(folder, sources);
  });
  return folder;
}

async function typescriptFiles(): Promise<string[]> {
  const paths = await readdir(SANDBOX, { recursive: true });
  return paths
    .filter((path) => path.endsWith(".ts"))
    .sort()
    .map((path) => join(SANDBOX, path));
}

async function make(folder: string, sources: readonly string[]): Promise<void> {
  const unfinished = `${folder}.unfinished`;
  await build({
    entryPoints: sources.filter((path) => /\/(plugins|actions)\/.*\/main\.ts$/.test(path)),
    outbase: SANDBOX,
    outdir: unfinished,
    bundle: true,
    platform: "node",
    target: "node20",
    banner: { js: "#!/usr/bin/env node" },
    // @pulumi/pulumi loads these to serialise functions. No plugin does so; without them each start is half a second faster.
    alias: { "@npmcli/arborist": "node:util", typescript: "node:util" },
    logLevel: "error",
  });
  await rename(unfinished, folder);
  await removeOld();
}

async function removeOld(): Promise<void> {
  for (const name of await readdir(CACHE)) {
    const path = join(CACHE, name);
    if (name.startsWith(PREFIX) && Date.now() - (await lstat(path)).mtimeMs > KEEP_MS) {
      await rm(path, { recursive: true, force: true });
    }
  }
}
