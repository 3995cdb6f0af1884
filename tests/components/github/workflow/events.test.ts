import assert from "node:assert/strict";
import { conditionOf, eventsOf } from "../../../../components/github/workflow/events";
import { evaluatesToFalse } from "../../../../sandbox/github/expressions";
import { workflows } from "./workflows";

const repository = "octo-org/octo-app";
const head = (fullName: string) => ({ repo: { full_name: fullName } });
const pullRequest = { merged: true, head: head(repository) };
const tested = {
  ...{ name: "The team's tests", conclusion: "success", event: "push", head_branch: "main" },
  head_repository: { full_name: repository },
};

/** Whether the job's condition lets an event deploy. */
const cases: readonly (readonly [title: string, deploys: boolean, name: string, event: object])[] =
  [
    ["a push", true, "push", {}],
    ["a run by hand", true, "workflow_dispatch", {}],
    ["a schedule", true, "schedule", {}],
    ["a merged pull request", true, "pull_request", { pull_request: pullRequest }],
    [
      "a closed pull request",
      false,
      "pull_request",
      { pull_request: { ...pullRequest, merged: false } },
    ],
    [
      "a merged pull request of a fork",
      false,
      "pull_request",
      { pull_request: { ...pullRequest, head: head("mallory/octo-app") } },
    ],
    [
      "a merged pull request of a deleted fork",
      false,
      "pull_request",
      { pull_request: { ...pullRequest, head: { repo: null } } },
    ],
    ["tests that passed", true, "workflow_run", { workflow_run: tested }],
    [
      "tests by hand",
      true,
      "workflow_run",
      { workflow_run: { ...tested, event: "workflow_dispatch" } },
    ],
    ...(
      [
        ["tests that failed", { conclusion: "failure" }],
        ["tests that were cancelled", { conclusion: "cancelled" }],
        ["tests that were skipped", { conclusion: "skipped" }],
        ["tests that are not over", { conclusion: null }],
        ["tests of a pull request", { event: "pull_request" }],
        ["tests of a pull request, in the base's context", { event: "pull_request_target" }],
        ["tests of a review", { event: "pull_request_review" }],
        ["tests of a fork", { head_repository: { full_name: "mallory/octo-app" } }],
        ["tests of a deleted fork", { head_repository: null }],
        ["tests of another branch", { head_branch: "feature" }],
        ["another workflow", { name: "Tests" }],
        [
          "tests of a commit by an update of the infrastructure",
          { head_commit: { message: "Deploy api to dev with Slipway" } },
        ],
      ] as const
    ).map(
      ([title, change]) =>
        [title, false, "workflow_run", { workflow_run: { ...tested, ...change } }] as const,
    ),
  ];

describe("the job's condition", () => {
  const condition = conditionOf([
    { type: "push", branch: "main" },
    { type: "pull_request", branch: "release" },
    { type: "workflow_run", workflow: "The team's tests", branch: "main" },
  ]);

  for (const [title, deploys, event_name, event] of cases) {
    it(`${deploys ? "deploys" : "skips"} ${title}`, async () => {
      assert.ok(condition, "the job has no condition");
      const github = { event_name, event, repository };
      assert.equal(await evaluatesToFalse(condition, { github }), !deploys);
    });
  }

  it("does not exist if every event deploys", () => {
    assert.equal(
      conditionOf([
        { type: "push", branch: "main" },
        { type: "tag", pattern: "v*" },
      ]),
      undefined,
    );
  });
});

describe("a called workflow", () => {
  it("declares its secret, also one of the environment", () => {
    const args = workflows["deploy-api-dev.yml"];
    assert.ok(args?.environment, "the workflow has no environment");
    const { workflow_call } = eventsOf({
      ...args,
      trigger: { type: "workflow_call", branch: "main" },
    });
    assert.deepEqual(workflow_call?.secrets, { AWS_ROLE_TO_ASSUME_API: { required: true } });
  });
});
