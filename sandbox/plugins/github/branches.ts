/** Branches and pull requests. */
import type {
  BranchArgs,
  BranchState,
  RepositoryPullRequestArgs,
  RepositoryPullRequestState,
} from "@pulumi/github";
import { git, resolveRef } from "../../github/git";
import type { PullRequest } from "../../github/settings";
import { buildId, type GitHubContext, GitHubError, parseId } from "./context";
import { resource } from "./definition";

/** https://www.pulumi.com/registry/packages/github/api-docs/branch/ */
export const branch = resource<BranchArgs, BranchState>({
  type: "github:index/branch:Branch",
  properties: {
    branch: { replace: true },
    etag: { computed: true, outputOnly: true },
    repository: { replace: true },
    sourceBranch: { replace: true, default: "main", local: true },
    sourceSha: { replace: true, computed: true },
  },
  outputs: { ref: "stable", sha: "volatile" },
  async create(github, inputs) {
    const fullName = github.fullName(inputs.repository);
    const call = `POST repos/${fullName}/git/refs`;
    const { path } = await github.writable(fullName, call);
    const ref = `refs/heads/${inputs.branch}`;
    const source = inputs.sourceSha ?? `refs/heads/${inputs.sourceBranch ?? "main"}`;
    const sha = await resolveRef(path, source);
    if (!sha) throw new GitHubError(404, `GET repos/${fullName}/git/${source}`, "Not Found");
    if (await resolveRef(path, ref)) throw new GitHubError(422, call, "Reference already exists");
    await git(path, ["update-ref", ref, sha]);
    return buildId(inputs.repository, inputs.branch);
  },
  async read(github, { id, outputs }) {
    const [repository = "", name = ""] = parseId(id);
    const { path } = await github.find(github.fullName(repository));
    const ref = `refs/heads/${name}`;
    const sha = await resolveRef(path, ref);
    if (!sha) return undefined;
    const { sourceSha = sha } = outputs;
    return { properties: { repository, branch: name, ref, sha, sourceSha, etag: `"${sha}"` } };
  },
  async delete(github, { id }) {
    const [repository = "", name = ""] = parseId(id);
    const fullName = github.fullName(repository);
    const ref = `refs/heads/${name}`;
    const { path } = await github.writable(fullName, `DELETE repos/${fullName}/git/${ref}`);
    await git(path, ["update-ref", "-d", ref]);
  },
});

/** https://www.pulumi.com/registry/packages/github/api-docs/repositorypullrequest/ */
export const repositoryPullRequest = resource<
  RepositoryPullRequestArgs,
  RepositoryPullRequestState
>({
  type: "github:index/repositoryPullRequest:RepositoryPullRequest",
  properties: {
    baseRef: {},
    baseRepository: { replace: true },
    body: {},
    headRef: { replace: true },
    maintainerCanModify: { default: false, local: true },
    owner: { replace: true },
    title: {},
  },
  outputs: {
    ...{ baseSha: "volatile", headSha: "volatile", state: "volatile", updatedAt: "volatile" },
    ...{ draft: "stable", labels: "stable", number: "stable" },
    ...{ openedAt: "stable", openedBy: "stable" },
  },
  async create(github, { owner, baseRepository, baseRef, headRef, title, body = "" }) {
    const fullName = github.fullName(baseRepository, owner);
    const call = `POST repos/${fullName}/pulls`;
    const { path } = await github.writable(fullName, call);
    for (const name of [baseRef, headRef]) {
      if (!(await resolveRef(path, `refs/heads/${name}`))) {
        throw new GitHubError(422, call, `Validation Failed: ${name} is not a branch`);
      }
    }
    const number = await github.change(fullName, call, ({ pullRequests }) => {
      const next = pullRequests.length + 1;
      pullRequests.push({ number: next, title, body, head: headRef, base: baseRef, state: "open" });
      return next;
    });
    return buildId(...fullName.split("/"), String(number));
  },
  async read(github, { id, inputs }) {
    const { fullName, number } = located(github, id);
    const { path, settings } = await github.find(fullName);
    const found = settings.pullRequests.find((one) => one.number === number);
    if (found?.state !== "open") return undefined;
    return {
      properties: {
        ...{ baseRepository: fullName.split("/")[1], owner: inputs.owner },
        ...{ baseRef: found.base, headRef: found.head, title: found.title },
        ...{ body: found.body || undefined, number, state: found.state, draft: false, labels: [] },
        ...{ openedAt: 0, updatedAt: 0, openedBy: "sandbox" },
        baseSha: await resolveRef(path, `refs/heads/${found.base}`),
        headSha: await resolveRef(path, `refs/heads/${found.head}`),
      },
    };
  },
  async update(github, id, { title, body = "", baseRef }) {
    await changePullRequest(github, id, { title, body, base: baseRef });
  },
  async delete(github, { id }) {
    await changePullRequest(github, id, { state: "closed" });
  },
});

async function changePullRequest(
  github: GitHubContext,
  id: string,
  change: Partial<PullRequest>,
): Promise<void> {
  const { fullName, number } = located(github, id);
  const call = `PATCH repos/${fullName}/pulls/${number}`;
  await github.change(fullName, call, ({ pullRequests }) => {
    const found = pullRequests.find((one) => one.number === number);
    if (!found) throw new GitHubError(404, call, "Not Found");
    Object.assign(found, change);
  });
}

function located(github: GitHubContext, id: string) {
  const [owner = "", repository = "", number] = parseId(id);
  return { fullName: github.fullName(repository, owner), number: Number(number) };
}
