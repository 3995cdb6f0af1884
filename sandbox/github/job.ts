/** Provides what GitHub gives to a job: environment, secrets, token, event; and AWS behind the gate. */
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { delimiter, dirname, join } from "node:path";
import { parse } from "yaml";
import { bundles } from "../base/bundles";
import { withoutProxy } from "../base/loopback";
import { type ActResult, runAct } from "./act";
import { githubContext, githubVariables } from "./context";
import { deploymentRefusal } from "./environment-rules";
import { evaluatesToFalse } from "./expressions";
import { git } from "./git";
import type { PlannedJob } from "./jobs";
import { ISSUER, startIssuer } from "./oidc";
import { subjectKeysOf } from "./organizations";
import { payload } from "./payloads";
import { permissionOf } from "./permissions";
import { getRepository } from "./repositories";
import type { Run } from "./run";
import { emptyEnvironment, updateSettings } from "./settings";
import { SUPPORTED_ACTIONS } from "./supported";
import { environmentOf, type WorkflowFile } from "./workflow-file";

/** Runs jobs one after the other, each with its own environment, secrets and token. They share the run's artifacts. */
export async function runJobsApart(
  run: Run,
  file: WorkflowFile,
  jobs: readonly PlannedJob[],
  folder: string,
): Promise<ActResult> {
  const results = new Map<string, ActResult>();
  for (const planned of jobs) {
    const { needs = [], if: condition } = planned.job;
    const failed = needs.some((id) => results.get(id)?.ok === false);
    if (failed && !(await runsAfterFailure(run, file, String(condition ?? "success()")))) continue;
    const own = join(folder, planned.id);
    await mkdir(own);
    results.set(planned.id, await runInFolder(run, file, planned, own, true));
  }
  const all = [...results.values()];
  const failure = all.find((result) => !result.ok)?.failure;
  const log = all.map((result) => result.log).join("\n");
  return { ok: all.every(({ ok }) => ok), log, ...(failure !== undefined && { failure }) };
}

