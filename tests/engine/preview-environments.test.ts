import assert from "node:assert/strict";
import { join } from "node:path";
import { repository } from "../../examples/preview-environments/settings";
import { type RunResult, run } from "../../sandbox/base/processes";
import { getRepository, push } from "../../sandbox/github";
import { readFileAt } from "../../sandbox/github/commits";
import { git } from "../../sandbox/github/git";
import type { Sandbox } from "../../sandbox/sandbox";
import { findOrCreate, runEvent } from "../../sandbox/stack";
import { runExample } from "./examples";
import { engine, sandbox } from "./harness";

const project = "preview-environments";
const search = "preview-feature-search-38e7a3a2";

/** `examples/preview-environments`. */
describe("environments of branches", function () {
  this.timeout(300_000);
  let box: Sandbox;
  let path: string;

  before(async function () {
    await engine.call(this);
    box = await sandbox();
    path = (await findOrCreate(box, repository)).repository.path;
    for (const branch of ["feature/search", "fix-login"]) await git(path, ["branch", branch]);
  });

  const tool = (...args: string[]): Promise<RunResult> => runExample(project, ...args);

  async function succeed(...args: string[]): Promise<string> {
    const { code, stdout, stderr } = await tool(...args);
    assert.equal(code, 0, stdout + stderr);
    return stdout;
  }

  const workflowOf = (stack: string) => join(".github", "workflows", `deploy-app-${stack}.yml`);

  it("are refused without their branch, and are listed before their first update", async () => {
    const unknown = await tool("create", "feature/unknown");
    assert.deepEqual([unknown.code, unknown.stdout], [1, ""], unknown.stderr);
    assert.match(unknown.stderr, /has no branch feature\/unknown/);
    const early = await tool("create", "feature/search");
    assert.equal(early.code, 1, early.stdout);
    assert.match(early.stderr, /shared\.stack: "platform"\n.*\n.*create that stack first/);
    assert.match(
      await succeed("list"),
      new RegExp(`^${search}\tfeature/search\t.*\t7 h \\d+ min left\n$`),
    );
  });

  it("have a URL of their own, and their branch deploys to them", async () => {
    await succeed("platform");
    assert.equal(
      await succeed("create", "feature/search"),
      "https://feature-search-38e7a3a2.preview.example.com\n",
    );
    assert.equal(
      await succeed("create", "fix-login", "--ttl", "3d"),
      "https://fix-login.preview.example.com\n",
    );
    const change = { "server.mjs": "// Another version\n" };
    const sha = await push(box.githubRoot, repository, "feature/search", change, "Search");
    const event = { name: "push", ref: "refs/heads/feature/search", sha } as const;
    const results = await runEvent(box, project, repository, event, {});
    assert.deepEqual(
      results.map(({ file, conclusion }) => [file, conclusion]),
      [[workflowOf(search), "success"]],
    );
  });

  it("are destroyed when their branch is gone, and no others", async () => {
    await git(path, ["branch", "-D", "feature/search"]);
    const lines = (await succeed("sweep")).split("\n");
    assert.equal(
      lines[0],
      `${search}: destroyed, the branch feature/search does not exist any more`,
    );
    assert.match(lines[1] ?? "", /^preview-fix-login: kept, 2 d 23 h left$/);
    assert.match(await succeed("list"), /^preview-fix-login\tfix-login\t.*\n$/);

    const { settings } = await getRepository(box.githubRoot, repository);
    assert.deepEqual(Object.keys(settings.environments), ["preview-fix-login"]);
    assert.equal(await readFileAt(path, "main", workflowOf(search)), undefined);
    assert.match((await readFileAt(path, "main", workflowOf("preview-fix-login"))) ?? "", /^on:/m);
    const repositories = await aws<{ repositories: unknown[] }>("ecr", "describe-repositories");
    assert.equal(repositories.repositories.length, 1);
  });

  async function aws<T>(...args: string[]): Promise<T> {
    const flags = ["--region", "eu-central-1", "--output", "json"];
    const result = await run("aws", [...args, ...flags], { env: await box.env(project) });
    assert.equal(result.code, 0, result.stderr);
    return JSON.parse(result.stdout) as T;
  }
});
