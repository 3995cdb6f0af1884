import assert from "node:assert/strict";
import { type Change, passes, startedSources } from "../../../sandbox/codepipeline/triggers";
import { pipelineVariables, resolve } from "../../../sandbox/codepipeline/variables";

type Triggered = Parameters<typeof startedSources>[0];
type Git = NonNullable<Triggered["triggers"]>[number]["gitConfiguration"];

const source = {
  ...{ name: "Source", category: "Source", provider: "CodeStarSourceConnection" },
  ...{ owner: "AWS", version: "1" },
  configuration: { ConnectionArn: "arn", FullRepositoryId: "octo/app", BranchName: "main" },
};

function pipeline(git?: Omit<Git, "sourceActionName">, configuration = {}): Triggered {
  return {
    ...{ name: "api", arn: "arn", roleArn: "role", artifactStores: [] },
    stages: [
      {
        name: "Source",
        actions: [{ ...source, configuration: { ...source.configuration, ...configuration } }],
      },
    ],
    ...(git && {
      triggers: [
        {
          providerType: "CodeStarSourceConnection",
          gitConfiguration: { sourceActionName: "Source", ...git },
        },
      ],
    }),
  };
}

const at = { repository: "octo/app", sha: "1" };
const push = (branch: string, ...files: string[]): Change => ({
  ...at,
  kind: "branch",
  branch,
  files,
});
const tag = (name: string): Change => ({ ...at, kind: "tag", tag: name });
const closed = (branch: string, ...files: string[]): Change => ({
  ...{ ...at, kind: "pull request", branch, files, event: "CLOSED" },
});

const main = { branches: { includes: ["main"] } };

describe("the triggers of a pipeline", () => {
  for (const [title, one, change, starts] of [
    ["a push to the action's branch, without a trigger", pipeline(), push("main", "a"), true],
    ["not a push to another branch, without a trigger", pipeline(), push("dev", "a"), false],
    ["not a tag, without a trigger", pipeline(), tag("v1"), false],
    [
      "nothing with DetectChanges off",
      pipeline(undefined, { DetectChanges: "false" }),
      push("main"),
      false,
    ],
    ["not another repository's push", pipeline(), { ...push("main"), repository: "octo/b" }, false],
    ["a push to an included branch", pipeline({ pushes: [main] }), push("main", "a"), true],
    ["not a tag by a filter of branches", pipeline({ pushes: [main] }), tag("main"), false],
    [
      "a tag that matches",
      pipeline({ pushes: [{ tags: { includes: ["v*"] } }] }),
      tag("v1.2"),
      true,
    ],
    [
      "not a branch by a filter of tags",
      pipeline({ pushes: [{ tags: { includes: ["**"] } }] }),
      push("main"),
      false,
    ],
    [
      "a pattern of folders",
      pipeline({ pushes: [{ branches: { includes: ["release/**"] } }] }),
      push("release/a/b"),
      true,
    ],
    [
      "one star stays in its folder",
      pipeline({ pushes: [{ branches: { includes: ["release/*"] } }] }),
      push("release/a/b"),
      false,
    ],
    [
      "excludes before includes",
      pipeline({ pushes: [{ branches: { includes: ["**"], excludes: ["main"] } }] }),
      push("main"),
      false,
    ],
    [
      "a file among the paths",
      pipeline({ pushes: [{ ...main, filePaths: { includes: ["app/**"] } }] }),
      push("main", "docs/a.md", "app/x/y.ts"),
      true,
    ],
    [
      "not other files",
      pipeline({ pushes: [{ ...main, filePaths: { includes: ["app/**"] } }] }),
      push("main", "docs/a.md"),
      false,
    ],
    [
      "not when each file is excluded",
      pipeline({ pushes: [{ ...main, filePaths: { excludes: ["**/*.md"] } }] }),
      push("main", "README.md", "docs/a.md"),
      false,
    ],
    [
      "any of several filters",
      pipeline({ pushes: [main, { tags: { includes: ["v1"] } }] }),
      tag("v1"),
      true,
    ],
    [
      "a closed pull request",
      pipeline({ pullRequests: [{ ...main, events: ["CLOSED"] }] }),
      closed("main"),
      true,
    ],
    [
      "not another event",
      pipeline({ pullRequests: [{ ...main, events: ["OPEN"] }] }),
      closed("main"),
      false,
    ],
    [
      "not a push by a filter of pull requests",
      pipeline({ pullRequests: [main] }),
      push("main"),
      false,
    ],
  ] as const) {
    it(`start it for: ${title}`, () => {
      assert.equal(startedSources(one, change).length, starts ? 1 : 0, title);
    });
  }

  it("take a file whose name begins with a dot", () => {
    assert.ok(passes({ includes: ["**"] }, [".github/x.yml"]), "hidden files do not match");
  });
});

describe("the variables of a pipeline", () => {
  const namespaces = { variables: { TAG: "1" }, Source: { CommitId: "abc" } };

  it("are replaced by their values in configurations", () => {
    assert.equal(resolve("#{Source.CommitId}-#{variables.TAG}-#{x}", namespaces), "abc-1-#{x}");
  });

  it("are refused if no namespace or no variable has the name", () => {
    assert.throws(
      () => resolve("#{Build.Digest}", namespaces),
      /a namespace that does not exist: #\{Build.Digest\}/,
    );
    assert.throws(
      () => resolve("#{Source.Tag}", namespaces),
      /a variable that does not exist: #\{Source.Tag\}/,
    );
  });

  it("use the start's values before the defaults, and need one of them", () => {
    const variables = [{ name: "A", defaultValue: "a" }, { name: "B" }];
    assert.deepEqual(pipelineVariables({ name: "api", variables }, { A: "1", B: "2" }), {
      A: "1",
      B: "2",
    });
    assert.deepEqual(pipelineVariables({ name: "api", variables }, { B: "2" }), { A: "a", B: "2" });
    assert.throws(
      () => pipelineVariables({ name: "api", variables }, {}),
      /variable B has no default/,
    );
    assert.throws(
      () => pipelineVariables({ name: "api", variables }, { B: "2", C: "3" }),
      /has no variable C/,
    );
  });
});