/** "A default status check of success() is applied unless you include one of these functions." */
async function runsAfterFailure(run: Run, file: WorkflowFile, condition: string): Promise<boolean> {
  if (!/\b(?:always|cancelled|failure)\s*\(/.test(condition)) return false;
  const { event } = run;
  const inputs = ("inputs" in event && event.inputs) || {};
  const contexts = { github: githubContext(run, file), inputs };
  const expression = condition.replace(/^\$\{\{(.*)\}\}$/s, "$1");
  return !(await evaluatesToFalse(expression, contexts, "failure"));
}

/** Runs `planned` alone, or all jobs of the workflow with the environment and token of `planned`. The new folder gets all files of the run. */
export async function runInFolder(
  run: Run,
  file: WorkflowFile,
  planned: PlannedJob,
  folder: string,
  alone = false,
): Promise<ActResult> {
  // Read the settings when the job starts: it may have waited for another job.
  const { path, settings } = await getRepository(run.root, run.fullName);
  const name = environmentOf(planned.job);
  const refusal = name && deploymentRefusal(name, settings.environments[name], run.ref);
  if (refusal) return { ok: false, log: refusal, failure: refusal };
  const environment = name === undefined ? undefined : await ensureEnvironment(run, name);
  const clone = join(folder, "clone");
  await git(folder, ["clone", "--quiet", "--no-checkout", "--shared", path, clone]);
  // A clone has branches and tags only.
  if (run.ref.startsWith("refs/pull/")) await git(clone, ["fetch", "--quiet", "origin", run.ref]);
  await git(clone, ["checkout", "--quiet", "--detach", run.sha]);
  if (alone) await keepOnly(join(clone, file.path), planned.id);
  const artifacts = join(alone ? dirname(folder) : folder, "artifacts");
  return behindGate(run, file, planned, artifacts, (stepEnvironment) =>
    runAct({
      ...{
        actPath: run.actPath,
        file,
        clone,
        folder,
        environment: withNpm(run.env),
        stepEnvironment,
      },
      actor: run.fullName.split("/")[0] ?? "",
      defaultBranch: settings.defaultBranch,
      event: { name: run.event.name, payload: payload(run) },
      variables: { ...settings.variables, ...environment?.variables },
      // "With the exception of GITHUB_TOKEN, secrets are not passed to the runner when a workflow is triggered from a forked repository."
      secrets: run.fromFork ? {} : { ...settings.secrets, ...environment?.secrets },
      ...(run.onLine && { onLine: (line: string) => run.onLine?.(line, file.name) }),
    }),
  );
}

/** Starts GitHub's token issuer and the gate to AWS for the time of a run; `act` gets the variables for the steps. */
async function behindGate<T>(
  run: Run,
  file: WorkflowFile,
  { job, file: jobFile }: PlannedJob,
  artifacts: string,
  act: (stepEnvironment: Record<string, string>) => Promise<T>,
): Promise<T> {
  const { settings, path } = run.repository;
  const runId = String(Date.now());
  const issuer = await startIssuer({
    ...{ fullName: run.fullName, settings, event: run.event.name, ref: run.ref, sha: run.sha },
    ...{ baseRef: run.baseRef, headRef: run.headRef, environment: environmentOf(job), runId },
    ...{ workflow: { name: file.name, file: file.path }, jobFile: jobFile.path },
    subjectKeys: await subjectKeysOf(run.root, run.fullName, settings),
  });
  const { verify, requestUrl, requestToken } = issuer;
  // The policy simulator is slow to load, so only commands that run workflows load it.
  const { startGate }: typeof import("./gate") = require("./gate");
  const bundled = await bundles();
  const gate = await startGate({ awsEndpoint: run.awsEndpoint, issuer: ISSUER, verify });
  const permission = (kind: string) => permissionOf(jobFile, job, kind);
  const mayRead = !settings.private || permission("contents") !== "none";
  // A fork's permissions are at most `read`: https://docs.github.com/en/actions/reference/security/oidc has no token for it.
  const mayIdentify = permission("id-token") === "write" && !run.fromFork;
  try {
    return await act({
      ...githubVariables(run, runId),
      ...(mayIdentify && {
        ACTIONS_ID_TOKEN_REQUEST_URL: requestUrl,
        ACTIONS_ID_TOKEN_REQUEST_TOKEN: requestToken,
      }),
      AWS_ENDPOINT_URL: gate.url,
      AWS_EC2_METADATA_DISABLED: "true",
      // The gate and the issuer are on this machine; without these, the AWS CLI would also ask macOS for its proxy.
      ...withoutProxy({}),
      SLIPWAY_STAND_INS: SUPPORTED_ACTIONS,
      SLIPWAY_BUNDLES: bundled,
      SLIPWAY_REPOSITORY: path,
      SLIPWAY_CONTENTS: mayRead ? "read" : "none",
      SLIPWAY_GITHUB: run.root,
      SLIPWAY_PULL_REQUESTS: permission("pull-requests"),
      SLIPWAY_ARTIFACTS: artifacts,
      SLIPWAY_ENGINE_VARIABLES: JSON.stringify(engineVariables(run.env)),
    });
  } finally {
    await Promise.all([gate.close(), issuer.close()]);
  }
}

/** "Running a workflow that references an environment that does not exist will create an environment." */
function ensureEnvironment({ root, fullName }: Run, name: string) {
  return updateSettings(root, fullName, ({ environments }) => {
    environments[name] ??= emptyEnvironment();
    return environments[name];
  });
}

/** Keeps only one job in a workflow file, without its `needs`. The steps check out the repository's own file. */
async function keepOnly(path: string, id: string): Promise<void> {
  const file = parse(await readFile(path, "utf8"));
  const { needs: _, ...job } = file.jobs[id];
  // JSON is valid YAML.
  await writeFile(path, JSON.stringify({ ...file, jobs: { [id]: job } }));
}

/** What the engine needs, without access to AWS and GitHub. */
function engineVariables(env: NodeJS.ProcessEnv): Record<string, string> {
  const names = ["SLIPWAY_SANDBOX", "SLIPWAY_PROJECT", "SLIPWAY_ENGINE", "SLIPWAY_GITHUB_ROOT"];
  const engine = (name: string) => name.startsWith("PULUMI_") && name !== "PULUMI_STACK";
  return Object.fromEntries(
    Object.entries(env).flatMap(([name, value]) =>
      value !== undefined && (names.includes(name) || engine(name)) ? [[name, value]] : [],
    ),
  );
}

/** The sandbox's `npm ci` comes before the machine's. */
function withNpm(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return { ...env, PATH: [join(__dirname, "bin"), env.PATH].join(delimiter) };
}
