import type { Token } from "../trust/tokens";

/** The two roles, each for the jobs of one file. */
export type Role = "preview" | "update";

const file = (kind: Role) => `.github/workflows/${kind}-slipway.yml`;
const at = (kind: Role, ref: string, repository = "octo-org/octo-app") => ({
  claims: { job_workflow_ref: `${repository}/${file(kind)}@${ref}` },
});
const other = ".github/workflows/other.yml";
const preview = { workflow: file("preview"), job: null } as const;
const update = { workflow: file("update"), job: "update-slipway-dev" } as const;
const open = {
  ...{ event: "pull_request", ref: "refs/pull/7/merge", headRef: "topic", baseRef: "main" },
} as const;
const fork = { fullName: "mallory/octo-app", id: 9001, ownerId: 66 } as const;

/** The tokens of the runs that must work. */
export const runs: readonly (readonly [Role, title: string, Token])[] = [
  ["preview", "a pull request", { ...preview, ...open }],
  ["preview", "a pull request into another branch", { ...preview, ...open, baseRef: "release" }],
  ["update", "a push to the branch", update],
];

/** Tokens that somebody else can get, or could if GitHub's own rules failed. */
export const attacks: readonly (readonly [Role, title: string, Token])[] = [
  ["preview", "a push to the branch, with the preview's file", { ...preview }],
  ["preview", "a push to a topic branch", { ...preview, ref: "refs/heads/topic" }],
  ["preview", "another workflow in a pull request", { ...open, job: null, workflow: other }],
  [
    "preview",
    "the update's file in a pull request",
    { ...preview, ...open, workflow: file("update") },
  ],
  [
    "preview",
    "a file whose name begins with the trusted one",
    { ...preview, ...open, workflow: `${file("preview")}.yml` },
  ],
  [
    "preview",
    "a file of this name in another folder",
    { ...preview, ...open, workflow: `x/${file("preview")}` },
  ],
  [
    "preview",
    "a `pull_request_target` workflow, which runs on the branch for forks, too",
    { ...preview, event: "pull_request_target" },
  ],
  ["preview", "a merged pull request", { ...preview, ...open, ref: "refs/heads/main" }],
  ["preview", "a pull request in a fork itself", { ...preview, ...open, ...fork }],
  [
    "preview",
    "a pull request of another repository",
    { ...preview, ...open, fullName: "octo-org/other", id: 5 },
  ],
  [
    "preview",
    "this workflow, called from another repository's pull request",
    {
      ...preview,
      ...open,
      fullName: "octo-org/other",
      id: 5,
      ...at("preview", "refs/pull/7/merge"),
    },
  ],
  ["preview", "a new repository of the deleted one's name", { ...preview, ...open, id: 4243 }],
  [
    "preview",
    "an organisation whose name begins with the trusted one",
    { ...preview, ...open, fullName: "octo-org-2/octo-app", id: 6, ownerId: 78 },
  ],
  ["preview", "a job with an environment in a pull request", { ...preview, ...open, job: "dev" }],
  ["preview", "an environment that is called pull_request", { ...preview, job: "pull_request" }],
  [
    "preview",
    "a branch that is called like a merge ref",
    { ...preview, ref: "refs/heads/refs/pull/7/merge" },
  ],
  ["preview", "the head of a pull request", { ...preview, ...open, ref: "refs/pull/7/head" }],
  ["preview", "a tag, with the preview's file", { ...preview, ref: "refs/tags/v1" }],
  ["preview", "a run by hand", { ...preview, event: "workflow_dispatch" }],
  [
    "preview",
    "a merge queue",
    { ...preview, event: "merge_group", ref: "refs/heads/gh-readonly-queue/main/pr-7" },
  ],
  [
    "preview",
    "this workflow at the branch, called in a pull request",
    { ...preview, ...open, ...at("preview", "refs/heads/main") },
  ],
  [
    "preview",
    "GitHub's default audience",
    { ...preview, ...open, audience: "https://github.com/octo-org" },
  ],
  [
    "preview",
    "a token for Pulumi Cloud",
    { ...preview, ...open, audience: "urn:pulumi:org:octo-org" },
  ],

  ["update", "a pull request into the branch, with the update's file", { ...update, ...open }],
  ["update", "a pull request without an environment", { ...update, ...open, job: null }],
  ["update", "a fork's pull request", { ...update, ...open, ...fork }],
  ["update", "the preview's job", { ...preview, ...open }],
  ["update", "the preview's file on the branch", { ...update, workflow: file("preview") }],
  ["update", "another workflow on the branch, in the environment", { ...update, workflow: other }],
  ["update", "another branch", { ...update, ref: "refs/heads/feature" }],
  ["update", "a branch below the trusted one's name", { ...update, ref: "refs/heads/main/x" }],
  ["update", "a tag of the branch's name", { ...update, ref: "refs/tags/main" }],
  ["update", "another stack's environment", { ...update, job: "update-slipway-prod" }],
  ["update", "a deployment's environment", { ...update, job: "dev" }],
  [
    "update",
    "a `pull_request_target` workflow on the branch",
    { ...update, event: "pull_request_target", workflow: other },
  ],
  [
    "update",
    "a merged pull request, with the preview's file",
    { ...preview, ...open, ref: "refs/heads/main" },
  ],
  [
    "update",
    "this workflow, called at another branch",
    { ...update, ...at("update", "refs/heads/feature") },
  ],
  [
    "update",
    "this workflow, called from another repository",
    { ...update, fullName: "octo-org/other", id: 5, ...at("update", "refs/heads/main") },
  ],
  ["update", "a new repository of the deleted one's name", { ...update, id: 4243 }],
  ["update", "GitHub's default audience", { ...update, audience: "https://github.com/octo-org" }],
  ["update", "a token for Pulumi Cloud", { ...update, audience: "urn:pulumi:org:octo-org" }],
];
