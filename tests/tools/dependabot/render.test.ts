import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { renderDependabot } from "../../../tools/dependabot/render";

const cli = join(__dirname, "../../../tools/dependabot/cli.ts");

describe("npm run dependabot", () => {
  it("covers each Dockerfile once, and no workflow file of Slipway", async () => {
    const builds = [
      ...[{}, { context: "services/api/" }, { context: "services/api" }],
      { context: ".", dockerfile: "docker/Dockerfile.prod" },
    ];
    assert.equal(
      renderDependabot(
        builds.map((build) => ({ build })),
        { workflows: true },
      ),
      `# Slipway pins the actions of its own workflow files: a new version of Slipway brings new ones.

version: 2
updates:
  - package-ecosystem: docker
    directory: /
    schedule:
      interval: weekly
  - package-ecosystem: docker
    directory: /docker
    schedule:
      interval: weekly
  - package-ecosystem: docker
    directory: /services/api
    schedule:
      interval: weekly
  - package-ecosystem: github-actions
    directory: /
    schedule:
      interval: weekly
    exclude-paths:
      - .github/workflows/deploy-*.yml
`,
    );
  });

  it("does not mention Slipway's workflows if CodePipeline releases", () => {
    const text = renderDependabot([{}], { workflows: false });
    assert.match(text, /^version: 2\nupdates:\n {2}- package-ecosystem: docker\n/);
    assert.doesNotMatch(text, /Slipway|exclude-paths/);
  });

  it("reads the stack file, and says what is wrong with its options", async function () {
    this.timeout(60_000);
    const run = (...args: string[]) =>
      spawnSync(process.execPath, ["--require", "./sandbox/base/tsx.cjs", cli, ...args], {
        encoding: "utf8",
      });
    assert.match(run("--stack", "dev").stdout, /directory: \/\n/);
    const { status, stderr } = run("--stack", "dev", "--repository", "octo-org/other");
    assert.deepEqual(
      [status, stderr.split("\n")[0]],
      [2, "no service of the stack is in octo-org/other"],
    );
    assert.equal(run("--stak", "dev").status, 2);
    assert.equal(run().status, 2);
  });
});
