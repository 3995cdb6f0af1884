import { commitMark, type WorkflowArgs, workflowFiles } from "./args";
import { expression } from "./expressions";
import type { Events, Input } from "./model";
import { releaseScripts } from "./release-script";
import { listOf, type Trigger, type Triggers } from "./trigger";

type TriggerOf<Type extends Trigger["type"]> = Extract<Trigger, { type: Type }>;

function ofType<Type extends Trigger["type"]>(triggers: Triggers, type: Type): TriggerOf<Type>[] {
  return listOf(triggers).filter((trigger): trigger is TriggerOf<Type> => trigger.type === type);
}

const inputs: Readonly<Record<string, Input>> = {
  "image-tag": {
    description: "Tag of an image in the registry to deploy; without one, this commit's",
    type: "string",
    required: false,
  },
};

/** The `on:` of the workflow. A run by hand is always possible, for a rollback. */
export function eventsOf({
  trigger,
  build,
  roleSecret,
  notify,
}: Pick<WorkflowArgs, "trigger" | "build" | "roleSecret" | "notify">): Events {
  const branches = ofType(trigger, "push").map(({ branch }) => branch);
  const tags = ofType(trigger, "tag").map(({ pattern }) => pattern);
  const merged = ofType(trigger, "pull_request").map(({ branch }) => branch);
  const runs = ofType(trigger, "workflow_run");
  const crons = ofType(trigger, "schedule");
  const paths = pathsOf(build.paths);
  return {
    ...((branches.length > 0 || tags.length > 0) && {
      push: {
        ...(branches.length > 0 && { branches, ...paths }),
        ...(tags.length > 0 && { tags }),
      },
    }),
    ...(merged.length > 0 && { pull_request: { types: ["closed"], branches: merged, ...paths } }),
    ...(runs.length > 0 && {
      workflow_run: {
        workflows: [...new Set(runs.map(({ workflow }) => workflow))],
        types: ["completed"],
        branches: [...new Set(runs.map(({ branch }) => branch))],
      },
    }),
    ...(crons.length > 0 && { schedule: crons.map(({ cron }) => ({ cron })) }),
    ...(ofType(trigger, "workflow_call").length > 0 && {
      workflow_call: {
        inputs,
        // The job sees only the secrets that its caller passes on, also those of its environment:
        // https://github.com/actions/runner/issues/1490
        secrets: {
          [roleSecret]: { required: true },
          ...(notify && { [notify.secret]: { required: false } }),
        },
      },
    }),
    workflow_dispatch: { inputs },
  };
}

/**
 * The filter of changed files. An update of the infrastructure commits workflow files and scripts, and must not start a deployment of the code.
 * GitHub ignores these filters for tags.
 */
function pathsOf(paths: readonly string[] = []) {
  return paths.length > 0
    ? { paths: [...paths, `!${workflowFiles}`, `!${releaseScripts}`] }
    : { "paths-ignore": [workflowFiles, releaseScripts] };
}

/** The job's `if:`; undefined if each event deploys. */
export function conditionOf(trigger: Triggers): string | undefined {
  const conditions = [
    ...(ofType(trigger, "pull_request").length > 0
      ? [
          unlessEvent(
            "pull_request",
            "github.event.pull_request.merged && github.event.pull_request.head.repo.full_name == github.repository",
          ),
        ]
      : []),
    ...(ofType(trigger, "workflow_run").length > 0
      ? [
          unlessEvent(
            "workflow_run",
            `(${ofType(trigger, "workflow_run").map(succeeded).join(" || ")})`,
          ),
        ]
      : []),
  ];
  return conditions.length > 0 ? conditions.join(" && ") : undefined;
}

function unlessEvent(event: string, condition: string): string {
  return `(github.event_name != '${event}' || ${condition})`;
}

/**
 * A run of a fork's pull request could have the same name. So only runs of this repository count, and only those that no pull
 * request started.
 * https://docs.github.com/en/actions/reference/security/secure-use#mitigating-the-risks-of-untrusted-code-checkout
 */
function succeeded({ workflow, branch }: TriggerOf<"workflow_run">): string {
  const run = "github.event.workflow_run";
  return [
    `${run}.conclusion == 'success'`,
    `!startsWith(${run}.event, 'pull_request')`,
    `${run}.head_repository.full_name == github.repository`,
    `${run}.name == ${quoted(workflow)}`,
    `${run}.head_branch == ${quoted(branch)}`,
    // An update of the infrastructure does not deploy the code.
    `!endsWith(${run}.head_commit.message, ${quoted(commitMark)})`,
  ].join(" && ");
}

/**
 * The condition of the step that checks the commit. The job's condition is not enough: a run of a tag with the branch's
 * name passes it. Undefined if no other workflow starts this one.
 */
export function testedCommit(trigger: Triggers): string | undefined {
  return ofType(trigger, "workflow_run").length > 0
    ? "github.event_name == 'workflow_run'"
    : undefined;
}

/** A string in an expression: a single quote is written twice. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** Null for other events: then the action checks out the event's commit. */
const mergeCommit = "github.event.pull_request.merge_commit_sha";

/** The commit to deploy, as an expression's text; undefined if it is the event's own commit. */
export function commitOf(trigger: Triggers): string | undefined {
  const commits = [
    ...(ofType(trigger, "workflow_run").length > 0 ? ["github.event.workflow_run.head_sha"] : []),
    ...(ofType(trigger, "pull_request").length > 0 ? [mergeCommit] : []),
  ];
  return commits.length > 0 ? [...commits, "github.sha"].join(" || ") : undefined;
}

/** The `ref` to check out. A later step checks out a tested commit. @default the event's */
export function checkoutRef(trigger: Triggers): string | undefined {
  return ofType(trigger, "pull_request").length > 0 ? expression(mergeCommit) : undefined;
}

/** The image's tag: the requested one, the pushed tag's name, or the commit. */
export function imageTag(trigger: Triggers): string {
  return expression(
    [
      "inputs.image-tag",
      ...(ofType(trigger, "tag").length > 0 ? ["github.ref_type == 'tag' && github.ref_name"] : []),
      commitOf(trigger) ?? "github.sha",
    ].join(" || "),
  );
}
