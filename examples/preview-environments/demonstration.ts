/** Shows the commands one after the other, in the sandbox: `npm run example -- preview-environments`. */
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { repository } from "./settings";

const branches = ["feature/search", "fix-login"] as const;

function show(command: string, args: readonly string[], title = [command, ...args].join(" ")) {
  process.stdout.write(`\n$ ${title}\n`);
  const { status } = spawnSync(command, args, { stdio: "inherit" });
  if (status !== 0) {
    throw new Error(`${title}: exit code ${status}`);
  }
}

function tool(...args: readonly string[]) {
  const file = join(__dirname, "index.ts");
  show(process.execPath, ["--import", "tsx", file, ...args], `index.ts ${args.join(" ")}`);
}

function main() {
  const { SLIPWAY_GITHUB_ROOT } = process.env;
  if (SLIPWAY_GITHUB_ROOT === undefined) {
    throw new Error("The demonstration deletes a branch, so it runs only in the sandbox.");
  }
  const git = ["-C", join(SLIPWAY_GITHUB_ROOT, `${repository}.git`)];
  // Creates the branch again that an earlier demonstration deleted.
  for (const branch of branches) spawnSync("git", [...git, "branch", branch, "main"]);
  tool("platform");
  tool("create", branches[0]);
  tool("create", branches[1], "--ttl", "3d");
  tool("list");
  show("git", [...git, "branch", "-D", branches[0]]);
  tool("sweep");
  tool("list");
}

try {
  main();
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
  process.exitCode = 1;
}
