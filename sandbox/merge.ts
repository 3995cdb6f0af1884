/** The command `merge`. */
import { info } from "./base/terminal";
import { mergePullRequest, type WorkflowResult } from "./github";
import { getRepository } from "./github/repositories";
import type { StoredPullRequest } from "./github/settings";
import { Output } from "./release";
import type { Sandbox } from "./sandbox";
import { type RunOptions, runEvent } from "./stack";
import type { Service } from "./stack-settings";

/** Merges the open pull requests in the services' repositories, and runs the workflows that this starts. */
export async function mergePullRequests(
  sandbox: Sandbox,
  stack: string,
  services: readonly Service[],
): Promise<number> {
  let ok = true;
  let count = 0;
  for (const fullName of new Set(services.map(({ repository }) => repository))) {
    for (const pullRequest of await openPullRequests(sandbox, fullName)) {
      const output = new Output();
      const workflows = await merge(sandbox, stack, { fullName, pullRequest }, output);
      const { number, title, base } = pullRequest;
      info(`Merged #${number} of ${fullName} into ${base.branch}: ${title}`);
      output.writeResults(workflows);
      ok &&= workflows.every((workflow) => workflow.ok);
      count += 1;
    }
  }
  if (count === 0) info("No pull request is open.");
  return ok ? 0 : 1;
}

export async function openPullRequests(
  sandbox: Sandbox,
  fullName: string,
): Promise<readonly StoredPullRequest[]> {
  const { settings } = await getRepository(sandbox.githubRoot, fullName);
  return (settings.pullRequests ?? []).filter(({ state }) => state === "open");
}

/** GitHub sends two events: the pull request is closed, and its base branch has new commits. */
async function merge(
  sandbox: Sandbox,
  stack: string,
  { fullName, pullRequest: one }: { fullName: string; pullRequest: StoredPullRequest },
  options: RunOptions,
): Promise<readonly WorkflowResult[]> {
  const pullRequest = await mergePullRequest(sandbox.githubRoot, fullName, one);
  const closed = { name: "pull_request", action: "closed", pullRequest } as const;
  const { branch, sha: before } = pullRequest.base;
  const pushed = { name: "push", ref: `refs/heads/${branch}`, before } as const;
  const results = [];
  for (const event of [closed, pushed]) {
    results.push(...(await runEvent(sandbox, stack, fullName, event, options)));
  }
  return results;
}
