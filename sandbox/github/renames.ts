/** Resolves names of repositories: case does not matter, and GitHub redirects a former name until another repository takes it. */
import { mkdir, rename } from "node:fs/promises";
import { dirname, join } from "node:path";
import { readJson, withLock, writeAtomically } from "../base/lock";
import { readSettings, repositoryPath } from "./settings";

type Redirects = Record<string, string>;

function readRedirects(root: string): Promise<Redirects> {
  return readJson(join(root, "redirects.json"), {});
}

/** https://docs.github.com/en/repositories/creating-and-managing-repositories/renaming-a-repository */
export async function renameRepository(root: string, from: string, to: string): Promise<void> {
  if (await readSettings(root, to)) throw new Error(`repository ${to} exists`);
  const [before, after] = [repositoryPath(root, from), repositoryPath(root, to)];
  await mkdir(dirname(after), { recursive: true });
  await rename(before, after);
  await rename(before.replace(/\.git$/, ".json"), after.replace(/\.git$/, ".json"));
  await changeRedirects(root, (redirects) => {
    for (const [name, target] of Object.entries(redirects)) {
      if (target === from) redirects[name] = to;
    }
    delete redirects[to.toLowerCase()];
    redirects[from.toLowerCase()] = to;
  });
}

/** A new repository with the former name ends the redirect. */
export function endRedirect(root: string, fullName: string): Promise<void> {
  return changeRedirects(root, (redirects) => {
    delete redirects[fullName.toLowerCase()];
  });
}

async function changeRedirects(root: string, change: (redirects: Redirects) => void) {
  const file = join(root, "redirects.json");
  await mkdir(root, { recursive: true });
  await withLock(`${file}.lock`, async () => {
    const redirects = await readRedirects(root);
    change(redirects);
    await writeAtomically(file, `${JSON.stringify(redirects, null, 2)}\n`);
  });
}

/** The current name. `names` are the existing repositories. */
export async function currentName(
  root: string,
  fullName: string,
  names: () => Promise<readonly string[]>,
): Promise<string> {
  if (await readSettings(root, fullName)) return fullName;
  const redirected = (await readRedirects(root))[fullName.toLowerCase()] ?? fullName;
  if (await readSettings(root, redirected)) return redirected;
  const known = await names();
  return known.find((name) => name.toLowerCase() === redirected.toLowerCase()) ?? fullName;
}
