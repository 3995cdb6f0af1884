import assert from "node:assert/strict";
import { automation } from "@pulumi/pulumi";
import { deploy, destroy, outputs, type Progress, preview } from "../../../components/automation";
import { failure } from "./failure";

type Up = (options: automation.UpOptions) => Promise<unknown>;

/** Pulumi's stack, without an engine. */
function stackOf(up: Up, found: automation.OutputMap = {}): automation.Stack {
  const stack = { name: "dev", up, preview: up, destroy: up, outputs: async () => found };
  return stack as unknown as automation.Stack;
}

/** What Pulumi throws when the command fails: https://github.com/pulumi/pulumi/blob/v3.250.0/sdk/nodejs/automation/cmd.ts */
function commandError(stderr: string, type = automation.CommandError): Error {
  const text = `code: -2\n stdout: \n stderr: Command failed with exit code 1: pulumi up\n${stderr}\n`;
  const result = { stdout: "", stderr, code: -2, toString: () => text };
  return new (type as unknown as new (result: object) => Error)(result);
}

const locked = () =>
  commandError(
    "error: the stack is currently locked by 1 lock(s). Either wait for the other process(es) to end or delete the lock file with `pulumi cancel`.\n" +
      "  s3://state/.pulumi/locks/organization/shop/dev/1b.json: created by ada@build-7 (pid 4711) at 2026-11-26T09:00:00Z",
    automation.ConcurrentUpdateError,
  );

const cluster = "urn:pulumi:dev::shop::slipway:cluster:Cluster$aws:ecs/cluster:Cluster::dev";
const step = (op: automation.OpType) =>
  ({ op, urn: cluster, type: "", provider: "" }) as automation.StepEventMetadata;
const event = (part: Partial<automation.EngineEvent>) => ({ sequence: 1, timestamp: 1, ...part });

const update: Up = async ({ onEvent }) => {
  const metadata = step("update");
  onEvent?.(event({ resourcePreEvent: { metadata } }));
  onEvent?.(event({ resOutputsEvent: { metadata } }));
  onEvent?.(event({ summaryEvent: { ...summary, resourceChanges: { same: 3, update: 1 } } }));
  return { outputs: { url: { value: "http://dev", secret: false } }, stdout: "", stderr: "" };
};
const summary = { maybeCorrupt: false, durationSeconds: 1, policyPacks: {} };

describe("a deployment from a program", () => {
  it("has progress, the stack's outputs and what changed", async () => {
    const steps: Progress[] = [];
    const onProgress = (progress: Progress) => steps.push(progress);
    const result = await deploy(stackOf(update), { onProgress });
    assert.deepEqual(result.outputs, { url: "http://dev" });
    const change = { operation: "update", urn: cluster, label: "aws:ecs:Cluster dev" };
    assert.deepEqual(result.resources, [change]);
    assert.deepEqual(result.changes, { same: 3, update: 1 });
    assert.deepEqual(
      steps.map((one) => (one.type === "resource" ? one.status : one.type)),
      ["started", "done", "end"],
    );
  });

  it("refreshes first, and passes Pulumi's own options on", async () => {
    const seen: automation.UpOptions[] = [];
    const record: Up = (options) => {
      seen.push(options);
      return update(options);
    };
    await deploy(stackOf(record), { parallel: 4, message: "nightly" });
    await preview(stackOf(record));
    await destroy(stackOf(record), { refresh: false });
    assert.deepEqual(
      seen.map(({ refresh, parallel, message }) => ({ refresh, parallel, message })),
      [
        { refresh: true, parallel: 4, message: "nightly" },
        { refresh: true, parallel: undefined, message: undefined },
        { refresh: false, parallel: undefined, message: undefined },
      ],
    );
  });

  it("has no outputs before the first update", async () => {
    assert.equal(await outputs(stackOf(update)), undefined);
    const found = { url: { value: "http://dev", secret: false } };
    assert.deepEqual(await outputs(stackOf(update, found)), { url: "http://dev" });
  });

  it("that fails names the resources and their errors, with the error of Pulumi as cause", async () => {
    const cause = commandError("error: update failed");
    const diagnosticEvent = {
      severity: "error" as const,
      urn: cluster,
      message: "<{%fg 1%}>creating ECS Cluster (dev): AccessDenied<{%reset%}>\n    at x (y.js:1:1)",
      color: "never",
    };
    const fails: Up = async ({ onEvent }) => {
      onEvent?.(event({ diagnosticEvent }));
      onEvent?.(event({ diagnosticEvent: { ...diagnosticEvent, message: "", urn: "" } }));
      throw cause;
    };
    const error = await failure(deploy(stackOf(fails)));
    assert.equal(error.reason, "failed");
    assert.equal(error.cause, cause);
    assert.equal(
      error.message,
      "dev: aws:ecs:Cluster dev: creating ECS Cluster (dev): AccessDenied\nWhat was done before is in the state. Correct the cause and run this again: it continues where it stopped.",
    );
    const silent = await failure(deploy(stackOf(() => Promise.reject(cause))));
    assert.match(silent.message, /^dev: update failed\n/);
  });

  it("one after the other, because Pulumi reports the unhandled errors of all programs in each", async () => {
    let running = 0;
    const once: Up = async (options) => {
      assert.equal(running++, 0);
      await new Promise((resolve) => setTimeout(resolve, 5));
      running--;
      return update(options);
    };
    const fails = stackOf(() => Promise.reject(commandError("error: no")));
    const all = await Promise.allSettled([
      deploy(fails),
      deploy(stackOf(once)),
      deploy(stackOf(once)),
    ]);
    assert.deepEqual(
      all.map(({ status }) => status),
      ["rejected", "fulfilled", "fulfilled"],
    );
  });
});

