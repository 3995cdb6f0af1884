/** Provides what GitHub gives to a job: environment, secrets, token, event; and AWS behind the gate. */
import { join } from "node:path";
import { bundles } from "../base/bundles";
import { withoutProxy } from "../base/loopback";
import { type ActResult, runAct } from "./act";
import { git } from "./git";
import { ISSUER, startIssuer } from "./oidc";
import { getRepository } from "./repositories";
import type { Run } from "./run";
import { emptyEnvironment, updateSettings } from "./settings";
import { SUPPORTED_ACTIONS } from "./supported";
import { deploymentRefusal, refName } from "./triggers";
import { environmentOf, type Job, permissionOf, type WorkflowFile } from "./workflow-file";

/** Runs a workflow in a new folder, which receives all its files. */
export async function runInFolder(
  run: Run,
  file: WorkflowFile,
  folder: string,
): Promise<ActResult> {
  // Read the settings when the job starts: it may have waited for another job.
  const { path, settings } = await getRepository(run.root, run.fullName);
  const [job] = Object.values(file.jobs);
  if (!job) return { ok: true, log: "" };
  const name = environmentOf(job);
  const refusal = name && deploymentRefusal(name, settings.environments[name], run.ref);
  if (refusal) return { ok: false, log: refusal, failure: refusal };
  const environment = name === undefined ? undefined : await ensureEnvironment(run, name);
  const clone = join(folder, "clone");
  await git(folder, ["clone", "--quiet", "--no-checkout", `file://${path}`, clone]);
  await git(clone, ["checkout", "--quiet", "--detach", run.sha]);
  return behindGate(run, file, job, (stepEnvironment) =>
    runAct({
      ...{ actPath: run.actPath, file, clone, folder, environment: run.env, stepEnvironment },
      actor: run.fullName.split("/")[0] ?? "",
      defaultBranch: settings.defaultBranch,
      event: { name: run.event.name, payload: payload(run) },
      variables: { ...settings.variables, ...environment?.variables },
      secrets: { ...settings.secrets, ...environment?.secrets },
      ...(run.onLine && { onLine: (line: string) => run.onLine?.(line, file.name) }),
    }),
  );
}

/** Starts GitHub's token issuer and the gate to AWS for the time of a run; `act` gets the variables for the steps. */
async function behindGate<T>(
  run: Run,
  file: WorkflowFile,
  job: Job,
  act: (stepEnvironment: Record<string, string>) => Promise<T>,
): Promise<T> {
  const { settings, path } = run.repository;
  const runId = String(Date.now());
  const issuer = await startIssuer({
    ...{ fullName: run.fullName, settings, event: run.event.name, ref: run.ref, sha: run.sha },
    ...{ environment: environmentOf(job), workflow: { name: file.name, file: file.path }, runId },
  });
  const { verify, requestUrl, requestToken } = issuer;
  // The policy simulator is slow to load, so only commands that run workflows load it.
  const { startGate }: typeof import("./gate") = require("./gate");
  const bundled = await bundles();
  const gate = await startGate({ awsEndpoint: run.awsEndpoint, issuer: ISSUER, verify });
  const mayRead = !settings.private || permissionOf(file, job, "contents") !== "none";
  try {
    return await act({
      ...githubVariables(run, runId),
      ...(permissionOf(file, job, "id-token") === "write" && {
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

function githubVariables({ fullName, ref, sha }: Run, runId: string): Record<string, string> {
  return {
    GITHUB_REPOSITORY: fullName,
    GITHUB_REPOSITORY_OWNER: fullName.split("/")[0] ?? "",
    GITHUB_REF: ref,
    // act's name for the value that it passes on as GITHUB_SHA.
    SHA_REF: sha,
    GITHUB_RUN_ID: runId,
    GITHUB_RUN_NUMBER: runId,
  };
}

/** https://docs.github.com/en/webhooks/webhook-events-and-payloads#push, with the fields that workflows commonly read. */
function payload({ event, repository, fullName, ref, sha, before, message }: Run): unknown {
  const [owner = "", name = ""] = fullName.split("/");
  const { id, ownerId, ownerType, defaultBranch, private: isPrivate } = repository.settings;
  const common = {
    ref,
    repository: {
      ...{ id, name, full_name: fullName, private: isPrivate, default_branch: defaultBranch },
      owner: { login: owner, id: ownerId, type: ownerType },
    },
    sender: { login: owner, id: ownerId },
  };
  if (event.name === "workflow_dispatch") {
    return { ...common, ref: refName(ref), inputs: event.inputs ?? {}, workflow: event.workflow };
  }
  const head = { id: sha, message };
  return {
    ...common,
    before: before ?? "0".repeat(40),
    after: sha,
    head_commit: head,
    commits: [head],
  };
}
