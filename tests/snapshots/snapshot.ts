import assert from "node:assert/strict";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** Compares with the whole file of that name in this folder; `UPDATE_SNAPSHOTS=1` rewrites it, but never in CI. */
export function assertSnapshot(name: string, content: string, environment = process.env): void {
  const file = join(__dirname, name);
  if (environment.UPDATE_SNAPSHOTS === "1") {
    if (environment.CI) {
      throw new Error(
        "UPDATE_SNAPSHOTS is refused where CI is set: commit what you have looked at",
      );
    }
    writeFileSync(file, content);
  }
  const expected = existsSync(file) ? readFileSync(file, "utf8") : "";
  assert.equal(content, expected, `${name} differs: look at the change, then UPDATE_SNAPSHOTS=1`);
}
