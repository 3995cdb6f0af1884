/** Files of a repository; each change is a commit. */
import type { RepositoryFileArgs, RepositoryFileState } from "@pulumi/github";
import {
  type Author,
  BranchMoved,
  type Commit,
  commit,
  newestCommit,
  readBlobAt,
  readFileAt,
  resolveRef,
} from "../../github/commits";
import { commitRefusal } from "../../github/protection";
import { buildId, type GitHubContext, GitHubError, parseId, repositoryOf } from "./context";
import { resource } from "./definition";

/** The owner of the sandbox's token. */
const TOKEN_USER: Author = { name: "sandbox", email: "sandbox@users.noreply.github.com" };

/** https://www.pulumi.com/registry/packages/github/api-docs/repositoryfile/ */
export const repositoryFile = resource<RepositoryFileArgs, RepositoryFileState>({
  type: "github:index/repositoryFile:RepositoryFile",
  properties: {
    branch: { replace: true, computed: true },
    commitAuthor: {},
    commitEmail: {},
    commitMessage: { computed: true },
    content: {},
    file: { replace: true },
    overwriteOnCreate: { default: false, local: true },
    repository: {},
  },
  outputs: {
    commitSha: "volatile",
    ref: "stable",
    repositoryId: "stable",
    sha: { when: ["content"] },
  },
  validate: ({ commitAuthor, commitEmail }) =>
    (commitAuthor === undefined) === (commitEmail === undefined)
      ? undefined
      : "'commitAuthor' and 'commitEmail' must be given together",
  async create(github, inputs) {
    const { repository, file, overwriteOnCreate } = inputs;
    const { path, branch } = await writableBranch(github, inputs);
    const present = await readFileAt(path, `refs/heads/${branch}`, file);
    if (present !== undefined && !overwriteOnCreate) {
      throw new Error(
        "refusing to overwrite existing file: configure `overwrite_on_create` to `true` to override",
      );
    }
    await write(github, repository, path, {
      ...described(inputs, "Add"),
      branch,
      changes: { [file]: inputs.content },
    });
    return buildId(repository, file, inputs.branch ?? "");
  },
  async read(github, existing) {
    const { id, inputs } = existing;
    const repository = repositoryOf(existing);
    const [, file = "", named] = parseId(id);
    const { path, settings } = await github.find(github.fullName(repository));
    const branch = named || settings.defaultBranch;
    const ref = `refs/heads/${branch}`;
    const blob = await readBlobAt(path, ref, file);
    if (blob === undefined) return undefined;
    // Message and author come from the newest commit that changed the file, whoever made it.
    const newest = await newestCommit(path, ref, file);
    const authored = inputs.commitAuthor !== undefined && newest;
    return {
      properties: {
        ...{ repository, file, branch, ...blob, ref: branch, repositoryId: settings.id },
        commitSha: newest?.sha,
        commitMessage: newest?.message,
        ...(authored && { commitAuthor: newest.author.name, commitEmail: newest.author.email }),
      },
    };
  },
  async update(github, _, inputs) {
    const { path, branch } = await writableBranch(github, inputs);
    const changes = { [inputs.file]: inputs.content };
    await write(github, inputs.repository, path, {
      ...described(inputs, "Update"),
      branch,
      changes,
    });
  },
  async delete(github, existing) {
    const { id, inputs } = existing;
    const repository = repositoryOf(existing);
    const [, file = "", named] = parseId(id);
    const place = { repository, file, ...(named && { branch: named }) };
    const { path, branch } = await writableBranch(github, place);
    const changes = { [file]: null };
    await write(github, repository, path, {
      ...described({ ...inputs, file }, "Delete"),
      branch,
      changes,
    });
  },
});

/**
 * GitHub commits on top of the commit that it read, and answers 409 if the branch has moved since.
 * https://docs.github.com/en/rest/repos/contents#create-or-update-file-contents
 */
function write(github: GitHubContext, repository: string, path: string, what: Commit) {
  const [file] = Object.keys(what.changes);
  const call = `PUT repos/${github.fullName(repository)}/contents/${file}`;
  return github.send(async () => {
    const parent = await resolveRef(path, `refs/heads/${what.branch}`);
    try {
      return await commit(path, { ...what, ...(parent && { parent }) });
    } catch (error) {
      throw error instanceof BranchMoved ? new GitHubError(409, call, error.message) : error;
    }
  });
}

/** The branch must exist; GitHub answers 404 for a workflow file if the token lacks the scope `workflow`. */
async function writableBranch(
  github: GitHubContext,
  { repository, file, branch }: { repository: string; file: string; branch?: string },
) {
  const fullName = github.fullName(repository);
  const workflow = file.startsWith(".github/workflows/");
  const call = `PUT repos/${fullName}/contents/${file}`;
  const { path, settings } = await github.writable(
    fullName,
    call,
    workflow ? ["repo", "workflow"] : ["repo"],
  );
  const name = branch ?? settings.defaultBranch;
  if (!(await resolveRef(path, `refs/heads/${name}`))) {
    throw new GitHubError(404, `GET repos/${fullName}/branches/${name}`, "Branch not found");
  }
  const refusal = commitRefusal(settings, name);
  if (refusal) throw new GitHubError(409, call, refusal);
  return { path, branch: name };
}

function described(
  inputs: { file: string; commitMessage?: string; commitAuthor?: string; commitEmail?: string },
  verb: string,
): { message: string; author: Author } {
  const { commitAuthor, commitEmail, commitMessage = `${verb} ${inputs.file}` } = inputs;
  const given = commitAuthor !== undefined && commitEmail !== undefined;
  const author = given ? { name: commitAuthor, email: commitEmail } : TOKEN_USER;
  return { message: commitMessage, author };
}
