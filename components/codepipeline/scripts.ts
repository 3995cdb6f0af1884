import { readFileSync } from "node:fs";
import { join } from "node:path";
import { releaseScript } from "../release/script";

/** The scripts that builds fetch from the artifact bucket. */
export const scriptNames = ["pipeline.sh", "release.sh"] as const;

export function scriptOf(name: (typeof scriptNames)[number]): string {
  return name === "release.sh"
    ? releaseScript()
    : readFileSync(join(__dirname, "pipeline.sh"), "utf8");
}
