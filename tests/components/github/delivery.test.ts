import assert from "node:assert/strict";
import { commitInputs, planProposal } from "../../../components/github/delivery";
import type { FoundFile } from "../../../components/github/lookup";
import { renderReleaseScript } from "../../../components/github/workflow/release-script";
import { DeployWorkflow, type DeployWorkflowArgs } from "../../../components/index";
import { only, type Recorded, run } from "../../harness";
import { base } from "./workflow/workflows";

const prefix = "slipway/deploy-api-dev-";
const merged = { head: `${prefix}0a1b2c3d`, branchExists: false, isNewest: true };
const head = (wanted: string, current: string | undefined, branch = "main") =>
  planProposal(
    prefix,
    branch,
    { wanted: { "a.yml": wanted }, current: { "a.yml": current } },
    undefined,
  )?.head;

describe("planProposal", () => {
  it("proposes what the branch does not have, whatever was merged before", async () => {
    const files = { wanted: { "a.yml": "new" }, current: { "a.yml": "old" } };
    const plan = planProposal(prefix, "main", files, merged);
    assert.equal(plan?.withBranch, true);
    assert.equal(planProposal(prefix, "main", files, merged)?.head, plan?.head);
    assert.match(String(plan?.head), /^slipway\/deploy-api-dev-[0-9a-f]{8}$/);
  });

  it("names a branch after its changes, and after the branch that it changes", async () => {
    const heads = [
      ...[head("a", undefined), head("a", "b"), head("a", "c"), head("b", undefined)],
      head("a", undefined, "release"),
    ];
    assert.equal(new Set(heads).size, heads.length);
    assert.equal(head("a", "b"), head("a", "b"));
  });

  it("gives a branch a new name after each merge, also for the same change as before", async () => {
    const files = { wanted: { "a.yml": "new" }, current: { "a.yml": "old" } };
    const heads = [undefined, merged, { ...merged, head: `${prefix}1` }].map(
      (before) => planProposal(prefix, "main", files, before)?.head,
    );
    assert.equal(new Set(heads).size, 3);
    // While it is open, it is the newest one.
    const open = { ...merged, isNewest: false };
    assert.equal(planProposal(prefix, "main", files, open)?.head, heads[1]);
  });

  it("keeps the name if another pull request adds one of the files", async () => {
    const wanted = { "a.yml": "x", "b.sh": "y" };
    const [before, after] = [{}, { "b.sh": "y" }].map((current) =>
      planProposal(prefix, "main", { wanted, current }, undefined),
    );
    assert.deepEqual(before, after);
  });

  it("has no pull request if the files are there, and the newest one was not merged", async () => {
    const files = { wanted: { "a.yml": "x" }, current: { "a.yml": "x" } };
    const older = { ...merged, isNewest: false };
    assert.equal(planProposal(prefix, "main", files, older), undefined);
  });

  it("keeps the merged pull request, and its branch while there is one", async () => {
    const files = { wanted: { "a.yml": "x" }, current: { "a.yml": "x" } };
    assert.equal(planProposal(prefix, "main", files, undefined), undefined);
    for (const branchExists of [true, false]) {
      assert.deepEqual(planProposal(prefix, "main", files, { ...merged, branchExists }), {
        head: merged.head,
        withBranch: branchExists,
      });
    }
  });

  it("proposes all files again if one of them differs", async () => {
    const wanted = { "a.yml": "x", "b.sh": "y" };
    const files = { wanted, current: { "a.yml": "x" } };
    assert.equal(planProposal(prefix, "main", files, merged)?.withBranch, true);
  });
});

describe("commitInputs", () => {
  it("has the ending that workflows recognise in each message", async () => {
    assert.deepEqual(commitInputs({}, "Deploy api to dev"), {
      commitMessage: "Deploy api to dev with Slipway",
    });
    const author = { name: "Ops", email: "ops@example.com" };
    assert.deepEqual(commitInputs({ message: "ci: deploy", author }, "Deploy api to dev"), {
      commitMessage: "ci: deploy with Slipway",
      commitAuthor: "Ops",
      commitEmail: "ops@example.com",
    });
  });
});

describe("DeployWorkflow that delivers in pull requests", () => {
  const path = ".github/workflows/deploy-api-dev.yml";
  const scriptPath = ".github/slipway/release-dev.sh";
  const repository = {
    ...{ owner: "octo-org", name: "octo-app", id: 4242, ownerId: 77, defaultBranch: "main" },
  };
  const script = {
    content: renderReleaseScript({ project: "slipway", stack: "dev" }),
    proposal: undefined,
  };
  const deliver = async (file?: FoundFile, more: Partial<DeployWorkflowArgs> = {}) => {
    const found = {
      ...{ environment: false, policies: {}, variables: {} },
      closedBranches: { main: "pull requests only" },
      files: {
        main: (file ? { [path]: file, [scriptPath]: script } : {}) as Record<string, FoundFile>,
      },
    };
    const { resources } = await run(
      () =>
        new DeployWorkflow("api", {
          ...base("dev", "environment"),
          repository: { ...repository, found },
          namesVariable: "SLIPWAY_API",
          delivery: { type: "pull_request" },
          ...more,
        }),
    );
    return resources;
  };
  const made = (resources: readonly Recorded[]) =>
    resources
      .filter(({ type }) => type.startsWith("github:"))
      .map(({ type, name }) => `${type.split(":").at(-1)} ${name}`)
      .sort();
  const all = [
    "Branch api-main",
    "RepositoryFile api-main-.github/slipway/release-dev.sh-proposed",
    "RepositoryFile api-main-proposed",
    "RepositoryPullRequest api-main",
  ];
  const workflowIn = (resources: readonly Recorded[]) =>
    only(resources, "github:index/repositoryFile:RepositoryFile", "api-main-proposed");

  it("proposes the file if nobody may commit", async () => {
    const resources = await deliver();
    assert.deepEqual(made(resources), all);
    const file = workflowIn(resources);
    assert.match(String(file.inputs.content), /fromJSON\(vars\.SLIPWAY_API\)\.cluster/);
    const { inputs } = only(resources, "github:index/repositoryPullRequest:RepositoryPullRequest");
    assert.equal(inputs.baseRef, "main");
    assert.equal(inputs.headRef, file.inputs.branch);
    assert.equal(inputs.title, "Deploy api to dev with Slipway");
  });

  it("has nothing to propose if the branch has the file", async () => {
    const content = String(workflowIn(await deliver()).inputs.content);
    assert.deepEqual(made(await deliver({ content })), []);
    assert.deepEqual(made(await deliver({ content, proposal: merged })), [
      "RepositoryPullRequest api-main",
    ]);
    assert.deepEqual(made(await deliver({ content: `${content}\n` })), all);
  });

  it("proposes the same file with other names of AWS objects, which the variable has", async () => {
    const content = (resources: readonly Recorded[]) => workflowIn(resources).inputs.content;
    const names = { ...base("dev", "environment").names, cluster: "other" };
    assert.equal(content(await deliver(undefined, { names })), content(await deliver()));
  });
});
