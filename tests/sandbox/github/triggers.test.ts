import assert from "node:assert/strict";
import { deploymentRefusal } from "../../../sandbox/github/environment-rules";
import { filterPattern, matchesFilters, policyPattern } from "../../../sandbox/github/patterns";
import { emptyEnvironment } from "../../../sandbox/github/settings";
import { pushStarts, skipsWorkflows } from "../../../sandbox/github/triggers";

describe("filter patterns", () => {
  // The examples of GitHub's cheat sheet.
  const matching: [pattern: string, names: string[]][] = [
    ["feature/*", ["feature/my-branch", "feature/your-branch"]],
    ["feature/**", ["feature/beta-a/my-branch", "feature/your-branch", "feature/mona/the/octocat"]],
    ["main", ["main"]],
    ["*", ["main", "releases"]],
    ["**", ["all/the/branches", "every/tag"]],
    ["*feature", ["mona-feature", "feature", "ver-10-feature"]],
    ["v2*", ["v2", "v2.0", "v2.9"]],
    ["v[12].[0-9]+.[0-9]+", ["v1.10.1", "v2.0.0"]],
    ["*.jsx?", ["page.js", "page.jsx"]],
    ["**.js", ["index.js", "js/index.js", "src/js/app.js"]],
    ["docs/*", ["docs/README.md", "docs/file.txt"]],
    ["docs/**/*.md", ["docs/README.md", "docs/mona/hello-world.md", "docs/a/markdown/file.md"]],
    ["**/docs/**", ["docs/hello.md", "dir/docs/my-file.txt", "space/docs/plan/space.doc"]],
    ["**/*src/**", ["a/src/app.js", "my-src/code/js/app.js"]],
    ["**/*-post.md", ["my-post.md", "path/their-post.md"]],
  ];
  for (const [pattern, names] of matching) {
    it(`${pattern} matches ${names.join(", ")}`, () => {
      assert.deepEqual(
        names.filter((name) => !filterPattern(pattern).test(name)),
        [],
      );
    });
  }

  const others: [pattern: string, name: string][] = [
    ["feature/*", "feature/a/b"],
    ["*", "all/the/branches"],
    ["*.js", "js/index.js"],
    ["docs/*", "docs/a/b.md"],
    ["v[12].[0-9]+.[0-9]+", "v3.0.0"],
    ["a.b", "axb"],
  ];
  for (const [pattern, name] of others) {
    it(`${pattern} does not match ${name}`, () =>
      assert.equal(filterPattern(pattern).test(name), false));
  }

  it("lets the last matching pattern decide", () => {
    const patterns = ["releases/**", "!releases/**-alpha"];
    assert.equal(matchesFilters(patterns, "releases/10"), true);
    assert.equal(matchesFilters(patterns, "releases/beta/3-alpha"), false);
    assert.equal(matchesFilters([...patterns, "releases/1-alpha"], "releases/1-alpha"), true);
  });

  it("reads the policies of environments as fnmatch does", () => {
    assert.equal(policyPattern("release/*").test("release/1"), true);
    assert.equal(policyPattern("release/*").test("release/1/2"), false);
    assert.equal(policyPattern("v?.?").test("v1.2"), true);
    assert.equal(policyPattern("main").test("maintenance"), false);
  });
});

describe("pushes", () => {
  const branch = (name: string, ...changedFiles: string[]) => ({
    ref: `refs/heads/${name}`,
    changedFiles,
  });
  const tag = { ref: "refs/tags/v1", changedFiles: ["README.md"] };

  it("start a workflow without filters", () => {
    assert.equal(pushStarts({}, branch("any")), true);
    assert.equal(pushStarts({}, tag), true);
  });

  it("of another branch start nothing", () => {
    assert.equal(pushStarts({ branches: ["main"] }, branch("main")), true);
    assert.equal(pushStarts({ branches: ["main"] }, branch("other")), false);
    assert.equal(pushStarts({ "branches-ignore": ["main"] }, branch("main")), false);
  });

  it("of a kind of ref without a filter start nothing if the other kind has a filter", () => {
    assert.equal(pushStarts({ branches: ["main"] }, tag), false);
    assert.equal(pushStarts({ tags: ["v*"] }, tag), true);
    assert.equal(pushStarts({ tags: ["v*"] }, branch("main")), false);
    assert.equal(pushStarts({ branches: ["main"], tags: ["v*"] }, branch("main")), true);
  });

  it("start a workflow with paths when one changed file matches", () => {
    const filters = { branches: ["main"], paths: ["services/api/**"] };
    assert.equal(pushStarts(filters, branch("main", "README.md")), false);
    assert.equal(pushStarts(filters, branch("main", "README.md", "services/api/a/b.ts")), true);
    assert.equal(pushStarts(filters, branch("main", "services/apis/a.ts")), false);
  });

  it("start a workflow with ignored paths when one changed file is not among them", () => {
    const filters = { "paths-ignore": ["docs/**"] };
    assert.equal(pushStarts(filters, branch("main", "docs/a.md")), false);
    assert.equal(pushStarts(filters, branch("main", "docs/a.md", "a.md")), true);
  });

  it("of tags ignore path filters", () => {
    assert.equal(pushStarts({ tags: ["v*"], paths: ["never"] }, tag), true);
  });

  it("are skipped if the commit message asks for it", () => {
    assert.equal(skipsWorkflows("push", "Write the workflow [skip ci]"), true);
    assert.equal(skipsWorkflows("push", "Change\n\n[no ci]"), true);
    assert.equal(skipsWorkflows("push", "Change\n\nskip-checks: true"), true);
    assert.equal(skipsWorkflows("push", "Describe how to skip ci"), false);
  });
});

describe("environments", () => {
  const environment = {
    ...emptyEnvironment(),
    deploymentBranchPolicy: { protectedBranches: false, customBranchPolicies: true },
    branchPolicies: ["main", "release/*"],
    tagPolicies: ["v*"],
  };

  it("allow refs that a policy of their kind matches", () => {
    for (const ref of ["refs/heads/main", "refs/heads/release/1", "refs/tags/v1"]) {
      assert.equal(deploymentRefusal("prod", environment, ref), undefined, ref);
    }
  });

  it("refuse all others in GitHub's words", () => {
    assert.equal(
      deploymentRefusal("prod", environment, "refs/heads/v1"),
      'Branch "v1" is not allowed to deploy to prod due to environment protection rules.',
    );
    assert.equal(
      deploymentRefusal("prod", environment, "refs/tags/main"),
      'Tag "main" is not allowed to deploy to prod due to environment protection rules.',
    );
  });

  it("without a policy allow everything", () => {
    assert.equal(deploymentRefusal("dev", emptyEnvironment(), "refs/heads/any"), undefined);
    assert.equal(deploymentRefusal("dev", undefined, "refs/heads/any"), undefined);
  });
});
