import { readFileSync } from "node:fs";
import { join } from "node:path";

/** The steps of a release for which no action exists, as a script for bash. */
export function releaseScript(): string {
  return readFileSync(join(__dirname, "release.sh"), "utf8");
}
