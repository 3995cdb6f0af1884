import type { Trigger } from "../../../../components/index";
import type { Token } from "./tokens";

/** The stack's trigger in each part of the table. */
export const triggers = {
  push: { type: "push", branch: "main" },
  tag: { type: "tag", pattern: "v*" },
  pull_request: { type: "pull_request", branch: "release" },
  workflow_dispatch: { type: "workflow_dispatch", branch: "ops" },
  workflow_call: { type: "workflow_call", branch: "main" },
  workflow_run: { type: "workflow_run", workflow: "Tests", branch: "release" },
  schedule: { type: "schedule", cron: "0 6 * * 1-5" },
} satisfies Readonly<Record<string, Trigger>>;

export type TriggerName = keyof typeof triggers;

const other = ".github/workflows/other.yml";
const deploy = ".github/workflows/deploy-api-dev.yml";
const fileAt = (ref: string, repository = "octo-org/octo-app") => ({
  claims: { job_workflow_ref: `${repository}/${deploy}@${ref}` },
});
const open = { event: "pull_request", ref: "refs/pull/7/merge", headRef: "topic" } as const;
const intoMain = { ...open, baseRef: "main" };
const intoRelease = { ...open, baseRef: "release" };
const merged = { ...intoRelease, ref: "refs/heads/release" };
const tagged = { ref: "refs/tags/v1.2" } as const;
const fork = { fullName: "mallory/octo-app", id: 9001, ownerId: 66 } as const;
const byHand = { event: "workflow_dispatch", ref: "refs/heads/ops" } as const;
const called = { workflow: other, jobFile: deploy } as const;
const afterTests = { event: "workflow_run" } as const;
const scheduled = { event: "schedule" } as const;

/** The tokens of the runs that must deploy. */
export const runs: readonly (readonly [TriggerName, title: string, Token])[] = [
  ["push", "a push to the branch", {}],
  ["push", "a run by hand on the branch", { event: "workflow_dispatch" }],
  ["tag", "a pushed tag", tagged],
  ["tag", "a run by hand on a tag", { ...tagged, event: "workflow_dispatch" }],
  ["tag", "a tag that is the pattern's fixed part", { ref: "refs/tags/v" }],
  ["pull_request", "a merged pull request", merged],
  [
    "pull_request",
    "a merged pull request, whose file GitHub names by the merge ref",
    { ...merged, ...fileAt("refs/pull/7/merge") },
  ],
  ["pull_request", "a run by hand on the branch", { ...byHand, ref: "refs/heads/release" }],
  ["workflow_dispatch", "a run by hand on the branch", byHand],
  ["workflow_call", "a call by a workflow that a push started", called],
  ["workflow_call", "a call by a scheduled workflow", { ...called, event: "schedule" }],
  ["workflow_call", "a run by hand on the branch", { event: "workflow_dispatch" }],
  ["workflow_run", "the run after the tests, on the default branch", afterTests],
  ["schedule", "the scheduled run, on the default branch", scheduled],
];

