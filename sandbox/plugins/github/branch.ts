/** Branches, and the pull requests that merge them. */
import type {
  BranchArgs,
  BranchState,
  RepositoryPullRequestArgs,
  RepositoryPullRequestState,
} from "@pulumi/github";
import { resolveRef } from "../../github/commits";
import { git } from "../../github/git";
import { closePullRequests, openPullRequest } from "../../github/pull-requests";
import type { StoredPullRequest } from "../../github/settings";
import { outputOnly } from "../kit/definition";
import { buildId, type GitHubContext, GitHubError, parseId } from "./context";
import { resource } from "./definition";

/** https://www.pulumi.com/registry/packages/github/api-docs/branch/ */
export const branch = resource<BranchArgs, BranchState>({
  type: "github:index/branch:Branch",
  properties: {
    branch: {},
    repository: { replace: true },
    sourceBranch: { replace: true, default: "main" },
    sourceSha: { replace: true, computed: true },
    ...outputOnly(undefined, "etag"),
  },
  outputs: { ref: { when: ["branch"] }, sha: { when: ["branch"] } },
  async create(github, { repository, branch: name, sourceBranch = "main", sourceSha }) {
    const fullName = github.fullName(repository);
    const call = `POST repos/${fullName}/git/refs`;
    const { path } = await github.writable(fullName, call);
    const sha = sourceSha ?? (await resolveRef(path, `refs/heads/${sourceBranch}`));
    if (!sha) {
      throw new Error(
        `error querying GitHub branch reference ${fullName} (refs/heads/${sourceBranch}): 404`,
      );
    }
    // The provider takes an existing branch as it is.
    if (!(await resolveRef(path, `refs/heads/${name}`))) {
      await git(path, ["update-ref", `refs/heads/${name}`, sha]);
    }
    return buildId(repository, name);
  },
  async read(github, { id, inputs, outputs }) {
    const [repository = "", name = ""] = parseId(id);
    const { path } = await github.find(github.fullName(repository));
    const sha = await resolveRef(path, `refs/heads/${name}`);
    if (!sha) return undefined;
    const { sourceBranch, sourceSha } = { ...inputs, ...outputs };
    return {
      properties: {
        ...{ repository, branch: name, ref: `refs/heads/${name}`, sha },
        ...{ sourceBranch, sourceSha: sourceSha ?? sha },
      },
    };
  },
  async delete(github, { id }) {
    const [repository = "", name = ""] = parseId(id);
    const fullName = github.fullName(repository);
    const call = `DELETE repos/${fullName}/git/refs/heads/${name}`;
    const { path } = await github.writable(fullName, call);
    if (!(await resolveRef(path, `refs/heads/${name}`))) {
      throw new Error(`error deleting GitHub branch reference: 422 Reference does not exist`);
    }
    await git(path, ["update-ref", "-d", `refs/heads/${name}`]);
    await closePullRequests(github.root, fullName, ({ head }) => head.branch === name);
  },
});

/** https://www.pulumi.com/registry/packages/github/api-docs/repositorypullrequest/ */
export const pullRequest = resource<RepositoryPullRequestArgs, RepositoryPullRequestState>({
  type: "github:index/repositoryPullRequest:RepositoryPullRequest",
  properties: {
    baseRef: {},
    baseRepository: { replace: true },
    body: {},
    headRef: { replace: true },
    maintainerCanModify: { default: false },
    owner: { replace: true },
    title: {},
  },
  outputs: {
    ...{ baseSha: "volatile", headSha: "volatile", state: "volatile", updatedAt: "volatile" },
    ...{ draft: "volatile", labels: "volatile" },
    ...{ number: "stable", openedAt: "stable", openedBy: "stable" },
  },
  async create(github, { baseRepository, baseRef, headRef, title, body = "" }) {
    const fullName = github.fullName(baseRepository);
    const call = `POST repos/${fullName}/pulls`;
    const { path, settings } = await github.writable(fullName, call);
    const [base, head] = await Promise.all(
      [baseRef, headRef].map((name) => resolveRef(path, `refs/heads/${name}`)),
    );
    const refuse = (reason: string): never => {
      throw new GitHubError(422, call, `Validation Failed [${reason}]`);
    };
    if (!base) refuse("{Resource:PullRequest Field:base Code:invalid}");
    if (!head) refuse("{Resource:PullRequest Field:head Code:invalid}");
    if ((await git(path, ["rev-list", "--count", `${base}..${head}`])) === "0") {
      refuse(`No commits between ${baseRef} and ${headRef}`);
    }
    const same = settings.pullRequests?.some(
      (one) => one.state === "open" && one.head.branch === headRef && one.base.branch === baseRef,
    );
    if (same) refuse(`A pull request already exists for ${headRef}.`);
    const options = { head: headRef, base: baseRef, title, body };
    const { number } = await openPullRequest(github.root, fullName, options);
    return [fullName.split("/")[0], baseRepository, number].join(":");
  },
  async read(github, { id }) {
    const found = await find(github, id);
    const time = (text: string) => Math.floor(Date.parse(text) / 1000);
    const { head, base } = found;
    return {
      properties: {
        ...{ baseRepository: found.repository, baseRef: base.branch, baseSha: base.sha },
        ...{ headRef: head.branch, headSha: head.sha, title: found.title, body: found.body },
        ...{ maintainerCanModify: false, draft: false, labels: [], number: found.number },
        ...{ state: found.state, openedBy: "sandbox" },
        ...{ openedAt: time(found.openedAt), updatedAt: time(found.updatedAt) },
      },
    };
  },
  async update(github, id, inputs) {
    const found = await find(github, id);
    const call = `PATCH repos/${found.fullName}/pulls/${found.number}`;
    await github.change(found.fullName, call, ({ pullRequests = [] }) => {
      const { title, body = "" } = inputs;
      const at = pullRequests.findIndex(({ number }) => number === found.number);
      const before = pullRequests[at];
      if (before) pullRequests[at] = { ...before, title, body };
    });
  },
  // Closes a pull request that is open.
  async delete(github, { id }) {
    const { fullName, number } = await find(github, id);
    await github.writable(fullName, `PATCH repos/${fullName}/pulls/${number}`);
    await closePullRequests(github.root, fullName, (one) => one.number === number);
  },
});

type Found = StoredPullRequest & { readonly fullName: string; readonly repository: string };

/** The provider fails if there is no such pull request. */
async function find(github: GitHubContext, id: string): Promise<Found> {
  const [owner = "", repository = "", number = ""] = id.split(":");
  const { settings, fullName } = await github.find(`${owner}/${repository}`);
  const found = settings.pullRequests?.find((one) => String(one.number) === number);
  if (!found) {
    throw new Error(
      `GET https://api.github.com/repos/${fullName}/pulls/${number}: 404 Not Found []`,
    );
  }
  return { ...found, fullName, repository };
}
