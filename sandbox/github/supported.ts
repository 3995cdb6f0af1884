/** Checks that the sandbox can run a workflow: it has replacements for some actions, and refuses what it would run differently. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { jobsOf } from "./jobs";
import { KINDS, permissionOf } from "./permissions";
import { environmentOf, type Job, type Step, type WorkflowFile } from "./workflow-file";

export const SUPPORTED_ACTIONS = join(__dirname, "actions");

/** The actions with a replacement, and the commit that each follows: a workflow must pin this commit. */
const COMMITS: Readonly<Record<string, { readonly version: string; readonly commit: string }>> = {
  "actions/setup-node": {
    version: "v7.0.0",
    commit: "820762786026740c76f36085b0efc47a31fe5020",
  },
  "actions/upload-artifact": {
    version: "v7.0.0",
    commit: "bbbca2ddaa5d8feaa63e36b76fdaad77386f024f",
  },
  "actions/download-artifact": {
    version: "v8.0.1",
    commit: "3e5f45b2cfb9172054b4087a40e8e0b5a5461e7c",
  },
  "actions/github-script": {
    version: "v8.0.0",
    commit: "ed597411d8f924073f98dfc5c65a23a2325f34cd",
  },
  "pulumi/actions": {
    version: "v7.0.0",
    commit: "8e5e406f4007fca908480587cb9893c07090f58d",
  },
  "actions/checkout": {
    version: "v7.0.1",
    commit: "3d3c42e5aac5ba805825da76410c181273ba90b1",
  },
  "aws-actions/configure-aws-credentials": {
    version: "v6.2.3",
    commit: "e6de054238d6b7531b4efff3b6587d9aade6a06c",
  },
  "aws-actions/amazon-ecr-login": {
    version: "v2.1.7",
    commit: "03f1aad4c6c7ffd436567f42f9384779290529bd",
  },
  "docker/setup-qemu-action": {
    version: "v4.2.0",
    commit: "96fe6ef7f33517b61c61be40b68a1882f3264fb8",
  },
  "docker/setup-buildx-action": {
    version: "v4.3.0",
    commit: "37fe631027851001ddb9b187196cc803df7f5f0e",
  },
  "docker/build-push-action": {
    version: "v7.3.0",
    commit: "53b7df96c91f9c12dcc8a07bcb9ccacbed38856a",
  },
  "aws-actions/amazon-ecs-render-task-definition": {
    version: "v1.9.0",
    commit: "138c24f321fdbdf7edee4a685519d253cae2cdea",
  },
  "aws-actions/amazon-ecs-deploy-task-definition": {
    version: "v2.6.3",
    commit: "c465972ecbd160473f22e683363b422a5412a3de",
  },
  "slackapi/slack-github-action": {
    version: "v4.0.0",
    commit: "dcb1066f776dd043e64d0e8ba94ca15cc7e1875d",
  },
};

/** The reasons why the sandbox cannot run a workflow like GitHub; empty if it can. */
export function unsupported(file: WorkflowFile): string[] {
  const jobs = jobsOf(file);
  const problems = jobs.flatMap(({ id, job }) => [
    ...(job.uses ? [`job ${id}: a called workflow cannot call another one here`] : []),
    ...[environmentOf(job), job.concurrency?.group, runsOn(job["runs-on"])]
      .filter((value) => value?.includes("${{"))
      .map((value) => `job ${id}: the expression ${value} is not supported here`),
    ...(!job.uses && runsOn(job["runs-on"]) === undefined
      ? [`job ${id}: runs-on must be one label`]
      : []),
    ...(job.concurrency ? [`job ${id}: concurrency is supported for whole workflows only`] : []),
    ...job.steps.flatMap((step, index) =>
      stepProblems(step).map((problem) => `job ${id}, ${stepName(step, index)}: ${problem}`),
    ),
  ]);
  problems.push(...Object.entries(file.jobs).flatMap(([id, job]) => secretProblems(id, job)));
  for (const { concurrency: group } of new Set([file, ...Object.values(file.called)])) {
    // A newer run waits for an older one that GitHub would cancel.
    const number = `\${{ github.event.pull_request.number }}`;
    if (group?.group.replaceAll(number, "").includes("${{"))
      problems.push(`concurrency: no expression but ${number} is supported`);
  }
  if (runsApart(file) && jobs.some(({ file: own, job }) => own !== file || readsNeeds(job))) {
    problems.push(
      "jobs that differ in environment or permissions cannot call workflows or read needs",
    );
  }
  return problems;
}

/** Whether each job needs a run of its own: act gives all jobs of a run the same secrets and the same token. */
export function runsApart(file: WorkflowFile): boolean {
  const kinds = jobsOf(file).map(({ job, file: own }) =>
    [environmentOf(job), ...KINDS.map((kind) => permissionOf(own, job, kind))].join(),
  );
  return new Set(kinds).size > 1;
}

function readsNeeds(job: Job): boolean {
  return /\bneeds\./.test(JSON.stringify(job));
}

/**
 * Of an environment's secrets, a called workflow sees those that its caller passes on, though the caller itself cannot see them:
 * https://github.com/actions/runner/issues/1490. act shows them to the caller, too, so they must keep their names.
 */
function secretProblems(id: string, { secrets = {} }: Job): string[] {
  return Object.entries(secrets === "inherit" ? {} : secrets)
    .filter(([name, value]) => !new RegExp(`^\\$\\{\\{ *secrets\\.${name} *\\}\\}$`).test(value))
    .map(([name]) => `job ${id}: the secret ${name} must be passed on as \${{ secrets.${name} }}`);
}

function stepProblems(step: Step): string[] {
  if (step.uses === undefined) return [];
  const [action = "", commit = ""] = step.uses.split("@");
  const known = Object.hasOwn(COMMITS, action) ? COMMITS[action] : undefined;
  if (!known) return [`the sandbox has no replacement for the action ${action}`];
  if (commit !== known.commit) {
    return [
      `the sandbox replaces ${action} at ${known.commit} (${known.version}), not at ${commit || "no commit"}`,
    ];
  }
  const inputs = inputsOf(action);
  return Object.keys(step.with ?? {})
    .filter((input) => !inputs.includes(input))
    .map((input) => `the sandbox's replacement for ${action} does not know the input ${input}`);
}

function inputsOf(action: string): string[] {
  const metadata = parse(readFileSync(join(SUPPORTED_ACTIONS, action, "action.yml"), "utf8")) as {
    inputs?: Record<string, unknown>;
  };
  return Object.keys(metadata.inputs ?? {});
}

/** act's `--local-repository` arguments: OWNER/REPOSITORY@COMMIT=FOLDER. */
export function localRepositories(): string[] {
  return Object.entries(COMMITS).flatMap(([action, { commit }]) => [
    "--local-repository",
    `${action}@${commit}=${join(SUPPORTED_ACTIONS, action)}`,
  ]);
}

export function runsOn(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

function stepName(step: Step, index: number): string {
  return `step ${step.name ?? step.id ?? step.uses ?? index + 1}`;
}