/** Tokens that somebody else can get, or could if GitHub's own rules failed. */
export const attacks: readonly (readonly [TriggerName, title: string, Token])[] = [
  ["push", "another branch", { ref: "refs/heads/feature" }],
  ["push", "a branch whose name begins with the trusted one", { ref: "refs/heads/main-2" }],
  ["push", "a branch below the trusted one's name", { ref: "refs/heads/main/x" }],
  ["push", "a branch whose name ends with the trusted one", { ref: "refs/heads/x/main" }],
  ["push", "the branch's name in another case", { ref: "refs/heads/Main" }],
  ["push", "a tag of the branch's name", { ref: "refs/tags/main" }],
  ["push", "a branch that is called like the full ref", { ref: "refs/heads/refs/heads/main" }],
  ["push", "a pull request into the branch, not merged", intoMain],
  [
    "push",
    "a merged pull request, with another workflow",
    { ...intoMain, ref: "refs/heads/main", workflow: other },
  ],
  ["push", "a fork's pull request into the branch", { ...intoMain, headRef: "main" }],
  [
    "push",
    "a `pull_request_target` workflow on the branch",
    { event: "pull_request_target", workflow: other },
  ],
  ["push", "another workflow file on the branch", { workflow: other }],
  ["push", "another stack's workflow file", { workflow: ".github/workflows/deploy-api-prod.yml" }],
  ["push", "a file whose name begins with the trusted one", { workflow: `${deploy}.yml` }],
  ["push", "a file of this name in another folder", { workflow: `x/${deploy}` }],
  [
    "push",
    "this workflow, called at another branch",
    { workflow: other, ...fileAt("refs/heads/feature") },
  ],
  ["push", "this workflow, called at a tag", { workflow: other, ...fileAt("refs/tags/v1") }],
  ["push", "this workflow, called at a commit", { workflow: other, ...fileAt("4f2a4f2a4f2a") }],
  [
    "push",
    "this workflow, called from another repository",
    { fullName: "octo-org/other", id: 5, ...fileAt("refs/heads/main") },
  ],
  ["push", "another repository of the organisation", { fullName: "octo-org/other", id: 5 }],
  [
    "push",
    "a repository whose name begins with the trusted one",
    { fullName: "octo-org/octo-app-2", id: 6 },
  ],
  [
    "push",
    "an organisation whose name begins with the trusted one",
    { fullName: "octo-org-2/octo-app", id: 6, ownerId: 78 },
  ],
  ["push", "a fork, on its own branch", fork],
  ["push", "a new repository of the deleted one's name", { id: 4243 }],
  ["push", "the organisation's name, registered again", { id: 4243, ownerId: 78 }],
  ["push", "another environment", { job: "prod" }],
  ["push", "an environment whose name begins with the trusted one", { job: "dev-2" }],
  [
    "push",
    "an environment with the branch's subject as its name",
    { job: "dev:ref:refs/heads/main" },
  ],
  ["push", "GitHub's default audience", { audience: "https://github.com/octo-org" }],
  ["push", "a token for another service", { audience: "sigstore" }],
  ["push", "another partition's audience", { audience: "sts.amazonaws.com.cn" }],
  ["push", "a wildcard as the ref", { ref: "refs/heads/*" }],
  ["push", "no ref", { claims: { ref: "" } }],
  ["push", "no file", { claims: { job_workflow_ref: "" } }],

  ["tag", "another tag", { ref: "refs/tags/x1" }],
  ["tag", "a tag with a slash", { ref: "refs/tags/v1/x" }],
  ["tag", "a tag in which the pattern comes later", { ref: "refs/tags/xv1" }],
  ["tag", "a tag below a folder", { ref: "refs/tags/x/v1" }],
  ["tag", "the tag's name in another case", { ref: "refs/tags/V1" }],
  ["tag", "a branch of the tag's name", { ref: "refs/heads/v1" }],
  ["tag", "a branch that is called like the tag's full ref", { ref: "refs/heads/refs/tags/v1" }],
  ["tag", "the default branch", { ref: "refs/heads/main" }],
  ["tag", "a pull request, not merged", intoMain],
  ["tag", "another workflow file on the tag", { ...tagged, workflow: other }],
  [
    "tag",
    "this workflow, called on the tag at the default branch",
    { ...tagged, workflow: other, ...fileAt("refs/heads/main") },
  ],
  [
    "tag",
    "this workflow, called on the tag at another tag",
    { ...tagged, workflow: other, ...fileAt("refs/tags/x1") },
  ],
  ["tag", "a fork's tag", { ...tagged, ...fork }],
  ["tag", "another environment, on the tag", { ...tagged, job: "prod" }],

  ["pull_request", "a pull request into the branch, open or closed without a merge", intoRelease],
  ["pull_request", "a fork's pull request into the branch", { ...intoRelease, headRef: "release" }],
  [
    "pull_request",
    "a pull request that was merged into another branch",
    { ...merged, ref: "refs/heads/main", baseRef: "main" },
  ],
  ["pull_request", "a merged pull request, with another workflow", { ...merged, workflow: other }],
  [
    "pull_request",
    "a merged pull request, with another workflow of its merge ref",
    { ...merged, claims: { job_workflow_ref: `octo-org/octo-app/${other}@refs/pull/7/merge` } },
  ],
  [
    "pull_request",
    "a branch that is called like a merge ref",
    { ref: "refs/heads/refs/pull/7/merge", ...fileAt("refs/pull/7/merge") },
  ],
  [
    "pull_request",
    "a push to another branch, with the file of a merge ref",
    { ref: "refs/heads/main", ...fileAt("refs/pull/7/merge") },
  ],
  ["pull_request", "a tag of the branch's name", { ref: "refs/tags/release" }],
  ["pull_request", "a merged pull request of a fork's own repository", { ...merged, ...fork }],

  [
    "workflow_dispatch",
    "a run by hand on another branch",
    { ...byHand, ref: "refs/heads/feature" },
  ],
  [
    "workflow_dispatch",
    "a run by hand on the default branch",
    { ...byHand, ref: "refs/heads/main" },
  ],
  [
    "workflow_dispatch",
    "a run by hand on a tag of the branch's name",
    { ...byHand, ref: "refs/tags/ops" },
  ],
  ["workflow_dispatch", "a run by hand of another workflow", { ...byHand, workflow: other }],

  ["workflow_call", "a caller on another branch", { ...called, ref: "refs/heads/feature" }],
  ["workflow_call", "a caller in a pull request", { ...called, ...intoMain }],
  ["workflow_call", "a caller on a tag", { ...called, ref: "refs/tags/v1" }],
  [
    "workflow_call",
    "a caller in another repository",
    { fullName: "octo-org/other", id: 5, workflow: other, ...fileAt("refs/heads/main") },
  ],
  ["workflow_call", "the caller's own job", { workflow: other }],
  ["workflow_call", "another workflow, called by this one", { jobFile: other }],

  [
    "workflow_run",
    "a run on the tested branch, in place of the default branch",
    { ref: "refs/heads/release" },
  ],
  [
    "workflow_run",
    "the tests' own job",
    { workflow: ".github/workflows/tests.yml", ref: "refs/heads/release" },
  ],
  ["workflow_run", "another workflow after the tests", { ...afterTests, workflow: other }],
  [
    "workflow_run",
    "the tests of a pull request",
    { ...intoRelease, workflow: ".github/workflows/tests.yml" },
  ],

  ["schedule", "a schedule on another branch", { ...scheduled, ref: "refs/heads/feature" }],
  ["schedule", "another workflow's schedule", { ...scheduled, workflow: other }],
  ["schedule", "a fork's schedule", { ...scheduled, ...fork }],
];
