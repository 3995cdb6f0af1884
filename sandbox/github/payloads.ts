/** The payloads of events, with the fields that workflows commonly read: https://docs.github.com/en/webhooks/webhook-events-and-payloads */
import type { CompletedRun, PullRequest } from "./event";
import type { Run } from "./run";
import type { RepositorySettings } from "./settings";
import { stableId } from "./settings";

export function payload(run: Run): Record<string, unknown> {
  const { event, repository, fullName, ref, sha, before, message } = run;
  const common = {
    repository: describe(fullName, repository.settings),
    sender: user(ownerOf(fullName), repository.settings.ownerId),
  };
  switch (event.name) {
    case "push": {
      const head = { id: sha, message };
      return {
        ...{ ...common, ref, before: before ?? "0".repeat(40), after: sha },
        ...{ head_commit: head, commits: [head] },
      };
    }
    case "workflow_dispatch": {
      const workflow = `.github/workflows/${event.workflow}`;
      return { ...common, ref, inputs: event.inputs ?? {}, workflow };
    }
    case "schedule":
      return { ...common, schedule: event.cron };
    case "pull_request": {
      const { number } = event.pullRequest;
      const pull_request = pullRequestOf(event.pullRequest, event.action, common.repository);
      return { ...common, action: event.action, number, pull_request };
    }
    case "workflow_run":
      return {
        ...{ ...common, action: "completed" },
        workflow: { name: event.run.name, path: event.run.path },
        workflow_run: runOf(event.run, common.repository),
      };
  }
}

type Described = ReturnType<typeof describe>;

function describe(fullName: string, settings: RepositorySettings) {
  const { id, ownerId, ownerType, defaultBranch, private: isPrivate } = settings;
  const name = fullName.split("/")[1] ?? "";
  return {
    ...{ id, name, full_name: fullName, private: isPrivate, default_branch: defaultBranch },
    ...{ fork: false, owner: { ...user(ownerOf(fullName), ownerId), type: ownerType } },
  };
}

/** The repository of a head: this one, or a fork. */
function headRepository(fullName: string, own: Described) {
  if (fullName === own.full_name) return own;
  const owner = ownerOf(fullName);
  return {
    ...{ ...own, id: stableId(fullName), full_name: fullName, fork: true },
    owner: user(owner, stableId(owner)),
  };
}

function pullRequestOf(pullRequest: PullRequest, action: string, repository: Described) {
  const { number, title, head, base, merged, mergeCommit } = pullRequest;
  return {
    ...{ number, title, merged, state: action === "closed" ? "closed" : "open" },
    merge_commit_sha: mergeCommit,
    merged_at: merged ? new Date().toISOString() : null,
    head: { ref: head.branch, sha: head.sha, repo: headRepository(head.repository, repository) },
    base: { ref: base.branch, sha: base.sha, repo: repository },
  };
}

function runOf({ head, message = "", ...run }: CompletedRun, repository: Described) {
  return {
    ...{ id: run.id, name: run.name, path: run.path, event: run.event },
    ...{ status: "completed", conclusion: run.conclusion, run_attempt: 1 },
    ...{ head_branch: head.branch, head_sha: head.sha, repository },
    head_commit: { id: head.sha, message },
    head_repository: headRepository(head.repository, repository),
    html_url: `https://github.com/${repository.full_name}/actions/runs/${run.id}`,
  };
}

function user(login: string, id: number) {
  return { login, id };
}

function ownerOf(fullName: string): string {
  return fullName.split("/")[0] ?? "";
}
