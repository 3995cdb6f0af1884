/** Finds programs that are already installed on the machine. */
import { execFile } from "node:child_process";
import { access, constants } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { promisify } from "node:util";

/** In a shell with a sandbox's environment, PATH starts with the sandbox's wrapper script, which is not the engine. */
const FRONT = join("sandbox", "bin");

export async function findOnPath(
  name: string,
): Promise<{ file: string; folder: string } | undefined> {
  const folders = (process.env.PATH ?? "").split(delimiter);
  for (const folder of folders.filter((one) => !one.endsWith(FRONT))) {
    const file = join(folder, name);
    const found = await access(file, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (folder !== "" && found) return { file, folder };
  }
  return undefined;
}

/** The first version number that the program prints; "0" where it prints none. */
export async function versionOf(file: string, argument: string): Promise<string> {
  const { stdout } = await promisify(execFile)(file, [argument]).catch(() => ({ stdout: "" }));
  return /\d+(\.\d+)+/.exec(stdout)?.[0] ?? "0";
}

export function isRecent(version: string, oldest: string): boolean {
  return version.localeCompare(oldest, "en", { numeric: true }) >= 0;
}
