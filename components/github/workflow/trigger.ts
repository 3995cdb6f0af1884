/** The events that start a deployment, with GitHub's names: https://docs.github.com/en/actions/reference/workflows-and-actions/events-that-trigger-workflows */

/** A push to one branch. */
export interface PushTrigger {
  /** GitHub's name of the event. */
  readonly type: "push";
  /** One branch, without wildcards: the deploy role trusts the same branch. */
  readonly branch: string;
}

/** A pushed tag. The image gets the tag's name. */
export interface TagTrigger {
  /** GitHub has no event of this name: a tag is a push. */
  readonly type: "tag";
  /**
   * The tags that deploy, for example `v*`. A tag with a `/` never deploys, because an image's tag cannot contain a
   * `/`.
   * @see https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax#filter-pattern-cheat-sheet
   */
  readonly pattern: string;
}

/**
 * A pull request that is merged into a branch; one that is closed without a merge does nothing. A pull request from a fork does not
 * deploy, because GitHub gives its runs no secrets: to deploy these too, use `push`.
 */
export interface PullRequestTrigger {
  /** GitHub's name of the event. */
  readonly type: "pull_request";
  /** The branch into which pull requests are merged. */
  readonly branch: string;
}

/** Only a run by hand (`gh workflow run`). Every other trigger can be started by hand, too. */
export interface DispatchTrigger {
  /** GitHub's name of the event. */
  readonly type: "workflow_dispatch";
  /** The branch from which people start the workflow. */
  readonly branch: string;
}

/**
 * A call by another workflow of the same repository. The calling job needs the permissions `contents: read` and `id-token: write`, and
 * `secrets: inherit`.
 */
export interface CallTrigger {
  /** GitHub's name of the event. */
  readonly type: "workflow_call";
  /** The branch on which the calling workflow runs. */
  readonly branch: string;
}

/** The success of another workflow of the same repository, for example of the tests. GitHub runs the default branch's file. */
export interface WorkflowRunTrigger {
  /** GitHub's name of the event. */
  readonly type: "workflow_run";
  /** The `name` of the other workflow. */
  readonly workflow: string;
  /** The branch on which the other workflow ran. The commit is deployed if it is on this branch. */
  readonly branch: string;
}

/** A schedule. GitHub runs the default branch's newest commit, and deploys it without a build if its image exists. */
export interface ScheduleTrigger {
  /** GitHub's name of the event. */
  readonly type: "schedule";
  /**
   * Five fields in UTC, at most every 5 minutes: `0 6 * * 1-5`.
   * @see https://docs.github.com/en/actions/reference/workflows-and-actions/events-that-trigger-workflows#schedule
   */
  readonly cron: string;
}

/**
 * An event that starts a deployment.
 * @see https://docs.github.com/en/actions/reference/workflows-and-actions/events-that-trigger-workflows
 */
export type Trigger =
  | PushTrigger
  | TagTrigger
  | PullRequestTrigger
  | DispatchTrigger
  | CallTrigger
  | WorkflowRunTrigger
  | ScheduleTrigger;

/** One trigger, or several. */
export type Triggers = Trigger | readonly Trigger[];

/** A branch, or the tags that match a pattern. */
export interface GitRef {
  /** A branch, or tags. */
  readonly type: "branch" | "tag";
  /** The branch, or the pattern of the tags. */
  readonly name: string;
}

export function listOf(triggers: Triggers): readonly Trigger[] {
  return "type" in triggers ? [triggers] : triggers;
}

/** The refs on which the jobs of these triggers run, each once: branches first, sorted by name. */
export function refsOf(triggers: Triggers, defaultBranch: string): GitRef[] {
  const refs = listOf(triggers).map((trigger) => refOf(trigger, defaultBranch));
  const byName = new Map(refs.map((ref) => [`${ref.type} ${ref.name}`, ref]));
  return [...byName].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, ref]) => ref);
}

function refOf(trigger: Trigger, defaultBranch: string): GitRef {
  switch (trigger.type) {
    case "tag":
      return { type: "tag", name: trigger.pattern };
    case "workflow_run":
    case "schedule":
      // "This event will only trigger a workflow run if the workflow file exists on the default branch."
      return { type: "branch", name: defaultBranch };
    default:
      // A merged pull request's ref is the branch that it was merged into:
      // https://docs.github.com/en/actions/reference/workflows-and-actions/contexts#github-context (`ref`)
      return { type: "branch", name: trigger.branch };
  }
}

/** `refs/heads/main`, `refs/tags/v*` */
export function fullRef({ type, name }: GitRef): string {
  return `refs/${type === "branch" ? "heads" : "tags"}/${name}`;
}

/**
 * The branches that need the workflow file. GitHub offers only workflows of the default branch for a run by hand, and tags are
 * usually created from it.
 */
export function fileBranches(triggers: Triggers, defaultBranch: string): string[] {
  const refs = refsOf(triggers, defaultBranch).filter(({ type }) => type === "branch");
  return [...new Set([...refs.map(({ name }) => name), defaultBranch])];
}
