import assert from "node:assert/strict";
import type { Progress } from "../../components/automation";
import { Display } from "../../examples/fleet/display";
import { fleet } from "../../examples/fleet/fleet";
import { renderReport } from "../../examples/fleet/report";
import { type Outcome, type Update, updateAll } from "../../examples/fleet/update";

const outcome = (stack: string, more: Partial<Outcome> = {}): Outcome => ({
  ...{ stack, services: ["a", "b"], result: "changed", seconds: 3.2 },
  ...{ changes: { create: 4, same: 2 }, changed: ["a"] },
  ...more,
});

/** Updates that take a moment; some fail. */
function updates(failing: readonly string[]) {
  const seen = { most: 0, now: 0, started: [] as string[] };
  const update: Update = async ({ stack }) => {
    seen.started.push(stack);
    seen.most = Math.max(seen.most, ++seen.now);
    await new Promise((resolve) => setTimeout(resolve, 5));
    seen.now--;
    return outcome(stack, failing.includes(stack) ? { result: "failed", error: "no" } : {});
  };
  return { seen, update };
}

const options = {
  parallel: 2,
  stopOnFailure: false,
  signal: new AbortController().signal,
  onProgress: () => {},
};
const results = (all: readonly Outcome[]) => all.map(({ result }) => result);

describe("the example fleet", () => {
  it("has thirty services in five stacks", () => {
    assert.equal(fleet.length, 5);
    assert.equal(fleet.flatMap(({ config }) => config.services).length, 30);
  });

  it("updates at most the given number of stacks at a time, and each stack once", async () => {
    const { seen, update } = updates([]);
    const all = await updateAll(fleet, update, options);
    assert.equal(seen.most, 2);
    assert.deepEqual(seen.started.sort(), fleet.map(({ stack }) => stack).sort());
    assert.deepEqual(
      all.map(({ stack }) => stack),
      fleet.map(({ stack }) => stack),
    );
  });

  it("goes on after a failure, or stops", async () => {
    const goesOn = await updateAll(fleet, updates(["accounts"]).update, options);
    assert.deepEqual(results(goesOn), ["failed", "changed", "changed", "changed", "changed"]);
    const stop = { ...options, parallel: 1, stopOnFailure: true };
    const stops = await updateAll(fleet, updates(["catalog"]).update, stop);
    assert.deepEqual(results(stops), ["changed", "failed", "skipped", "skipped", "skipped"]);
  });

  it("starts nothing after Ctrl-C", async () => {
    const abort = new AbortController();
    const { update } = updates([]);
    const cancels: Update = (args, rest) => {
      abort.abort();
      return update(args, rest);
    };
    const all = await updateAll(fleet, cancels, {
      ...options,
      parallel: 1,
      signal: abort.signal,
    });
    assert.deepEqual(results(all), ["changed", "skipped", "skipped", "skipped", "skipped"]);
  });

  it("reports what changed, what failed and why", () => {
    const failed = outcome("media", {
      ...{ result: "failed", changed: [], changes: {}, seconds: 61 },
      error: "media: The AWS credentials have expired.\nGet new ones.",
    });
    const text = renderReport([outcome("catalog"), failed], 64);
    assert.equal(
      text,
      `stack    result   services changed  time  resources
catalog  changed  1 of 2            3 s   create 4
media    failed   0 of 2            61 s  no changes

media failed:
  media: The AWS credentials have expired.
  Get new ones.

4 services in 2 stacks: 1 changed, 1 unchanged, 2 failed, in 64 s`,
    );
  });

  it("shows each stack in its own line", () => {
    let text = "";
    const write = (chunk: string) => {
      text += chunk;
      return true;
    };
    const step: Progress = {
      ...{ type: "resource", status: "started", operation: "create" },
      ...{ urn: "u", label: "aws:ecs:Cluster dev" },
    };
    const end: Progress = { type: "end", result: "succeeded", changes: { create: 1 }, seconds: 2 };
    for (const terminal of [{ isTTY: true, columns: 80 }, {}]) {
      text = "";
      const display = new Display({ ...terminal, write } as unknown as NodeJS.WriteStream);
      display.report("a", step);
      display.report("b", step);
      display.report("a", end);
      const lines = terminal.isTTY
        ? [/a: 0 done, started aws:ecs:Cluster dev$/m, /b: 0 done, started aws:ecs:Cluster dev$/m]
        : [/^a: started$/m, /^b: started$/m];
      for (const line of [...lines, /a: succeeded in 2 s, create 1$/m]) assert.match(text, line);
    }
  });
});
