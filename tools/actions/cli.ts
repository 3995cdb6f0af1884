/** `npm run actions:update` */
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type Change, GitHubUnavailable, updateTable } from "./update";

const path = join(__dirname, "..", "..", "components", "github", "workflow", "actions.ts");

async function main(): Promise<number> {
  const { GITHUB_API_URL: url, GITHUB_TOKEN: token } = process.env;
  const before = await readFile(path, "utf8");
  try {
    const { table, changes } = await updateTable(before, { ...(url && { url }), token });
    await writeFile(path, table);
    process.stdout.write(`${report(changes)}\n`);
    return 0;
  } catch (error) {
    if (error instanceof GitHubUnavailable) {
      process.stderr.write(`${error.message} The table is unchanged.\n`);
      return 1;
    }
    throw error;
  }
}

function report(changes: readonly Change[]): string {
  if (changes.length === 0) {
    return "Every action has its newest release.";
  }
  const lines = changes.map(
    ({ repository, from, to }) =>
      `${repository} ${from} → ${to}${major(from) === major(to) ? "" : ", a new major version: read its notes"}`,
  );
  return [
    ...lines,
    "",
    "Next: npm run format; compare each action's inputs and calls with its replacement in sandbox/github/actions, and set the commit in",
    "sandbox/github/supported.ts; UPDATE_SNAPSHOTS=1 npm run test:unit; npm test.",
  ].join("\n");
}

function major(version: string): string | undefined {
  return version.split(".")[0];
}

void main().then((code) => {
  process.exitCode = code;
});