describe("a stack's lock", () => {
  it("is reported: who holds it, and what to do", async () => {
    const error = await failure(deploy(stackOf(() => Promise.reject(locked()))));
    assert.equal(error.reason, "locked");
    const since = new Date("2026-11-26T09:00:00Z");
    assert.deepEqual(error.lock, { holder: "ada@build-7", pid: 4711, since });
    assert.equal(
      error.message,
      "dev: The stack is locked by ada@build-7 (process 4711) since 2026-11-26T09:00:00.000Z.\n" +
        "Wait until that update has ended, or set lockTimeout: then the operation waits. If its process is gone, `pulumi cancel --stack dev`, or stack.cancel(), removes the lock.",
    );
  });

  it("of Pulumi Cloud, which does not say who holds it, is reported, too", async () => {
    const conflict = "error: [409] Conflict: Another update is currently in progress.";
    const rejects = () => Promise.reject(commandError(conflict, automation.ConcurrentUpdateError));
    const error = await failure(deploy(stackOf(rejects)));
    assert.match(error.message, /^dev: The stack is locked by another update\.\nWait until/);
  });

  it("makes the operation wait, until the time is over", async () => {
    const steps: Progress[] = [];
    const onProgress = (progress: Progress) => steps.push(progress);
    let attempts = 0;
    const frees: Up = (options) => (++attempts === 1 ? Promise.reject(locked()) : update(options));
    await deploy(stackOf(frees), { lockTimeout: 0.02, onProgress });
    assert.equal(steps[0]?.type === "waiting" && steps[0].lock.holder, "ada@build-7");
    const stays = stackOf(() => Promise.reject(locked()));
    assert.equal((await failure(deploy(stays, { lockTimeout: 0.02 }))).reason, "locked");
  });

  it("does not make it wait any more when the signal is aborted", async () => {
    const abort = new AbortController();
    const onProgress = ({ type }: Progress) => void (type === "waiting" && abort.abort());
    const { signal } = abort;
    const stays = stackOf(() => Promise.reject(locked()));
    const error = await failure(deploy(stays, { lockTimeout: 60, signal, onProgress }));
    assert.equal(error.reason, "cancelled");
  });
});

describe("a signal", () => {
  it("that is aborted before starts no engine", async () => {
    let started = false;
    const up: Up = (options) => {
      started = true;
      return update(options);
    };
    const steps: Progress[] = [];
    const error = await failure(
      deploy(stackOf(up), {
        signal: AbortSignal.abort(),
        onProgress: (progress) => steps.push(progress),
      }),
    );
    assert.equal(error.reason, "cancelled");
    assert.equal(started, false);
    assert.deepEqual(
      steps.map((one) => one.type === "end" && one.result),
      ["cancelled"],
    );
  });
});
