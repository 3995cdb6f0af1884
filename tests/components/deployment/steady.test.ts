import assert from "node:assert/strict";
import { type TaskSets, untilSteady } from "../../../components/deployment/steady";

const steady: TaskSets = {
  desiredCount: 2,
  runningCount: 2,
  taskSets: [{ status: "PRIMARY", stabilityStatus: "STEADY_STATE" }],
  events: [{ message: "(service api) has reached a steady state." }],
};
const starting: TaskSets = {
  ...steady,
  runningCount: 1,
  taskSets: [{ status: "PRIMARY", stabilityStatus: "STABILIZING" }],
  events: [{ message: "(service api) has started 1 tasks: (task 1)." }],
};

/** Returns the answers one after the other, and then the last one again and again. Its clock moves only during a sleep. */
function world(...answers: TaskSets[]) {
  let time = 0;
  let reads = 0;
  return {
    read: async () => answers[Math.min(reads++, answers.length - 1)] ?? steady,
    clock: {
      now: () => time,
      sleep: async (milliseconds: number) => {
        time += milliseconds;
      },
    },
    waited: () => time,
  };
}

describe("untilSteady", () => {
  it("does not wait if everything is steady", async () => {
    const { read, clock, waited } = world(steady);
    assert.equal(await untilSteady("api", read, clock), undefined);
    assert.equal(waited(), 0);
  });

  it("waits until all tasks run and the primary task set is steady", async () => {
    const { read, clock, waited } = world(
      { ...starting, taskSets: [] },
      starting,
      { ...starting, runningCount: 2 },
      { ...steady, runningCount: 1 },
      steady,
    );
    assert.equal(await untilSteady("api", read, clock), undefined);
    assert.equal(waited(), 20_000);
  });

  it("stops waiting after twenty minutes, and says what ECS says", async () => {
    const { read, clock } = world(starting);
    assert.equal(
      await untilSteady("api", read, clock),
      `Service api has 1 of 2 tasks after 20 minutes; the service that it replaces, if any, still runs. ECS's events, newest first:
  (service api) has started 1 tasks: (task 1).`,
    );
  });
});
