/** Provides what GitHub gives to a job: environment, secrets, token, event; and AWS behind the gate. */
import { join } from "node:path";
import { bundles } from "../base/bundles";
import { withoutProxy } from "../base/loopback";
import { type ActResult, runAct } from "./act";
import { githubVariables } from "./context";
import { deploymentRefusal } from "./environment-rules";
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

/** Runs a workflow in a new folder, which receives all its files. All its jobs are equipped as `planned`. */
export async function runInFolder(
  run: Run,
  file: WorkflowFile,
  planned: PlannedJob,
  folder: string,
): Promise<ActResult> {
  // Read the settings when the job starts: it may have waited for another job.
  const { path, settings } = await getRepository(run.root, run.fullName);
  const name = environmentOf(planned.job);
  const refusal = name && deploymentRefusal(name, settings.environments[name], run.ref);
  if (refusal) return { ok: false, log: refusal, failure: refusal };
  const environment = name === undefined ? undefined : await ensureEnvironment(run, name);
  const clone = join(folder, "clone");
  await git(folder, ["clone", "--quiet", "--no-checkout", `file://${path}`, clone]);
  // A clone has branches and tags only.
  if (run.ref.startsWith("refs/pull/")) await git(clone, ["fetch", "--quiet", "origin", run.ref]);
  await git(clone, ["checkout", "--quiet", "--detach", run.sha]);
  return behindGate(run, file, planned, (stepEnvironment) =>
    runAct({
      ...{ actPath: run.actPath, file, clone, folder, environment: run.env, stepEnvironment },
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
