import assert from "node:assert/strict";
import { orSkip } from "../skip";
import { type Aws, startAws } from "./aws";
import { runLives } from "./property";

describe("with releases, failures, rollbacks, edits and updates in any order, the service", function () {
  // Twice the time that it takes while another file runs on two cores. After a time-out, its faster clock would stay.
  this.timeout(300_000);
  let aws: Aws | undefined;

  before(async function () {
    aws = await orSkip(this, "the emulator", startAws());
  });
  after(() => aws?.stop());

  it("runs the last verified image with the last applied configuration, and previews agree", async () => {
    assert.ok(aws, "the emulated AWS did not start");
    // The long version, with other seeds: npm run test:ownership -- --sequences 200
    const { counterexample, ...outcome } = await runLives(aws, { sequences: 8, seed: 4 });
    assert.equal(counterexample, undefined, counterexample);
    assert.deepEqual(outcome, { sequences: 8, steps: 80, failures: 0, seed: 4 });
  });
});
