import * as github from "@pulumi/github";
import type * as pulumi from "@pulumi/pulumi";
import type { CommitInputs } from "./delivery";
import { headPrefix, type ProposalPlan, type PullRequestDelivery, planProposal } from "./delivery";
import type { GitHubRepository } from "./lookup";

interface ProposalArgs {
  readonly repository: GitHubRepository;
  readonly service: string;
  readonly project: string;
  readonly stack: string;
  /** The branch that gets the files. */
  readonly branch: string;
  /** The files' contents, by path. */
  readonly files: Readonly<Record<string, string>>;
  readonly commit: CommitInputs;
}

/**
 * Proposes files in a pull request. The provider forgets a branch and its file once they are deleted on GitHub, and would create them
 * again. So after the merge, the stack has only what is still there.
 * (github/resource_github_branch.go, resource_github_repository_file.go and resource_github_repository_pull_request.go in
 * https://github.com/integrations/terraform-provider-github)
 */
export function proposeFiles(
  parent: pulumi.Resource,
  name: string,
  args: ProposalArgs,
  delivery: PullRequestDelivery,
): void {
  const { repository, branch, files } = args;
  const found = repository.found?.files?.[branch] ?? {};
  const current = Object.fromEntries(
    Object.keys(files).map((path) => [path, found[path]?.content]),
  );
  const merged = Object.keys(files).flatMap((path) => found[path]?.proposal ?? []);
  const prefix = headPrefix(delivery, args.service, args.stack);
  const plan = planProposal(prefix, branch, { wanted: files, current }, merged[0]);
  if (plan) {
    openPullRequest(parent, name, args, plan);
  }
}

function openPullRequest(
  parent: pulumi.Resource,
  name: string,
  args: ProposalArgs,
  { head, withBranch }: ProposalPlan,
): void {
  const { repository, branch, commit, stack, project } = args;
  new github.RepositoryPullRequest(
    `${name}-${branch}`,
    {
      baseRepository: repository.name,
      baseRef: branch,
      headRef: head,
      title: commit.commitMessage,
      body: `Written by \`pulumi up\` of the stack ${stack} of the project ${project}. After a change of its configuration, another pull request replaces this one.`,
    },
    {
      parent,
      dependsOn: withBranch ? createBranch(parent, name, args, head) : [],
      // GitHub redirects requests with the former name of a repository. People may edit the title and the body.
      ignoreChanges: ["baseRepository", "title", "body"],
    },
  );
}

/** Creates a branch, and commits the files to it. */
function createBranch(
  parent: pulumi.Resource,
  name: string,
  args: ProposalArgs,
  head: string,
): pulumi.Resource[] {
  const repository = args.repository.name;
  const { branch } = new github.Branch(
    `${name}-${args.branch}`,
    { repository, branch: head, sourceBranch: args.branch },
    // The provider would rename the branch, and GitHub closes the pull request of a renamed branch.
    { parent, replaceOnChanges: ["branch"], ignoreChanges: ["repository"] },
  );
  return Object.entries(args.files).map(
    ([file, content], i) =>
      new github.RepositoryFile(
        i === 0 ? `${name}-${args.branch}-proposed` : `${name}-${args.branch}-${file}-proposed`,
        { repository, branch, file, content, overwriteOnCreate: true, ...args.commit },
        { parent, ignoreChanges: ["commitMessage", "commitAuthor", "commitEmail"] },
      ),
  );
}
